using Cassiopea.Contracts;

namespace Cassiopea.Mail;

/// <summary>Ids and counts; never a subject, a folder or a password.</summary>
internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Information, "Mailbox {ItemId} pass {Pass} transferred: {Source} at the source, {Copied} copied, {AlreadyThere} already there, {Refused} refused, {Bytes} bytes in {Seconds:0.0} s")]
    public static partial void Transferred(
        this ILogger log, Guid itemId, int pass, long source, long copied, long alreadyThere, long refused, long bytes, double seconds);

    [LoggerMessage(2003, LogLevel.Information, "Mailbox {ItemId} pass {Pass} verified: {Compared} compared, {Differences} differences, {Grade}, {Bytes} bytes in {Seconds:0.0} s")]
    public static partial void Verified(this ILogger log, Guid itemId, int pass, long compared, long differences, Grade grade, long bytes, double seconds);

    [LoggerMessage(2004, LogLevel.Information, "Mailbox {ItemId} surveyed, attempt {Attempt}: source {SourceCode}, target {TargetCode}")]
    public static partial void Surveyed(this ILogger log, Guid itemId, int attempt, string sourceCode, string targetCode);

    [LoggerMessage(2007, LogLevel.Information, "Mailbox {ItemId} pass {Pass} archived: {Messages} messages, {Added} new, {Parts} parts, equal: {Equal}")]
    public static partial void Archived(this ILogger log, Guid itemId, int pass, long messages, long added, int parts, bool equal);

    [LoggerMessage(2006, LogLevel.Warning, "The login log of the old host cannot be read, protocols are unknown: {Problem}")]
    public static partial void LoginLogUnreadable(this ILogger log, string problem);
}
