using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;

namespace Cassiopea.Databases;

/// <summary>Work at one end whose answer carries its own failure: what passes goes back to the queue, the rest is told.</summary>
internal static class DatabaseStep
{
    /// <summary>Does the work.</summary>
    /// <returns>Why it could not be done; null when it was.</returns>
    public static async Task<Failure?> RunAsync(FailureSide side, Func<Task> work, CancellationToken token)
    {
        try
        {
            await work();
            return null;
        }
        catch (Exception e) when (!token.IsCancellationRequested && PassFailures.Of(e, side) is { } failure)
        {
            return failure.Kind == FailureKind.Passing ? throw new PassingFailureException(failure, e) : failure;
        }
    }
}
