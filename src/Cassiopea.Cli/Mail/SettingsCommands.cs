using Cassiopea.Imap;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Settings;
using Cassiopea.Transfer;

namespace Cassiopea.Cli.Mail;

/// <summary>Sieve scripts, rights and annotations beside a copy, an archive or a verification (--settings).</summary>
internal static class SettingsCommands
{
    public const string Options = " --settings --from-sieve= --to-sieve= --identifier=";

    /// <summary>Carries the settings over after a copy that came to its end, and adds what they say to its report.</summary>
    public static async Task<TransferReport> CopyAsync(
        CommandLine line, TransferReport report, ImapAccount source, ImapAccount target, string journal, string? archive, MailboxTransferOptions options, CancellationToken token)
    {
        if (!line.Has("--settings") || report.Failure is not null) return report;
        var directory = Path.Combine(archive ?? journal, "settings");
        var result = await MailboxSettingsTransfer.ApplyAsync(source, target, journal, directory, Of(line, source, target, options), token);
        Say(line, $"settings: {Found(result.Found)}; {result.Applied} set at the target; exported to {directory}");
        return With(report, result.Exceptions, TransferOutcome.Exceptions);
    }

    /// <summary>Exports the settings beside an archive.</summary>
    public static async Task<TransferReport> ArchiveAsync(CommandLine line, TransferReport report, ImapAccount source, string archive, MailboxTransferOptions options, CancellationToken token)
    {
        if (!line.Has("--settings") || report.Failure is not null) return report;
        var directory = Path.Combine(archive, "settings");
        var result = await MailboxSettingsTransfer.ExportAsync(source, directory, Of(line, source, source, options), token);
        Say(line, $"settings: {Found(result.Found)}; exported to {directory}");
        return With(report, result.Exceptions, TransferOutcome.Exceptions);
    }

    /// <summary>Compares the settings of both ends.</summary>
    public static async Task<TransferReport> VerifyAsync(
        CommandLine line, TransferReport report, ImapAccount source, ImapAccount target, string journal, MailboxTransferOptions options, CancellationToken token)
    {
        if (!line.Has("--settings")) return report;
        var result = await MailboxSettingsTransfer.CompareAsync(source, target, journal, Of(line, source, target, options), token);
        Say(line, $"settings: {Found(result.Found)}; {result.Exceptions.Count} differ");
        return With(report, result.Exceptions, TransferOutcome.Different);
    }

    private static MailboxSettingsOptions Of(CommandLine line, ImapAccount source, ImapAccount target, MailboxTransferOptions options)
    {
        var identifiers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in line.Values("--identifier"))
        {
            var parts = pair.Split('=', 2);
            if (parts.Length != 2 || parts[0].Length == 0 || parts[1].Length == 0) throw new UsageException("--identifier must be OLD=NEW.");
            identifiers[parts[0]] = parts[1];
        }

        return new()
        {
            Transfer = options,
            SourceSieve = MailEnds.Sieve(line, "from", source.Endpoint),
            TargetSieve = MailEnds.Sieve(line, "to", target.Endpoint),
            Identifiers = identifiers,
        };
    }

    private static TransferReport With(TransferReport report, IReadOnlyList<ReportException> exceptions, TransferOutcome worse) => exceptions.Count == 0 ? report : report with
    {
        Exceptions = [.. report.Exceptions, .. exceptions],
        Outcome = report.Outcome == TransferOutcome.Complete ? worse : report.Outcome,
    };

    private static string Found(MailboxSettings found) =>
        FormattableString.Invariant($"{found.Scripts.Count} Sieve scripts, {found.Rights.Count} rights, {found.Annotations.Count} annotations");

    private static void Say(CommandLine line, string text)
    {
        if (!line.Has("--quiet") && !line.Has("--json")) Console.WriteLine(text);
    }
}
