using Cassiopea.Imap.Journal;
using Cassiopea.Imap.Preflight;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>
/// Moves one mailbox, or what changed in it since the last run with the same journal. The source is only ever read; nothing of others is deleted at
/// the target; what people did at the target stays. Killed at any instant and run again, it loses nothing and sends nothing twice.
/// </summary>
/// <param name="time">The clock of dates and rates.</param>
public sealed class MailboxTransfer(TimeProvider time)
{
    /// <summary>
    /// Runs until everything is moved, or a refusal stops it, or patience is at its end, or it is cancelled; cancelling leaves the journal
    /// correct and answers within 2 s with what was done so far (outcome interrupted).
    /// </summary>
    /// <param name="source">The old mailbox.</param>
    /// <param name="target">The new mailbox.</param>
    /// <param name="journalDirectory">Where the journal is or is to be: one directory per pair of accounts, held by one run at a time.</param>
    /// <param name="options">How.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>What became of every message; failures of servers are in it, not thrown.</returns>
    /// <exception cref="TransferException">The journal cannot be opened.</exception>
    public Task<MailboxTransferResult> RunAsync(ImapAccount source, ImapAccount target, string journalDirectory, MailboxTransferOptions options, CancellationToken token) =>
        RunAsync(source, target, journalDirectory, options, static run => new Attempt(run), token);

    internal async Task<MailboxTransferResult> RunAsync(
        ImapAccount source, ImapAccount target, string journalDirectory, MailboxTransferOptions options, Func<TransferRun, IAttempt> how, CancellationToken token)
    {
        if (options.Connections is < 1 or > 4) throw new ArgumentOutOfRangeException(nameof(options), options.Connections, "Connections must be from 1 to 4.");
        if (source.Stored is { Exclusive: true }) options = options with { Connections = 1 }; // a second one would wait for the first
        using var journal = AccountJournal.Open(journalDirectory, Key(source), Key(target));
        var run = new TransferRun(source, target, options, journal, time);
        var attempt = how(run);
        var (startedAt, start) = (time.GetUtcNow(), time.GetTimestamp());
        TransferFailure? failure = null;
        try
        {
            await attempt.RunAsync(token);
        }
        catch (TransferException stopped)
        {
            failure = stopped.Failure;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            failure = new(TransferSide.Us, TransferFailureKind.Passing, TransferCode.ConnectionLost, "Cancelled; run again to resume.");
        }
        finally
        {
            await attempt.CloseAsync();
        }

        run.ListNotExpressed();
        run.Tell(last: true);
        var folders = attempt.Folders.ConvertAll(static folder => new FolderResult(folder.Map.SourcePath, folder.Map.TargetPath, folder.Counts, folder.Bytes));
        var counts = Sum(folders);
        return new(
            Outcome(failure, counts, run), failure, counts, folders.Sum(static folder => folder.Bytes), startedAt, time.GetUtcNow(),
            time.GetElapsedTime(start).TotalSeconds, run.RoundTrips, run.Exceptions, run.ExceptionCount, folders)
        {
            Prediction = PredictionFile.Read(journalDirectory),
        };
    }

    internal static string Key(ImapAccount account) => $"{account.Endpoint.Login}@{account.Endpoint.Host}";

    private static TransferCounts Sum(List<FolderResult> folders) => folders.Aggregate(
        new TransferCounts(0, 0, 0, 0, 0, 0, 0, 0),
        static (sum, folder) => new(
            sum.Source + folder.Counts.Source, sum.Copied + folder.Counts.Copied, sum.AlreadyThere + folder.Counts.AlreadyThere,
            sum.Refused + folder.Counts.Refused, sum.Excluded + folder.Counts.Excluded, sum.Remaining + folder.Counts.Remaining,
            sum.Altered + folder.Counts.Altered, sum.DeletedAtSource + folder.Counts.DeletedAtSource));

    private static TransferOutcome Outcome(TransferFailure? failure, TransferCounts counts, TransferRun run) => failure switch
    {
        { Kind: TransferFailureKind.Passing } => TransferOutcome.Interrupted,
        { Kind: TransferFailureKind.Refused } => TransferOutcome.Stopped,
        { Side: TransferSide.Us } => TransferOutcome.Failed,
        not null => TransferOutcome.Stopped,
        null => counts.Refused + counts.Altered + counts.Remaining + run.Unequal == 0 ? TransferOutcome.Complete : TransferOutcome.Exceptions,
    };
}
