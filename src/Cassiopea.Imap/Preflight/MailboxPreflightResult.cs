using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Preflight;

/// <summary>How much a problem weighs.</summary>
public enum PreflightSeverity
{
    /// <summary>The run cannot begin, or cannot end.</summary>
    Blocking,

    /// <summary>The run will end with this as an exception.</summary>
    Exception,

    /// <summary>Worth knowing before.</summary>
    Notice,
}

/// <summary>Something that a dry run found.</summary>
/// <param name="Severity">How much it weighs.</param>
/// <param name="What">What it is and what to do.</param>
public sealed record PreflightProblem(PreflightSeverity Severity, ReportException What);

/// <summary>What a dry run found and foretells.</summary>
/// <param name="Prediction">Items, bytes, duration and where each folder goes.</param>
/// <param name="Problems">Blocking ones first; at most 10,000.</param>
/// <param name="Messages">Messages at the source, all folders.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="AlreadyThere">Messages that the journal knows at the target.</param>
/// <param name="Excluded">Messages left out by a decision: excluded folders, too old.</param>
/// <param name="Older">Messages older than the limit of <see cref="MailboxTransferOptions.OnlineSince"/>; part of Excluded.</param>
/// <param name="OlderBytes">Their bytes.</param>
/// <param name="QuotaFreeBytes">Room at the target; null without quota.</param>
/// <param name="LargestAllowedBytes">Largest message that the target takes; null when it does not say.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="FinishedAt">UTC.</param>
/// <param name="Seconds">Duration of the dry run.</param>
/// <param name="RoundTrips">Times that an answer was waited for.</param>
public sealed record MailboxPreflightResult(
    TransferPrediction Prediction,
    IReadOnlyList<PreflightProblem> Problems,
    long Messages,
    long Bytes,
    long AlreadyThere,
    long Excluded,
    long Older,
    long OlderBytes,
    long? QuotaFreeBytes,
    long? LargestAllowedBytes,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    double Seconds,
    long RoundTrips)
{
    /// <summary>True when nothing blocks.</summary>
    public bool Possible => Prediction.Blocking == 0;

    /// <summary>The report of the dry run: nothing is copied, what would be is remaining.</summary>
    /// <param name="engine">For example <c>mail copy --dry-run</c>.</param>
    /// <param name="source">The source's URL.</param>
    /// <param name="target">The target's URL.</param>
    public TransferReport ToReport(string engine, string source, string target)
    {
        var blocking = Problems.FirstOrDefault(static problem => problem.Severity == PreflightSeverity.Blocking)?.What;
        var outcome = blocking switch
        {
            { Kind: TransferFailureKind.Passing } => TransferOutcome.Interrupted,
            not null => TransferOutcome.Stopped,
            null when Problems.Any(static problem => problem.Severity == PreflightSeverity.Exception) => TransferOutcome.Exceptions,
            null => TransferOutcome.Complete,
        };
        return new(
            engine, EngineVersion.Text, source, target, StartedAt, FinishedAt, outcome,
            new(Messages, 0, AlreadyThere, 0, Excluded, Messages - AlreadyThere - Excluded, 0, 0), 0, Seconds, RoundTrips, EngineVersion.PeakMemory(),
            [.. Problems.Select(static problem => problem.What)], blocking is null ? null : new(blocking.Side, blocking.Kind, blocking.Code, blocking.Text), Prediction);
    }
}
