using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cassiopea.ServiceDefaults;

/// <summary>A kind of job and how many of it this process runs at once.</summary>
internal sealed record JobKind<TJob>(string Name, int Slots);

/// <summary>Claims jobs of one kind while it has slots, and runs each with a heartbeat.</summary>
internal sealed class JobWorker<TContext, TJob>(
    JobKind<TJob> kind, JobStore<TContext> store, JobSignal signal, IServiceScopeFactory scopes, ILogger<TJob> log)
    : BackgroundService where TContext : ServiceContext where TJob : class, IJob
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly Guid _owner = Guid.CreateVersion7();
    private readonly SemaphoreSlim _slots = new(kind.Slots, kind.Slots);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _slots.WaitAsync(stoppingToken);
                if (await ClaimOrPauseAsync(stoppingToken) is { } job)
                {
                    _ = RunAndFreeSlotAsync(job, stoppingToken);
                }
                else
                {
                    _slots.Release();
                    await signal.WaitAsync(store.Options.Poll, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the host stops: each run gives its job back
        }

        for (var i = 0; i < kind.Slots; i++) await _slots.WaitAsync(CancellationToken.None);
    }

    public override void Dispose()
    {
        _slots.Dispose();
        base.Dispose();
    }

    private async Task<Job?> ClaimOrPauseAsync(CancellationToken token)
    {
        try
        {
            return await store.ClaimAsync(kind.Name, _owner, token);
        }
        catch (Exception e) when (!token.IsCancellationRequested)
        {
            log.ClaimFailed(e, kind.Name);
            await Task.Delay(AfterFailure, TimeProvider.System, token);
            return null;
        }
    }

    private async Task RunAndFreeSlotAsync(Job job, CancellationToken stopping)
    {
        await Task.Yield();
        var run = new JobRun(job, store);
        using var activity = JobTelemetry.Start(run);
        using var scope = log.BeginScope("{MigrationId} {ItemId} {Kind} {Pass}", run.MigrationId, run.ItemId, run.Kind, run.Pass);
        var clock = Stopwatch.StartNew();
        JobTelemetry.Running.Add(1, JobTelemetry.Tag(run));
        var ending = "Lost";
        try
        {
            ending = await new JobAttempt(run, store, log).RunAsync(scopes, provider => provider.GetRequiredService<TJob>(), stopping);
        }
        catch (LeaseLostException)
        {
            JobTelemetry.LeasesLost.Add(1, JobTelemetry.Tag(run));
            log.LeaseLost(run.Kind, run.ItemId, run.Epoch);
        }
        catch (Exception e)
        {
            // nothing could be written (database away): the lease ends by itself and the job is taken up again
            log.OutcomeNotWritten(e, run.Kind, run.ItemId);
        }
        finally
        {
            JobTelemetry.Ended(run, ending, clock.Elapsed, activity);
            _slots.Release();
            signal.Set(); // a slot of the host is free, for whatever kind
        }
    }
}
