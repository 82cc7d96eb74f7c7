using System.Text.Json;
using System.Text.Json.Serialization;
using Cassiopea.Cli.Manifests;
using Cassiopea.Imap;
using Cassiopea.Imap.Archive;
using Cassiopea.Imap.Archive.Index;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Preflight;
using Cassiopea.Imap.Stores;
using Cassiopea.Transfer;

namespace Cassiopea.Cli.Mail;

/// <summary>The mail engine on its own: without bus and database.</summary>
internal static class MailCommands
{
    private const string From = "--from= --from-password-file= --from-token-command= --from-token-file=";
    private const string Ends = From + " --to= --to-password-file= --to-token-command= --to-token-file= --report= --driver= --quiet --json";

    public static IReadOnlyList<Command> All { get; } =
    [
        new("mail copy", "Copies a mailbox, or what changed since the last run.", Ends + " --journal= --dry-run --rate= --connections= --online-since= --since= --archive= --exclude= --map= --labels= --without=" + SettingsCommands.Options, CopyAsync),
        new("mail verify", "Reads both mailboxes again and compares every message.", Ends + " --journal= --manifest= --sign-key= --connections= --online-since= --since= --archive= --exclude= --map= --labels= --without=" + SettingsCommands.Options, VerifyAsync),
        new("mail archive", "Copies a mailbox into a Maildir tree with a manifest and an index in HTML, and into zip parts.", From + " --to= --report= --exclude= --quiet --json --settings --from-sieve= --zip --format= --part-size= --sign-key=", ArchiveAsync),
        new("mail restore", "Copies an archive, its directory or a zip part, into a mailbox.", Ends + " --journal= --rate= --connections= --exclude= --map= --without=", RestoreAsync),
        new("mail survey", "Measures a mailbox: folders, messages, bytes, quota.", From + " --ages --exclude= --driver= --json --quiet", SurveyAsync),
    ];

    private static async Task<int> CopyAsync(CommandLine line, CancellationToken token)
    {
        using var from = MailSource.Of(line);
        var (source, target) = (from.Account, MailEnds.Account(line, "to"));
        var journal = from.StateDirectory = MailEnds.Journal(line, source, target);
        var driver = MailEnds.Driver(line);
        await using var progress = ProgressOutput.For(line);
        var options = Options(line, progress);
        if (line.Has("--dry-run"))
        {
            var found = await new MailboxPreflight(TimeProvider.System).RunAsync(source, target, journal, options, token);
            return await PreflightOutput.WriteAsync(line, found, found.ToReport("mail copy --dry-run", source.Endpoint.Url, target.Endpoint.Url));
        }

        if (options.ArchiveDirectory is { } archive)
        {
            var split = await new MailboxSplit(TimeProvider.System).RunAsync(source, target, journal, archive, options, token);
            if (split.Archived.Failure is null) await ArchiveIndex.WriteAsync(archive, token);
            await progress.DisposeAsync();
            var whole = split.ToReport("mail copy", source.Endpoint.Url, $"{target.Endpoint.Url} + maildir:{archive}");
            return await ReportOutput.WriteAsync(line, await SettingsCommands.CopyAsync(line, whole, source, target, journal, archive, options, token));
        }

        var result = await driver.CopyAsync(source, target, journal, options, token);
        await progress.DisposeAsync();
        var report = result.ToReport("mail copy", source.Endpoint.Url, target.Endpoint.Url);
        from.ExportUniqueIds(line, journal, target);
        return await ReportOutput.WriteAsync(line, await SettingsCommands.CopyAsync(line, report, source, target, journal, null, options, token));
    }

    private static async Task<int> VerifyAsync(CommandLine line, CancellationToken token)
    {
        using var key = SigningKey.Of(line);
        var list = MailManifests.List(line, key);
        using var from = MailSource.Of(line);
        var (source, target) = (from.Account, MailEnds.Account(line, "to"));
        await using var progress = ProgressOutput.For(line);
        var journal = from.StateDirectory = MailEnds.Journal(line, source, target);
        var options = Options(line, progress);
        var result = await MailEnds.Driver(line).VerifyAsync(source, target, journal, list, options, token);
        await progress.DisposeAsync();
        var report = result.ToReport("mail verify", source.Endpoint.Url, target.Endpoint.Url);
        var code = await ReportOutput.WriteAsync(line, await SettingsCommands.VerifyAsync(line, report, source, target, journal, options, token));
        if (!line.Has("--quiet") && !line.Has("--json")) Console.WriteLine($"  {(key is null ? $"manifest sha256 {result.ManifestSha256}; " : "")}{result.Extra} messages at the target only");
        if (key is not null) await MailManifests.OfVerificationAsync(line, source, result, key, token);
        return code;
    }

    private static async Task<int> ArchiveAsync(CommandLine line, CancellationToken token)
    {
        using var key = SigningKey.Of(line);
        using var from = MailSource.Of(line);
        if (line.Value("--format") is not (null or "maildir" or "mbox")) throw new UsageException("--format must be maildir or mbox.");
        var (source, directory) = (from.Account, MailEnds.Directory(line));
        from.StateDirectory = directory;
        await using var progress = ProgressOutput.For(line);
        var options = new MailboxTransferOptions { ExcludedFolders = line.Values("--exclude"), Progress = progress.Listener, ProgressEvery = progress.Every };
        var result = await new MailboxArchive(TimeProvider.System).RunAsync(source, directory, options, token);
        await progress.DisposeAsync();
        if (result.Failure is null) await ArchiveIndex.WriteAsync(directory, token);
        if (result.Failure is null && (line.Has("--zip") || line.Value("--format") is "mbox"))
        {
            var format = line.Value("--format") is "mbox" ? ArchiveFormat.Mbox : ArchiveFormat.Maildir;
            var parts = await ArchivePacking.PackAsync(directory, format, line.Number("--part-size", ArchivePacking.DefaultPartSize, 1 << 20, ArchivePacking.DefaultPartSize), token);
            if (!line.Has("--quiet") && !line.Has("--json")) Console.WriteLine($"  {parts.Count} new zip parts in {directory}");
        }

        var report = result.ToReport("mail archive", source.Endpoint.Url, "maildir:" + directory);
        var code = await ReportOutput.WriteAsync(line, await SettingsCommands.ArchiveAsync(line, report, source, directory, options, token));
        if (key is not null && result.Failure is null) await MailManifests.OfArchiveAsync(line, source, directory, key, token);
        return code;
    }

    /// <summary>The same copy as from any other source, from the files of an archive.</summary>
    private static async Task<int> RestoreAsync(CommandLine line, CancellationToken token)
    {
        var path = Path.GetFullPath(line.Required("--from"));
        using var stored = new StoredMailbox(_ => Task.FromResult(ArchiveStore.Open(path)));
        var (source, target) = (ImapAccount.OfStore("archive:" + path, "", stored), MailEnds.Account(line, "to"));
        await using var progress = ProgressOutput.For(line);
        var result = await new MailboxTransfer(TimeProvider.System).RunAsync(source, target, MailEnds.Journal(line, source, target), Options(line, progress), token);
        await progress.DisposeAsync();
        return await ReportOutput.WriteAsync(line, result.ToReport("mail restore", source.Endpoint.Url, target.Endpoint.Url));
    }

    private static async Task<int> SurveyAsync(CommandLine line, CancellationToken token)
    {
        using var from = MailSource.Of(line);
        if (line.Has("--ages"))
        {
            var options = new MailboxTransferOptions { ExcludedFolders = line.Values("--exclude") };
            return AgesOutput.Write(line, await MailboxAges.RunAsync(from.Account, TransferSide.Source, TimeProvider.System.GetUtcNow(), options, token));
        }

        var survey = await MailEnds.Driver(line).SurveyAsync(from.Account, TransferSide.Source, new(), token);
        if (line.Has("--json"))
        {
            Console.WriteLine(JsonSerializer.Serialize(survey, SurveyJson.Default.MailboxSurveyResult));
            return ExitCode.Complete;
        }

        if (line.Has("--quiet")) return ExitCode.Complete;
        Console.WriteLine($"{survey.Messages} messages, {(survey.Bytes is { } bytes ? ReportOutput.Size(bytes) : "size not told")}, {survey.Folders.Count} folders{(survey.Software.Length > 0 ? $", {survey.Software}" : "")}");
        if (survey.QuotaLimitBytes is { } limit) Console.WriteLine($"quota: {ReportOutput.Size(survey.QuotaUsedBytes ?? 0)} of {ReportOutput.Size(limit)}");
        foreach (var folder in survey.Folders)
            Console.WriteLine($"  {folder.Messages,8}  {(folder.Bytes is { } size ? ReportOutput.Size(size) : ""),10}  {folder.Path}{(folder.Use.Length > 0 ? $" [{folder.Use}]" : "")}{(folder.Subscribed ? "" : " (not subscribed)")}");
        return ExitCode.Complete;
    }

    private static MailboxTransferOptions Options(CommandLine line, ProgressOutput progress) => new()
    {
        Connections = (int)line.Number("--connections", 2, 1, 4),
        BytesPerSecond = line.Number("--rate", 0, 0, long.MaxValue),
        OnlineSince = Since(line),
        ArchiveDirectory = Archive(line),
        ExcludedFolders = line.Values("--exclude"),
        FolderMap = Map(line),
        GmailLabels = Labels(line),
        WithoutCapabilities = line.Value("--without")?.Split(',') ?? [],
        Progress = progress.Listener,
        ProgressEvery = progress.Every,
    };

    private static DateTimeOffset? Since(CommandLine line)
    {
        if ((line.Value("--online-since") ?? line.Value("--since")) is not { } text) return null;
        return DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var since)
            ? since
            : throw new UsageException("--online-since must be a date such as 2024-01-31.");
    }

    /// <summary>Where what is older than --online-since is kept; without that date there is nothing to divide.</summary>
    private static string? Archive(CommandLine line)
    {
        if (line.Value("--archive") is not { } directory) return null;
        return Since(line) is null ? throw new UsageException("--archive needs --online-since DATE: what is older goes there.") : Path.GetFullPath(directory);
    }

    private static GmailLabels Labels(CommandLine line) => line.Value("--labels") switch
    {
        null or "keywords" => GmailLabels.Keywords,
        "folders" => GmailLabels.Folders,
        _ => throw new UsageException("--labels must be keywords or folders."),
    };

    private static Dictionary<string, string> Map(CommandLine line)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in line.Values("--map"))
        {
            var parts = pair.Split('=', 2);
            if (parts.Length != 2 || parts[0].Length == 0 || parts[1].Length == 0) throw new UsageException("--map must be SOURCE=TARGET.");
            map[parts[0]] = parts[1];
        }

        return map;
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MailboxSurveyResult))]
[JsonSerializable(typeof(MailboxAgesResult))]
internal sealed partial class SurveyJson : JsonSerializerContext;
