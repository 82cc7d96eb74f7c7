using Cassiopea.Contracts;

namespace Cassiopea.WebHosting;

/// <summary>Ids and counts; never a path, a host or a password.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "Site {ItemId} pass {Pass} transferred: {Source} at the source, {Copied} copied, {AlreadyThere} already there, {Refused} refused, {Bytes} bytes in {Seconds:0.0} s")]
    public static partial void Transferred(
        this ILogger log, Guid itemId, int pass, long source, long copied, long alreadyThere, long refused, long bytes, double seconds);

    [LoggerMessage(4002, LogLevel.Warning, "Site {ItemId}, pass {Pass}, was not configured: {Side} {FailureKind} {Code}")]
    public static partial void NotConfigured(this ILogger log, Guid itemId, int pass, FailureSide side, FailureKind failureKind, string code);

    [LoggerMessage(4003, LogLevel.Information, "Site {ItemId} pass {Pass} verified: {Compared} compared, {Differences} differences, {Grade}, {Bytes} bytes in {Seconds:0.0} s")]
    public static partial void Verified(this ILogger log, Guid itemId, int pass, long compared, long differences, Grade grade, long bytes, double seconds);

    [LoggerMessage(4004, LogLevel.Information, "Site {ItemId} surveyed, attempt {Attempt}: source {SourceCode}, target {TargetCode}, {Findings} findings")]
    public static partial void Surveyed(this ILogger log, Guid itemId, int attempt, string sourceCode, string targetCode, long findings);

    [LoggerMessage(4006, LogLevel.Information, "Site {ItemId} pass {Pass} configured: {Files} files written, {Equal} of {Compared} pages equal")]
    public static partial void Configured(this ILogger log, Guid itemId, int pass, int files, int equal, int compared);

    [LoggerMessage(4007, LogLevel.Information, "Site {ItemId} pass {Pass}: {Changes} files were written at the old place since the last delta")]
    public static partial void Stragglers(this ILogger log, Guid itemId, int pass, int changes);

    [LoggerMessage(4009, LogLevel.Information, "Statistics of site {ItemId}, round {Round}: {Files} files and {Pages} pages of {Months} months, {Code}")]
    public static partial void StatisticsSaved(this ILogger log, Guid itemId, int round, int files, int pages, int months, string code);

    [LoggerMessage(4010, LogLevel.Warning, "A database login that site {ItemId} names was not taken by the vault: {Outcome}")]
    public static partial void NotStored(this ILogger log, Guid itemId, ServiceDefaults.Vault.StoreOutcome outcome);

    [LoggerMessage(4011, LogLevel.Information, "Archive {Round} of site {ItemId}: {Files} files, {Bytes} bytes, {Code}")]
    public static partial void Archived(this ILogger log, Guid itemId, int round, long files, long bytes, string code);

    [LoggerMessage(4008, LogLevel.Information, "A site's name has no address now ({Error}): the new place is looked at alone")]
    public static partial void NoOldAddress(this ILogger log, System.Net.Sockets.SocketError error);
}
