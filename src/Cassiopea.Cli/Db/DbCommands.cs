using Cassiopea.MySql.Engine;

namespace Cassiopea.Cli.Db;

/// <summary>The database engine on its own: without bus and service.</summary>
internal static class DbCommands
{
    private const string Ends = "--from= --to= --from-password-file= --to-password-file= --report= --quiet --json";
    private const string What = " --journal= --connections= --exclude= --prefix= --rate= --chunk=";

    public static IReadOnlyList<Command> All { get; } =
    [
        new("db copy", "Copies a database, or what changed since the last run.", Ends + What + " --dry-run --insert --enable-events --accept=", CopyAsync),
    ];

    private static async Task<int> CopyAsync(CommandLine line, CancellationToken token)
    {
        var (source, target) = (DbEnds.Account(line, "from"), DbEnds.Account(line, "to"));
        await using var progress = ProgressOutput.For(line);
        var result = await new DatabaseCopy(TimeProvider.System).RunAsync(source, target, DbEnds.Journal(line, source, target), Options(line, progress), token);
        await progress.DisposeAsync();
        return await ReportOutput.WriteAsync(line, result.ToReport("db copy", source.Endpoint.Url, target.Endpoint.Url));
    }

    private static DatabaseCopyOptions Options(CommandLine line, ProgressOutput progress)
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
}
