using System.Diagnostics;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>What became of one folder.</summary>
/// <param name="Source">Path at the source, <c>/</c> between levels.</param>
/// <param name="Target">Path at the target, <c>/</c> between levels; empty when it was not mapped.</param>
/// <param name="Counts">Of messages.</param>
/// <param name="Bytes">Bytes copied by this run.</param>
public sealed record FolderResult(string Source, string Target, TransferCounts Counts, long Bytes);

/// <summary>How one run ended.</summary>
/// <param name="Outcome">Complete only when every message at the source is at the target, unchanged.</param>
/// <param name="Failure">Why it stopped; null when it ran to its end.</param>
/// <param name="Counts">Of messages; they always add up.</param>
/// <param name="Bytes">Bytes copied by this run.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="FinishedAt">UTC.</param>
/// <param name="Seconds">Duration.</param>
/// <param name="RoundTrips">Times that an answer was waited for, all connections together.</param>
/// <param name="Exceptions">What did not arrive as it was; at most 10,000.</param>
/// <param name="ExceptionCount">All of them.</param>
/// <param name="Folders">Folder by folder.</param>
public sealed record MailboxTransferResult(
    TransferOutcome Outcome,
    TransferFailure? Failure,
    TransferCounts Counts,
    long Bytes,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    double Seconds,
    long RoundTrips,
    IReadOnlyList<ReportException> Exceptions,
    long ExceptionCount,
    IReadOnlyList<FolderResult> Folders)
{
    /// <summary>What a dry run with the same journal foretold; null when there was none.</summary>
    public TransferPrediction? Prediction { get; init; }

    /// <summary>The report of this run.</summary>
    /// <param name="engine">For example <c>mail copy</c>.</param>
    /// <param name="source">The source's URL.</param>
    /// <param name="target">The target's URL.</param>
    public TransferReport ToReport(string engine, string source, string target) => new(
        engine, EngineVersion.Text, source, target, StartedAt, FinishedAt, Outcome, Counts, Bytes, Seconds, RoundTrips, EngineVersion.PeakMemory(), Exceptions, Failure, Prediction);
}

internal static class EngineVersion
{
    public static string Text { get; } = typeof(EngineVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static long PeakMemory()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }
}
