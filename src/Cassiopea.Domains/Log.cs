namespace Cassiopea.Domains;

/// <summary>Ids and counts; never a name or an address of a person.</summary>
internal static partial class Log
{
    [LoggerMessage(5001, LogLevel.Information, "Domain {ItemId} surveyed, attempt {Attempt}: {Changes} changes planned, {Blocking} blocking findings, source {SourceCode}, target {TargetCode}")]
    public static partial void Surveyed(this ILogger log, Guid itemId, int attempt, int changes, int blocking, string sourceCode, string targetCode);

    [LoggerMessage(5002, LogLevel.Information, "Domain {ItemId}: TTLs lowered from {OldTtl} s to at most {NewTtl} s")]
    public static partial void TtlLowered(this ILogger log, Guid itemId, long oldTtl, uint newTtl);

    [LoggerMessage(5003, LogLevel.Information, "Domain {ItemId}: zone published, {Changes} changes, asked at {Servers} name servers")]
    public static partial void Published(this ILogger log, Guid itemId, int changes, int servers);

    [LoggerMessage(5004, LogLevel.Information, "Domain {ItemId}: switched to {Servers} name servers; old answers last {OldTtl} s")]
    public static partial void CutOver(this ILogger log, Guid itemId, int servers, uint oldTtl);

    [LoggerMessage(5005, LogLevel.Information, "Domain {ItemId}: everything as before the cut-over")]
    public static partial void RolledBack(this ILogger log, Guid itemId);

    [LoggerMessage(5006, LogLevel.Warning, "Domains could not be looked at; tried again at the next round")]
    public static partial void WatchFailed(this ILogger log, Exception failed);

    [LoggerMessage(5007, LogLevel.Information, "Domain {ItemId}: a transfer is prepared, its code comes from the {Source}")]
    public static partial void TransferPrepared(this ILogger log, Guid itemId, string source);
}
