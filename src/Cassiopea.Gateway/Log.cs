namespace Cassiopea.Gateway;

internal static partial class Log
{
    [LoggerMessage(9001, LogLevel.Warning, "An operator key was made and written to {Path}; it ends {ExpiresAt:u}. Make a key for each person, then revoke this one")]
    public static partial void AdminKeyMade(this ILogger log, string path, DateTimeOffset expiresAt);

    [LoggerMessage(9002, LogLevel.Error, "Request {Method} {Route} failed")]
    public static partial void RequestFailed(this ILogger log, string method, string route, Exception exception);

    [LoggerMessage(9003, LogLevel.Warning, "The event log cannot be read, live streams wait")]
    public static partial void EventTailFailed(this ILogger log, Exception exception);

    [LoggerMessage(9004, LogLevel.Warning, "Old answers and events could not be removed, tried again in an hour")]
    public static partial void SweepFailed(this ILogger log, Exception exception);

    [LoggerMessage(9006, LogLevel.Error, "A sign-in link cannot be mailed: an operator must set Gateway:PublicUrl to the address of the pages")]
    public static partial void PublicUrlMissing(this ILogger log);

    [LoggerMessage(9005, LogLevel.Information, "Operation {OperationId} {Verb} asked with key {KeyId}")]
    public static partial void OperationAsked(this ILogger log, Guid operationId, string verb, Guid keyId);
}
