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

    [LoggerMessage(4107, LogLevel.Information, "Database {ItemId} pass {Pass}: texts replaced (only counted: {DryRun}): {Values} values, {Places} places; {Code}")]
    public static partial void Replaced(this ILogger log, Guid itemId, int pass, bool dryRun, long values, long places, string code);

    [LoggerMessage(4108, LogLevel.Information, "Database {ItemId} pass {Pass}: {Columns} columns repaired, {Values} values; {Code}")]
    public static partial void Repaired(this ILogger log, Guid itemId, int pass, int columns, long values, string code);

    [LoggerMessage(4109, LogLevel.Information, "Database {ItemId} pass {Pass} archived: {Tables} tables, {Rows} rows, {Parts} files, read again equal: {Equal}")]
    public static partial void Archived(this ILogger log, Guid itemId, int pass, int tables, long rows, int parts, bool equal);

    [LoggerMessage(4110, LogLevel.Information, "Database {ItemId}: read-only account {Number} at the old server: {Step}; {Code}")]
    public static partial void ReadAccount(this ILogger log, Guid itemId, int number, string step, string code);

    [LoggerMessage(4106, LogLevel.Information, "Database {ItemId} pass {Pass}: {Tables} tables of the old place looked at after the cut-over, {Written} written to since the last delta")]
    public static partial void Watched(this ILogger log, Guid itemId, int pass, int tables, int written);
}
