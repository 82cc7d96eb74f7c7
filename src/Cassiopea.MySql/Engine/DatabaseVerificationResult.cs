using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>How one table compares.</summary>
/// <param name="Source">Name at the source.</param>
/// <param name="Target">Name at the target.</param>
/// <param name="SourceRows">Rows at the source.</param>
/// <param name="TargetRows">Rows at the target.</param>
/// <param name="Equal">Rows that are equal.</param>
/// <param name="Missing">Rows at the source only.</param>
/// <param name="Altered">Rows with equal key and other values.</param>
/// <param name="Extra">Rows at the target only.</param>
/// <param name="Chunks">Chunks compared.</param>
public sealed record TableVerification(string Source, string Target, long SourceRows, long TargetRows, long Equal, long Missing, long Altered, long Extra, int Chunks);

/// <summary>What a comparison of both ends found.</summary>
/// <param name="Equal">True when each row has its equal, no row is at one end only, and every object is made the same way.</param>
/// <param name="Compared">Rows and objects of the source.</param>
/// <param name="Bytes">Bytes of the source's tables, as the server estimates them.</param>
/// <param name="Extra">Rows at the target only.</param>
/// <param name="Differences">At most 10,000.</param>
/// <param name="DifferenceCount">All of them: rows and objects.</param>
/// <param name="Tables">Table by table.</param>
/// <param name="ManifestSha256">SHA-256 of the list of all chunks with their hashes, as the source has them, lower-case hex.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="FinishedAt">UTC.</param>
/// <param name="Seconds">Duration.</param>
/// <param name="RoundTrips">Times that an answer was waited for.</param>
public sealed record DatabaseVerificationResult(
    bool Equal,
    long Compared,
    long Bytes,
    long Extra,
    IReadOnlyList<ReportException> Differences,
    long DifferenceCount,
    IReadOnlyList<TableVerification> Tables,
    string ManifestSha256,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    double Seconds,
    long RoundTrips)
{
    /// <summary>The report of this run: what differs counts as refused, so that the counts add up.</summary>
    /// <param name="engine">For example <c>db verify</c>.</param>
    /// <param name="source">The source's URL.</param>
    /// <param name="target">The target's URL.</param>
    public TransferReport ToReport(string engine, string source, string target)
    {
        var different = Math.Min(Compared, DifferenceCount - Extra);
        return new(
            engine, EngineVersion.Text, source, target, StartedAt, FinishedAt, Equal ? TransferOutcome.Complete : TransferOutcome.Different,
            new(Compared, 0, Compared - different, different, 0, 0, 0, 0), Bytes, Seconds, RoundTrips, EngineVersion.PeakMemory(), Differences);
    }
}
