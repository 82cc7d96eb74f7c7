using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Archive;

/// <summary>
/// Copies a mailbox into a Maildir++ tree with a manifest: readable by Dovecot, mutt, Thunderbird with an import add-on, and by anything that reads
/// files. A second run adds what is new; a killed run goes on where it was. The source is only read.
/// </summary>
/// <param name="time">The clock of dates and rates.</param>
public sealed class MailboxArchive(TimeProvider time)
{
    private const int Attempts = 8;

    /// <summary>Runs to the end, or until the source cannot be reached any more.</summary>
    /// <param name="source">The mailbox.</param>
    /// <param name="directory">The root of the tree; made when missing. <c>manifest.tsv</c> in it has a line per message: folder, UIDVALIDITY, UID, date, flags, size, SHA-256.</param>
    /// <param name="options">Excluded folders, timeouts, trust and progress as of a transfer.</param>
    /// <param name="token">Cancels; what was written stays.</param>
    /// <returns>Counts that add up; failures of the server are in it, not thrown.</returns>
    public async Task<MailboxTransferResult> RunAsync(ImapAccount source, string directory, MailboxTransferOptions options, CancellationToken token)
    {
        var (startedAt, start) = (time.GetUtcNow(), time.GetTimestamp());
        var run = new ArchiveRun(source, directory, options, time);
        TransferFailure? failure = null;
        try
        {
            await run.RunAsync(Attempts, token);
        }
        catch (TransferException stopped)
        {
            failure = stopped.Failure;
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            failure = new(TransferSide.Us, TransferFailureKind.Refused, TransferCode.StorageFull, $"The archive cannot be written: {full.Message}");
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            failure = new(TransferSide.Us, TransferFailureKind.Passing, TransferCode.ConnectionLost, "Cancelled; run again to resume.");
        }
        finally
        {
            await run.CloseAsync();
        }

        var counts = new TransferCounts(run.Source, run.Copied, run.AlreadyThere, run.Exceptions.Count, run.Excluded, run.Source - run.Copied - run.AlreadyThere - run.Exceptions.Count - run.Excluded, 0, 0);
        var outcome = failure is { Kind: TransferFailureKind.Passing } ? TransferOutcome.Interrupted
            : failure is not null ? TransferOutcome.Stopped
            : counts.Refused + counts.Remaining > 0 ? TransferOutcome.Exceptions : TransferOutcome.Complete;
        return new(outcome, failure, counts, run.Bytes, startedAt, time.GetUtcNow(), time.GetElapsedTime(start).TotalSeconds, run.RoundTrips, run.Exceptions, run.Exceptions.Count, run.Folders);
    }
}
