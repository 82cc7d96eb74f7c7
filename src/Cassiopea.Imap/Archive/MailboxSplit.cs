using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Archive;

/// <summary>What became of a split: both parts, and the counts of the whole.</summary>
/// <param name="Online">The part that went to the target.</param>
/// <param name="Archived">The part that went into the archive.</param>
public sealed record MailboxSplitResult(MailboxTransferResult Online, MailboxTransferResult Archived)
{
    /// <summary>Of all messages of the source: copied means copied to one of the two, excluded means left out with its folder.</summary>
    public TransferCounts Counts
    {
        get
        {
            var (online, archived) = (Online.Counts, Archived.Counts);
            var excluded = Math.Max(0, archived.Source - Archived.Folders.Sum(static folder => folder.Counts.Source));
            var (copied, there, refused) = (online.Copied + archived.Copied, online.AlreadyThere + archived.AlreadyThere, online.Refused + archived.Refused);
            var known = copied + there + refused + excluded;
            var source = Math.Max(known, Math.Max(online.Source, archived.Source));
            return new(source, copied, there, refused, excluded, source - known, online.Altered + archived.Altered, online.DeletedAtSource);
        }
    }

    /// <summary>The worse of the two; a message that neither part has makes it no better than exceptions.</summary>
    public TransferOutcome Outcome
    {
        get
        {
            TransferOutcome[] both = [Online.Outcome, Archived.Outcome];
            foreach (var outcome in (TransferOutcome[])[TransferOutcome.Failed, TransferOutcome.Stopped, TransferOutcome.Interrupted, TransferOutcome.Exceptions])
            {
                if (both.Contains(outcome)) return outcome;
            }

            return Counts.Remaining > 0 ? TransferOutcome.Exceptions : TransferOutcome.Complete;
        }
    }

    /// <summary>One report of both parts.</summary>
    /// <param name="engine">For example <c>mail copy</c>.</param>
    /// <param name="source">The source's URL.</param>
    /// <param name="target">Where both parts went.</param>
    public TransferReport ToReport(string engine, string source, string target) => new(
        engine, EngineVersion.Text, source, target, Archived.StartedAt, Online.FinishedAt, Outcome, Counts, Online.Bytes + Archived.Bytes, Online.Seconds + Archived.Seconds,
        Online.RoundTrips + Archived.RoundTrips, EngineVersion.PeakMemory(), [.. Archived.Exceptions, .. Online.Exceptions], Archived.Failure ?? Online.Failure, Online.Prediction);
}

/// <summary>
/// Moves what was received since a date to the target and what is older into a local archive, so that every message of the source is in exactly
/// one of the two. The archive comes first: when it fails, nothing goes online without its older part being safe.
/// </summary>
/// <param name="time">The clock of dates and rates.</param>
public sealed class MailboxSplit(TimeProvider time)
{
    /// <summary>Runs both parts; run again with the same arguments it goes on.</summary>
    /// <param name="source">The old mailbox.</param>
    /// <param name="target">The new mailbox.</param>
    /// <param name="journalDirectory">The journal of the online part.</param>
    /// <param name="archiveDirectory">The root of the archive.</param>
    /// <param name="options">With <see cref="MailboxTransferOptions.OnlineSince"/>.</param>
    /// <param name="token">Cancels; what was done stays.</param>
    /// <exception cref="TransferException">The journal cannot be opened.</exception>
    public async Task<MailboxSplitResult> RunAsync(
        ImapAccount source, ImapAccount target, string journalDirectory, string archiveDirectory, MailboxTransferOptions options, CancellationToken token)
    {
        if (options.OnlineSince is not { } since) throw new ArgumentException("A split needs the date from which messages go online.", nameof(options));
        var archived = await new MailboxArchive(time).RunAsync(source, archiveDirectory, options with { OnlineSince = null, ArchivedBefore = since }, token);
        if (archived.Failure is { } failure)
        {
            var online = new MailboxTransferResult(
                archived.Outcome, failure, new(0, 0, 0, 0, 0, 0, 0, 0), 0, archived.FinishedAt, archived.FinishedAt, 0, 0, [], 0, []);
            return new(online, archived);
        }

        return new(await new MailboxTransfer(time).RunAsync(source, target, journalDirectory, options, token), archived);
    }
}
