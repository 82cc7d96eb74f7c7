using System.Diagnostics;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>What became of one table.</summary>
/// <param name="Source">Name at the source.</param>
/// <param name="Target">Name at the target.</param>
/// <param name="Counts">Of rows.</param>
/// <param name="Bytes">Bytes sent by this run.</param>
/// <param name="Chunks">Chunks it was cut into.</param>
/// <param name="ChunksSent">Chunks sent by this run; the others were equal or done before.</param>
/// <param name="LockSeconds">How long writers at the source had to wait for this table (MyISAM and the like); 0 = not at all.</param>
public sealed record TableResult(string Source, string Target, TransferCounts Counts, long Bytes, int Chunks, int ChunksSent, double LockSeconds);

/// <summary>How one run ended.</summary>
/// <param name="Outcome">Complete only when every row and object of the source is at the target, unchanged.</param>
/// <param name="Failure">Why it stopped; null when it ran to its end.</param>
/// <param name="Counts">Of rows and of objects (views, routines, triggers, events); they always add up.</param>
/// <param name="Bytes">Bytes of rows sent by this run.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="FinishedAt">UTC.</param>
/// <param name="Seconds">Duration.</param>
/// <param name="RoundTrips">Times that an answer was waited for, all connections together.</param>
/// <param name="Exceptions">What did not arrive as it was, and what is worth knowing; at most 10,000.</param>
/// <param name="ExceptionCount">All of them.</param>
/// <param name="Tables">Table by table.</param>
/// <param name="Findings">What the checks before the first row found.</param>
/// <param name="Changes">What differs at the target on purpose: definers, names, options.</param>
/// <param name="OneSnapshot">True when all rows of transactional tables were read as of one instant.</param>
/// <param name="SnapshotLockSeconds">How long writers waited for that instant; 0 = not at all.</param>
/// <param name="Method">How rows were written.</param>
public sealed record DatabaseCopyResult(
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
    IReadOnlyList<TableResult> Tables,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<DatabaseChange> Changes,
    bool OneSnapshot,
    double SnapshotLockSeconds,
    WriteMethod Method)
{
    /// <summary>The report of this run.</summary>
    /// <param name="engine">For example <c>db copy</c>.</param>
    /// <param name="source">The source's URL.</param>
    /// <param name="target">The target's URL.</param>
    public TransferReport ToReport(string engine, string source, string target) => new(
        engine, EngineVersion.Text, source, target, StartedAt, FinishedAt, Outcome, Counts, Bytes, Seconds, RoundTrips, EngineVersion.PeakMemory(), Exceptions, Failure);
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
