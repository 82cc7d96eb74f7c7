using System.Text.Json;
using System.Text.Json.Serialization;
using Cassiopea.MySql.Engine;
using Cassiopea.MySql.Replace;
using Cassiopea.Transfer;

namespace Cassiopea.Cli.Db;

/// <summary>The database engine on its own: without bus and service.</summary>
internal static class DbCommands
{
    private const string One = "--from= --from-password-file= --report= --quiet --json";
    private const string Ends = "--from= --to= --from-password-file= --to-password-file= --report= --quiet --json";
    private const string What = " --connections= --exclude= --prefix= --chunk=";

    public static IReadOnlyList<Command> All { get; } =
    [
        new("db copy", "Copies a database, or what changed since the last run.", Ends + What + " --journal= --rate= --dry-run --insert --enable-events --accept=", CopyAsync),
        new("db verify", "Has both servers hash every row again, and compares.", Ends + What + " --manifest=", VerifyAsync),
        new("db survey", "Measures a database: tables, rows, bytes, objects, rights.", One, SurveyAsync),
        new("db replace", "Counts or replaces a text in all values, also in serialised PHP.", "--to= --to-password-file= --replace= --table= --write --quiet --json", ReplaceAsync),
        .. DbExtraCommands.All,
    ];

    internal static DatabaseCopyOptions Options(CommandLine line, ProgressOutput progress)
    {
        var prefix = DbEnds.Prefix(line);
        return new()
        {
            Connections = (int)line.Number("--connections", 4, 1, 8),
            BytesPerSecond = line.Number("--rate", 0, 0, long.MaxValue),
            ChunkBytes = line.Number("--chunk", 16 << 20, 1024, int.MaxValue),
            DryRun = line.Has("--dry-run"),
            Method = line.Has("--insert") ? WriteMethod.Insert : WriteMethod.Auto,
            EnableEvents = line.Has("--enable-events"),
            AcceptedFindings = [.. line.Values("--accept")],
            ExcludedTables = line.Values("--exclude"),
            OldPrefix = prefix.Old,
            NewPrefix = prefix.New,
            Progress = progress.Listener,
            ProgressEvery = progress.Every,
        };
    }

    private static async Task<int> CopyAsync(CommandLine line, CancellationToken token)
    {
        var (source, target) = (DbEnds.Account(line, "from"), DbEnds.Account(line, "to"));
        await using var progress = ProgressOutput.For(line);
        var result = await new DatabaseCopy(TimeProvider.System).RunAsync(source, target, DbEnds.Journal(line, source, target), Options(line, progress), token);
        await progress.DisposeAsync();
        var code = await ReportOutput.WriteAsync(line, result.ToReport("db copy", source.Endpoint.Url, target.Endpoint.Url));
        if (!line.Has("--quiet") && !line.Has("--json"))
        {
            foreach (var finding in result.Findings) Console.WriteLine($"  {(finding.Blocks ? "STOP" : "note")} {finding.Code} {finding.Item}: {finding.Text} {finding.Action}");
            Console.WriteLine(FormattableString.Invariant($"  {(result.OneSnapshot ? "one snapshot" : "a snapshot per connection")}, writers waited {result.SnapshotLockSeconds * 1000:0} ms for it and {result.Tables.Sum(static t => t.LockSeconds):0.00} s for tables without snapshots; rows by {(result.Method == WriteMethod.Insert ? "INSERT" : "LOAD DATA LOCAL")}"));
        }

        return code;
    }

    private static async Task<int> VerifyAsync(CommandLine line, CancellationToken token)
    {
        var (source, target) = (DbEnds.Account(line, "from"), DbEnds.Account(line, "to"));
        await using var progress = ProgressOutput.For(line);
        var result = await new DatabaseVerification(TimeProvider.System).RunAsync(source, target, line.Value("--manifest"), Options(line, progress), token);
        await progress.DisposeAsync();
        var code = await ReportOutput.WriteAsync(line, result.ToReport("db verify", source.Endpoint.Url, target.Endpoint.Url));
        if (!line.Has("--quiet") && !line.Has("--json")) Console.WriteLine($"  manifest sha256 {result.ManifestSha256}; {result.Extra} rows at the target only");
        return code;
    }

    private static async Task<int> SurveyAsync(CommandLine line, CancellationToken token)
    {
        var survey = await DatabaseSurvey.RunAsync(DbEnds.Account(line, "from"), TransferSide.Source, new(), token);
        var json = JsonSerializer.Serialize(survey, DbJson.Default.DatabaseSurveyResult);
        if (line.Value("--report") is { } file) await File.WriteAllTextAsync(file, json + "\n", CancellationToken.None);
        if (line.Has("--json")) Console.WriteLine(json);
        if (line.Has("--json") || line.Has("--quiet")) return ExitCode.Complete;
        Console.WriteLine($"{survey.Server}, {survey.Charset}: {survey.Tables.Count} tables, about {survey.Rows} rows, {ReportOutput.Size(survey.Bytes)}, {survey.Views} views, {survey.Routines} routines, {survey.Triggers} triggers, {survey.Events} events");
        if (survey.MissingRights.Count > 0) Console.WriteLine($"the account lacks {string.Join(", ", survey.MissingRights)}; a read-only account: {survey.ReadOnlyAccount}");
        foreach (var table in survey.Tables) Console.WriteLine($"  {table.Rows,10}  {ReportOutput.Size(table.Bytes),10}  {table.Name} {table.Engine}{(table.HasKey ? "" : " (no key)")}");
        return ExitCode.Complete;
    }

    private static async Task<int> ReplaceAsync(CommandLine line, CancellationToken token)
    {
        var replacements = line.Values("--replace").Select(static text => text.Split("=>", 2) is [{ Length: > 0 } from, var to] ? new Replacement(from, to) : throw new UsageException("--replace must be 'OLD=>NEW'.")).ToList();
        if (replacements.Count == 0) throw new UsageException("--replace is required.");
        if (Replacement.Feeding(replacements) is { } feeding) throw new UsageException($"--replace: another one replaces '{feeding.To}' again, so that a second run would change more: name the last text in both.");
        var result = await DatabaseReplacement.RunAsync(DbEnds.Account(line, "to"), replacements, new() { DryRun = !line.Has("--write"), Tables = line.Values("--table") }, token);
        if (line.Has("--json")) Console.WriteLine(JsonSerializer.Serialize(result, DbJson.Default.ReplacementResult));
        else if (!line.Has("--quiet"))
        {
            Console.WriteLine($"{(result.DryRun ? "would replace" : "replaced")} {result.Places} places in {result.Values} values");
            foreach (var column in result.Columns) Console.WriteLine($"  {column.Values,8} values  {column.Places,8} places  {column.Table}.{column.Column}{(column.Damaged + column.TooLong > 0 ? $" ({column.Damaged} damaged, {column.TooLong} too long: left alone)" : "")}");
        }

        return result.Columns.Any(static column => column.Damaged + column.TooLong > 0) ? ExitCode.Exceptions : ExitCode.Complete;
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DatabaseSurveyResult))]
[JsonSerializable(typeof(ReplacementResult))]
internal sealed partial class DbJson : JsonSerializerContext;
