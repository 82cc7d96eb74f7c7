using Cassiopea.Contracts;

namespace Cassiopea.Databases;

/// <summary>Ids and counts; never a value of a row or a password.</summary>
internal static partial class Log
{
    [LoggerMessage(4101, LogLevel.Information, "Database {ItemId} pass {Pass} transferred: {Source} at the source, {Copied} copied, {AlreadyThere} already there, {Refused} refused, {Bytes} bytes in {Seconds:0.0} s")]
    public static partial void Transferred(
        this ILogger log, Guid itemId, int pass, long source, long copied, long alreadyThere, long refused, long bytes, double seconds);

    [LoggerMessage(4103, LogLevel.Information, "Database {ItemId} pass {Pass} verified: {Compared} compared, {Differences} differences, {Grade}, {Bytes} bytes in {Seconds:0.0} s")]
    public static partial void Verified(this ILogger log, Guid itemId, int pass, long compared, long differences, Grade grade, long bytes, double seconds);

    [LoggerMessage(4104, LogLevel.Information, "Database {ItemId} surveyed, attempt {Attempt}: source {SourceCode}, target {TargetCode}")]
    public static partial void Surveyed(this ILogger log, Guid itemId, int attempt, string sourceCode, string targetCode);

    [LoggerMessage(4106, LogLevel.Information, "Database {ItemId} pass {Pass}: {Tables} tables of the old place looked at after the cut-over, {Written} written to since the last delta")]
    public static partial void Watched(this ILogger log, Guid itemId, int pass, int tables, int written);
}
