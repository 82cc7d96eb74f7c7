using Cassiopea.Contracts;
using Microsoft.Extensions.Logging;

namespace Cassiopea.ServiceDefaults.Passes;

/// <summary>One run over the ends of an item: enters them, works, and says how it failed when it did.</summary>
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
    /// <param name="rules">What the ends of its kind have in common.</param>
    /// <param name="work">What to do.</param>
    /// <param name="token">Ends it.</param>
    public async Task RunAsync(
        JobRun run, Endpoint source, Endpoint target, EndRules rules, Func<EndpointLogin, EndpointLogin, CancellationToken, Task> work, CancellationToken token) =>
        await RunAsync(run, async stop =>
        {
            await using var from = await logins.OpenAsync(source, FailureSide.Source, rules, run.Id, stop);
            await using var to = await logins.OpenAsync(target, FailureSide.Target, rules, run.Id, stop);
            await WorkAsync([from, to], left => work(from, to, left), stop);
        }, token);

    /// <summary>The same over the source alone.</summary>
    /// <param name="run">The job.</param>
    /// <param name="source">The old place.</param>
    /// <param name="rules">What the ends of its kind have in common.</param>
    /// <param name="work">What to do.</param>
    /// <param name="token">Ends it.</param>
    public async Task RunAsync(JobRun run, Endpoint source, EndRules rules, Func<EndpointLogin, CancellationToken, Task> work, CancellationToken token) =>
        await RunAsync(run, async stop =>
        {
            await using var from = await logins.OpenAsync(source, FailureSide.Source, rules, run.Id, stop);
            await WorkAsync([from], left => work(from, left), stop);
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

    /// <summary>Looks at one end for a survey, whose answer a person waits for: an end that is away is told after a few tries.</summary>
    /// <param name="run">The job.</param>
    /// <param name="side">Which end.</param>
    /// <param name="look">What to do there.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>Why it could not be entered; null when it was.</returns>
    public static async Task<Failure?> LookAsync(JobRun run, FailureSide side, Func<Task> look, CancellationToken token)
    {
        const int tries = 3;
        try
        {
            await look();
            return null;
        }
        catch (Exception e) when (!token.IsCancellationRequested && PassFailures.Of(e, side) is { } failure)
        {
            return failure.Kind == FailureKind.Passing && run.Attempts < tries ? throw new PassingFailureException(failure, e) : failure;
        }
    }

    /// <summary>Enters one end and looks at it, as <see cref="LookAsync(JobRun, FailureSide, Func{Task}, CancellationToken)"/>; a credential that is taken back ends it.</summary>
    /// <param name="run">The job.</param>
    /// <param name="endpoint">The place.</param>
    /// <param name="side">Which end.</param>
    /// <param name="rules">What the ends of its kind have in common.</param>
    /// <param name="look">What to do there.</param>
    /// <param name="token">Ends it.</param>
    public Task<Failure?> LookAsync(JobRun run, Endpoint endpoint, FailureSide side, EndRules rules, Func<EndpointLogin, CancellationToken, Task> look, CancellationToken token) =>
        LookAsync(run, side, async () =>
        {
            await using var login = await logins.OpenAsync(endpoint, side, rules, run.Id, token);
            await WorkAsync([login], left => look(login, left), token);
        }, token);

    private static async Task WorkAsync(EndpointLogin[] ends, Func<CancellationToken, Task> work, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource([token, .. ends.Select(static end => end.Lost)]);
        try
        {
            await work(stop.Token);
        }
        catch (Exception) when (!token.IsCancellationRequested && stop.IsCancellationRequested)
        {
            throw ends.First(static end => end.Lost.IsCancellationRequested).LostFailure;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Job} of {Item}, pass {Pass}, failed: {Side} {Kind} {Code}.")]
    private static partial void PassFailed(ILogger log, string job, Guid item, int pass, FailureSide side, FailureKind kind, string code);
}
