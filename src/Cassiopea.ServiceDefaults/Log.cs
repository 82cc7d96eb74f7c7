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

    [LoggerMessage(1005, LogLevel.Error, "Dead letter {LetterId} in {Queue}: {MessageType} failed with {ErrorType}: {Error}")]
    public static partial void LetterKept(this ILogger log, Guid letterId, string queue, string messageType, string errorType, string error);

    [LoggerMessage(1006, LogLevel.Error, "A dead letter of {Queue} could not be kept here; it goes to the broker's own queue")]
    public static partial void LetterNotKept(this ILogger log, Exception exception, string queue);

    [LoggerMessage(1007, LogLevel.Error, "Nothing can be sent although the broker answers; the bus is started again")]
    public static partial void BusRestarts(this ILogger log);

    [LoggerMessage(1008, LogLevel.Critical, "The bus cannot be started again; the service ends, to be started anew")]
    public static partial void BusStuck(this ILogger log, Exception exception);

    [LoggerMessage(1101, LogLevel.Error, "No {Kind} job could be claimed")]
    public static partial void ClaimFailed(this ILogger log, Exception exception, string kind);

    [LoggerMessage(1102, LogLevel.Warning, "Job {Kind} of {ItemId} was taken over by another worker (epoch {Epoch}); this run stops")]
    public static partial void LeaseLost(this ILogger log, string kind, Guid itemId, long epoch);

    [LoggerMessage(1103, LogLevel.Error, "The end of job {Kind} of {ItemId} could not be written; its lease ends by itself")]
    public static partial void OutcomeNotWritten(this ILogger log, Exception exception, string kind, Guid itemId);

    [LoggerMessage(1104, LogLevel.Error, "Job {Kind} of {ItemId} failed after it had told its outcome; the outcome stands")]
    public static partial void FailedAfterOutcome(this ILogger log, Exception exception, string kind, Guid itemId);

    [LoggerMessage(1105, LogLevel.Warning, "Job {Kind} of {ItemId} is tried again in {Wait} (try {Attempt} failed)")]
    public static partial void TriedAgainLater(this ILogger log, Exception exception, string kind, Guid itemId, int attempt, TimeSpan wait);

    [LoggerMessage(1106, LogLevel.Error, "Job {Kind} of {ItemId} is given up after {Attempts} tries without progress")]
    public static partial void GivenUp(this ILogger log, Exception exception, string kind, Guid itemId, int attempts);

    [LoggerMessage(1107, LogLevel.Information, "Job {Kind} of {ItemId} stopped: {Reason}")]
    public static partial void Stopped(this ILogger log, string kind, Guid itemId, string reason);

    [LoggerMessage(1108, LogLevel.Warning, "Heartbeat of job {Kind} of {ItemId} failed: {Reason}")]
    public static partial void HeartbeatFailed(this ILogger log, string kind, Guid itemId, string reason);
}
