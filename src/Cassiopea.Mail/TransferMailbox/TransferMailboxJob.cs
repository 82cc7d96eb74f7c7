using Cassiopea.Contracts;
using Cassiopea.Imap;
using Cassiopea.Imap.Archive;
using Cassiopea.Imap.Mailbox;
using Cassiopea.ServiceDefaults;
using Cassiopea.Transfer;
using Microsoft.Extensions.Options;

namespace Cassiopea.Mail;

/// <summary>Copies one mailbox, or what has changed since the last pass. Killed at any moment it goes on from the engine's journal.</summary>
internal class TransferMailboxJob(MailboxPass pass, MailboxEngine engine, MailboxFiles files, MailboxSettingsCarrier carrier, IOptions<JobOptions> jobs, TimeProvider time, ILogger<TransferMailboxJob> log)
    : IJob
{
    public const string Kind = "transfer-mailbox";

    public Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<TransferMailbox>();
        return pass.RunAsync(run, command.Source, command.Target, (source, target, stop) => TransferAsync(run, command, source, target, stop), token);
    }

    private async Task TransferAsync(JobRun run, TransferMailbox command, ImapAccount source, ImapAccount target, CancellationToken token)
    {
        PassProgress progress = new(run, time, jobs.Value.ReportEvery, log);
        var settings = engine.Transfer() with { OnlineSince = command.OnlineSince, Progress = progress.Take, ProgressEvery = jobs.Value.ReportEvery / 2 };
        var journal = files.JournalOf(run.ItemId, command.Source, command.Target);
        var result = await progress.WatchAsync(stop => CopyAsync(run, source, target, journal, settings, stop), token);
        if (result.Failure is { } failure)
        {
            await progress.KeepAsync(result.Counts, result.Bytes, CancellationToken.None);
            token.ThrowIfCancellationRequested();
            throw new PassFailureException(PassFailures.Of(failure));
        }

        var settled = await carrier.ApplyAsync(source, target, journal, token);
        var exceptions = result.Exceptions.Concat(settled).Select(PassFailures.Of).ToList();
        var outcome = progress.Transferred(result.Counts, result.Bytes, exceptions);
        await run.CompleteAsync<MailContext>(db => PassException.KeepAsync(db, run.ItemId, run.Pass, PassStep.Transfer, exceptions, token), [outcome], token);
        MailMeters.Transferred(result.Counts.Copied, result.Bytes);
        log.Transferred(run.ItemId, run.Pass, outcome.Counts.Source, outcome.Counts.Copied, outcome.Counts.AlreadyThere, outcome.Counts.Refused, outcome.Bytes, outcome.Seconds);
    }

    /// <summary>With a date, what is older goes to the archive first: a mailbox is never thinned out before its older part is safe.</summary>
    private async Task<Copied> CopyAsync(JobRun run, ImapAccount source, ImapAccount target, string journal, MailboxTransferOptions settings, CancellationToken token)
    {
        if (settings.OnlineSince is null)
        {
            var whole = await new MailboxTransfer(time).RunAsync(source, target, journal, settings, token);
            return new Copied(whole.Counts, whole.Bytes, whole.Exceptions, whole.Failure);
        }

        var split = await new MailboxSplit(time).RunAsync(source, target, journal, files.ArchiveOf(run.MigrationId, run.ItemId).Tree, settings, token);
        return new Copied(
            split.Counts, split.Online.Bytes + split.Archived.Bytes, [.. split.Archived.Exceptions, .. split.Online.Exceptions], split.Archived.Failure ?? split.Online.Failure);
    }

    private sealed record Copied(Transfer.TransferCounts Counts, long Bytes, IReadOnlyList<ReportException> Exceptions, TransferFailure? Failure);
}

/// <summary>The same for the passes of a cut-over, with workers of its own.</summary>
internal sealed class CutOverTransferJob(
    MailboxPass pass, MailboxEngine engine, MailboxFiles files, MailboxSettingsCarrier carrier, IOptions<JobOptions> jobs, TimeProvider time, ILogger<TransferMailboxJob> log)
    : TransferMailboxJob(pass, engine, files, carrier, jobs, time, log)
{
    public new const string Kind = "cut-over-transfer-mailbox";
}
