using Cassiopea.Imap.Mailbox;

namespace Cassiopea.Cli.Mail;

/// <summary>The mail engine on its own: without bus and database.</summary>
internal static class MailCommands
{
    private const string Ends = "--from= --to= --from-password-file= --to-password-file= --report= --quiet --json";

    public static IReadOnlyList<Command> All { get; } =
    [
        new("mail copy", "Copies a mailbox, or what changed since the last run.", Ends + " --journal= --dry-run --rate= --connections= --since= --exclude= --map= --without=", CopyAsync),
    ];

    private static async Task<int> CopyAsync(CommandLine line, CancellationToken token)
    {
        var (source, target) = (MailEnds.Account(line, "from"), MailEnds.Account(line, "to"));
        await using var progress = ProgressOutput.For(line);
        var options = new MailboxTransferOptions
        {
            Connections = (int)line.Number("--connections", 2, 1, 4),
            BytesPerSecond = line.Number("--rate", 0, 0, long.MaxValue),
            DryRun = line.Has("--dry-run"),
            OnlineSince = Since(line),
            ExcludedFolders = line.Values("--exclude"),
            FolderMap = Map(line),
            WithoutCapabilities = line.Value("--without")?.Split(',') ?? [],
            Progress = progress.Listener,
            ProgressEvery = progress.Every,
        };
        var result = await new MailboxTransfer(TimeProvider.System).RunAsync(source, target, MailEnds.Journal(line, source, target), options, token);
        await progress.DisposeAsync();
        return await ReportOutput.WriteAsync(line, result.ToReport("mail copy", source.Endpoint.Url, target.Endpoint.Url));
    }

    private static DateTimeOffset? Since(CommandLine line)
    {
        if (line.Value("--since") is not { } text) return null;
        return DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var since)
            ? since
            : throw new UsageException("--since must be a date such as 2024-01-31.");
    }

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
