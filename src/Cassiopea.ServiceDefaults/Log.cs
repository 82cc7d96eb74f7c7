using Microsoft.Extensions.Logging;

namespace Cassiopea.ServiceDefaults;

internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Warning, "The database does not answer yet (attempt {Attempt}): {Reason}")]
    public static partial void DatabaseAway(this ILogger log, int attempt, string reason);

    [LoggerMessage(1002, LogLevel.Error, "The outbox could not be read or cleared; the messages stay")]
    public static partial void DispatchFailed(this ILogger log, Exception exception);

    [LoggerMessage(1003, LogLevel.Warning, "Message {MessageType} to {Destination} not sent (attempt {Attempt}); it stays in the outbox")]
    public static partial void NotSent(this ILogger log, Exception exception, string messageType, string? destination, int attempt);

    [LoggerMessage(1004, LogLevel.Information, "Inbox cleaning postponed: {Reason}")]
    public static partial void CleaningPostponed(this ILogger log, string reason);
}
