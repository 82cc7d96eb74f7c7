using Cassiopea.Contracts;
using Microsoft.Extensions.Logging;

namespace Cassiopea.ServiceDefaults.Passes;

/// <summary>One run over both ends of an item: enters them, works, and says how it failed when it did.</summary>
/// <param name="logins">Enters ends.</param>
/// <param name="time">The clock.</param>
/// <param name="log">One line a failure.</param>
public sealed partial class ItemPass(EndpointLogins logins, TimeProvider time, ILogger<ItemPass> log)
{
    /// <summary>
    /// Passing failures go back to the queue from the checkpoint; the others end the job with <see cref="ItemTransferFailed"/>.
    /// <paramref name="work"/> completes the run itself when it comes to its end.
    /// </summary>
    /// <param name="run">The job.</param>
    /// <param name="source">The old place.</param>
    /// <param name="target">The new place.</param>
    /// <param name="ports">Ports that the protocol uses.</param>
    /// <param name="work">What to do.</param>
    /// <param name="token">Ends it.</param>
    public async Task RunAsync(
        JobRun run, Endpoint source, Endpoint target, IReadOnlyList<int> ports, Func<EndpointLogin, EndpointLogin, CancellationToken, Task> work, CancellationToken token) =>
        await RunAsync(run, async stop =>
        {
            await using var from = await logins.OpenAsync(source, FailureSide.Source, ports, run.Id, stop);
            await using var to = await logins.OpenAsync(target, FailureSide.Target, ports, run.Id, stop);
            await WorkAsync(from, to, work, stop);
        }, token);

    /// <summary>The same for work that enters its ends itself.</summary>
    /// <param name="run">The job.</param>
    /// <param name="work">What to do.</param>
    /// <param name="token">Ends it.</param>
    public async Task RunAsync(JobRun run, Func<CancellationToken, Task> work, CancellationToken token)
    {
        try
        {
            await work(token);
        }
        catch (Exception e) when (!token.IsCancellationRequested && !run.HasEnded && PassFailures.Of(e, FailureSide.Us) is { } failure)
        {
            PassFailed(log, run.Kind, run.ItemId, run.Pass, failure.Side, failure.Kind, failure.Code);
            if (failure.Kind == FailureKind.Passing)
                throw new PassingFailureException(failure, e);
            await run.CompleteAsync(new ItemTransferFailed(run.MigrationId, run.ItemId, run.Pass, failure, time.GetUtcNow()), token);
        }
    }

    private static async Task WorkAsync(EndpointLogin from, EndpointLogin to, Func<EndpointLogin, EndpointLogin, CancellationToken, Task> work, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token, from.Lost, to.Lost);
        try
        {
            await work(from, to, stop.Token);
        }
        catch (Exception) when (!token.IsCancellationRequested && stop.IsCancellationRequested)
        {
            throw (from.Lost.IsCancellationRequested ? from : to).LostFailure;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Job} of {Item}, pass {Pass}, failed: {Side} {Kind} {Code}.")]
    private static partial void PassFailed(ILogger log, string job, Guid item, int pass, FailureSide side, FailureKind kind, string code);
}
