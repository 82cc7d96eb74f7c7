using System.Net.Sockets;
using Npgsql;

namespace Cassiopea.ServiceDefaults;

/// <summary>Tells failures apart by the whole chain of causes: EF wraps, MassTransit looks at the outermost and innermost only.</summary>
public static class Retrying
{
    /// <summary>The database is not there now, or lost the connection: wait for it.</summary>
    public static bool DatabaseAway(Exception exception) => Chain(exception).Any(cause => cause switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure } => false,
        PostgresException refused => refused.IsTransient || refused.SqlState.StartsWith("57P", StringComparison.Ordinal), // stops or starts
        NpgsqlException lost => lost.IsTransient || lost.InnerException is IOException or SocketException or TimeoutException,
        _ => false,
    });

    /// <summary>A network or another service is away: worth another try in minutes.</summary>
    public static bool Passing(Exception exception) => !DatabaseAway(exception) &&
        Chain(exception).Any(cause => cause is HttpRequestException or TimeoutException or SocketException
            or (IOException and not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException)));

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException) yield return cause;
    }
}
