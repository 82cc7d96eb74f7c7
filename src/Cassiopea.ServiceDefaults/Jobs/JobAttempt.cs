using System.Diagnostics;
using Cassiopea.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cassiopea.ServiceDefaults;

/// <summary>Runs one claim to its end: outcome, another try later, given up, paused, cancelled, or given back.</summary>
internal sealed class JobAttempt(JobRun run, JobStore store, ILogger log)
{
    private enum Stop
    {
        Service,
        Paused,
        Cancelled,
        LeaseLost,
    }

    private Stop _stop = Stop.Service;

    /// <summary>How it ended, for logs and metrics. Throws <see cref="LeaseLostException"/>.</summary>
    public async Task<string> RunAsync(IServiceScopeFactory scopes, Func<IServiceProvider, IJob> resolve, CancellationToken stopping)
    {
        await using var scope = scopes.CreateAsyncScope();
        using var held = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var ended = new CancellationTokenSource();
        var heartbeat = BeatAsync(held, ended.Token);
        try
        {
            var job = resolve(scope.ServiceProvider);
            return await EndOfAsync(job, held.Token);
        }
        finally
        {
            await ended.CancelAsync();
            await heartbeat;
        }
    }

    private async Task<string> EndOfAsync(IJob job, CancellationToken held)
    {
        try
        {
            await job.RunAsync(run, held);
            if (run.HasEnded) return nameof(JobState.Done);
            throw new InvalidOperationException("The job returned without an outcome.");
        }
        catch (Exception e) when (run.HasEnded)
        {
            log.FailedAfterOutcome(e, run.Kind, run.ItemId);
            return nameof(JobState.Done);
        }
        catch (Exception) when (held.IsCancellationRequested)
        {
            return await GiveBackAsync();
        }
        catch (LeaseLostException)
        {
            throw;
        }
        catch (PassingFailureException e)
        {
            return await AgainOrGiveUpAsync(job, e, e.Failure, store.Options.PassingAttempts);
        }
        catch (Exception e) when (Retrying.DatabaseAway(e) || Retrying.Passing(e))
        {
            var failure = new Failure(FailureSide.Us, FailureKind.Passing, FailureCode.ConnectionLost, Short(e));
            return await AgainOrGiveUpAsync(job, e, failure, store.Options.PassingAttempts);
        }
        catch (Exception e)
        {
            var failure = new Failure(FailureSide.Us, FailureKind.Broken, FailureCode.InternalError, Short(e));
            return await AgainOrGiveUpAsync(job, e, failure, store.Options.DefectAttempts);
        }
    }

    private async Task<string> AgainOrGiveUpAsync(IJob job, Exception cause, Failure failure, int attempts)
    {
        if (run.Attempts < attempts)
        {
            var wait = Wait();
            log.TriedAgainLater(cause, run.Kind, run.ItemId, run.Attempts, wait);
            var error = $"{failure.Code}: {failure.Text}";
            await store.WriteAsync(run, new JobChange { State = JobState.Queued, Wait = wait, Error = error }, CancellationToken.None);
            return nameof(JobState.Queued);
        }

        log.GivenUp(cause, run.Kind, run.ItemId, run.Attempts);
        var events = job.Failed(run, failure, store.Time.GetUtcNow());
        var end = new JobChange { State = JobState.Failed, Error = $"{failure.Code}: {failure.Text}", Events = events };
        await store.WriteAsync(run, end, CancellationToken.None);
        return nameof(JobState.Failed);
    }

    private async Task<string> GiveBackAsync()
    {
        if (_stop == Stop.LeaseLost) throw new LeaseLostException(run.Id, run.Epoch);
        var state = _stop == Stop.Cancelled ? JobState.Cancelled : JobState.Queued;
        await store.WriteAsync(run, new JobChange { State = state, Uncounted = true }, CancellationToken.None);
        log.Stopped(run.Kind, run.ItemId, _stop.ToString());
        return _stop == Stop.Cancelled ? nameof(JobState.Cancelled) : _stop.ToString();
    }

    private TimeSpan Wait()
    {
        var doubled = store.Options.FirstWait * Math.Pow(2, Math.Min(run.Attempts - 1, 20));
        return doubled < store.Options.LongestWait ? doubled : store.Options.LongestWait;
    }

    private async Task BeatAsync(CancellationTokenSource held, CancellationToken ended)
    {
        Activity.Current = null; // a heartbeat is no part of the job's trace
        var renewedAt = TimeProvider.System.GetTimestamp();
        try
        {
            while (!held.IsCancellationRequested)
            {
                await Task.Delay(store.Options.Heartbeat, TimeProvider.System, ended);
                try
                {
                    if (StopFor(await store.BeatAsync(run, ended)) is { } stop)
                    {
                        _stop = stop;
                        await held.CancelAsync();
                        return;
                    }

                    renewedAt = TimeProvider.System.GetTimestamp();
                }
                catch (Exception e) when (!ended.IsCancellationRequested)
                {
                    log.HeartbeatFailed(run.Kind, run.ItemId, e.Message);
                    if (TimeProvider.System.GetElapsedTime(renewedAt) < store.Options.Lease) continue;
                    _stop = Stop.LeaseLost;
                    await held.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // the run is over
        }
    }

    private static Stop? StopFor(Beat? beat) => beat switch
    {
        null => Stop.LeaseLost,
        { CancelRequested: true } or { Held: nameof(Held.Ended) } => Stop.Cancelled,
        { Held: nameof(Held.Paused) } => Stop.Paused,
        _ => null,
    };

    private static string Short(Exception exception)
    {
        var text = exception.GetType().Name + ": " + exception.Message;
        return text.Length <= 500 ? text : text[..500];
    }
}
