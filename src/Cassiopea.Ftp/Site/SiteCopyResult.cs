using System.Diagnostics;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Site;

/// <summary>How one run ended.</summary>
/// <param name="Outcome">Complete only when every file at the source is at the target, unchanged.</param>
/// <param name="Failure">Why it stopped; null when it ran to its end.</param>
/// <param name="Counts">Of files and links; they always add up.</param>
/// <param name="Directories">Directories at the source.</param>
/// <param name="Bytes">Bytes copied (verification: read at the target) by this run.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="FinishedAt">UTC.</param>
/// <param name="Seconds">Duration.</param>
/// <param name="RoundTrips">Times that an answer was waited for, all connections together.</param>
/// <param name="Exceptions">What did not arrive as it was; at most 10,000.</param>
/// <param name="ExceptionCount">All of them.</param>
/// <param name="Excluded">What was left out; at most 10,000.</param>
/// <param name="Deleted">What was deleted at the target, or would be in a dry run; at most 10,000.</param>
/// <param name="Extra">Files at the target that the source does not have.</param>
/// <param name="Connections">Connections per end at the end of the run.</param>
/// <param name="ManifestSha256">Verification: SHA-256 of the manifest; empty without one.</param>
public sealed record SiteCopyResult(
    TransferOutcome Outcome,
    TransferFailure? Failure,
    TransferCounts Counts,
    long Directories,
    long Bytes,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    double Seconds,
    long RoundTrips,
    IReadOnlyList<ReportException> Exceptions,
    long ExceptionCount,
    IReadOnlyList<string> Excluded,
    IReadOnlyList<string> Deleted,
    long Extra,
    int Connections,
    string ManifestSha256 = "")
{
    /// <summary>The report of this run; what was left out and deleted is listed in it.</summary>
    /// <param name="engine">For example <c>site copy</c>.</param>
    /// <param name="source">The source's URL.</param>
    /// <param name="target">The target's URL.</param>
    public TransferReport ToReport(string engine, string source, string target)
    {
        using var self = Process.GetCurrentProcess();
        ReportException[] all =
        [
            .. Exceptions,
            .. Excluded.Select(static path => new ReportException(path, TransferSide.Us, TransferFailureKind.Refused, TransferCode.NotExpressible, "Left out by a decision.", "Nothing.")),
            .. Deleted.Select(static path => new ReportException(path, TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemMissing, "Not at the source any more: deleted at the target.", "Nothing.")),
        ];
        return new(
            engine, typeof(SiteCopyResult).Assembly.GetName().Version?.ToString(3) ?? "0.0.0", source, target, StartedAt, FinishedAt, Outcome, Counts, Bytes, Seconds, RoundTrips,
            self.PeakWorkingSet64, all, Failure);
    }
}
