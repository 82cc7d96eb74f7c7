using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>How one folder compares.</summary>
/// <param name="Source">Path at the source, <c>/</c> between levels.</param>
/// <param name="Target">Path at the target; empty when it does not exist.</param>
/// <param name="SourceMessages">Messages at the source.</param>
/// <param name="TargetMessages">Messages at the target.</param>
/// <param name="Equal">Messages with equal octets, date and flags.</param>
/// <param name="Missing">At the source only.</param>
/// <param name="Altered">Equal octets, but another date or other flags.</param>
/// <param name="Extra">At the target only: deliveries and the like, no difference.</param>
/// <param name="Bytes">Bytes read at the source.</param>
public sealed record FolderVerification(
    string Source, string Target, long SourceMessages, long TargetMessages, long Equal, long Missing, long Altered, long Extra, long Bytes);

/// <summary>What a comparison of both ends found.</summary>
/// <param name="Equal">True when each source message has its equal at the target: octets (SHA-256), instant of receipt, flags, folder, number.</param>
/// <param name="Compared">Source messages compared.</param>
/// <param name="Bytes">Bytes read at the source.</param>
/// <param name="Extra">Messages at the target only.</param>
/// <param name="Differences">At most 10,000.</param>
/// <param name="DifferenceCount">All of them.</param>
/// <param name="Folders">Folder by folder.</param>
/// <param name="ManifestSha256">SHA-256 of the source's manifest, lower-case hex.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="FinishedAt">UTC.</param>
/// <param name="Seconds">Duration.</param>
/// <param name="RoundTrips">Times that an answer was waited for.</param>
public sealed record MailboxVerificationResult(
    bool Equal,
    long Compared,
    long Bytes,
    long Extra,
    IReadOnlyList<ReportException> Differences,
    long DifferenceCount,
    IReadOnlyList<FolderVerification> Folders,
    string ManifestSha256,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    double Seconds,
    long RoundTrips)
{
    /// <summary>The report of this run: each difference counts as refused, so that the counts add up.</summary>
    /// <param name="engine">For example <c>mail verify</c>.</param>
    /// <param name="source">The source's URL.</param>
    /// <param name="target">The target's URL.</param>
    public TransferReport ToReport(string engine, string source, string target)
    {
        var equal = Folders.Sum(static folder => folder.Equal);
        return new(
            engine, EngineVersion.Text, source, target, StartedAt, FinishedAt,
            Equal ? TransferOutcome.Complete : TransferOutcome.Different,
            new(Compared, 0, equal, Compared - equal, 0, 0, 0, 0), Bytes, Seconds, RoundTrips, EngineVersion.PeakMemory(), Differences);
    }
}
