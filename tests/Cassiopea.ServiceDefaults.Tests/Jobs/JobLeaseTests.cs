using Cassiopea.Contracts;
using Cassiopea.KillTest;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.ServiceDefaults.Tests.Jobs;

[Trait("Requirement", "reliability-F19")]
public sealed class JobLeaseTests
{
    [Fact]
    public async Task A_stale_worker_is_refused_every_write_and_the_new_one_goes_on_from_the_checkpoint()
    {
        var refused = new TaskCompletionSource<int>();
        JobHost? host = null;
        await using var jobs = host = await JobHost.StartAsync(async (run, token) =>
        {
            if (run.Epoch == 1)
            {
                await run.SaveCheckpointAsync("1", token);
                // as if this process had been stopped for longer than the lease: its heartbeats did not arrive
                await StealAsync(run);
                var writes = new Func<Task>[]
                {
                    () => run.SaveCheckpointAsync("2", default),
                    () => run.ReportAsync(JobHost.OutcomeOf(run), default),
                    () => run.SaveAsync<CarrierContext>(_ => Task.CompletedTask, null, default),
                    () => run.CompleteAsync(JobHost.OutcomeOf(run), default),
                };
                foreach (var write in writes) await Assert.ThrowsAsync<LeaseLostException>(write);
                refused.SetResult(writes.Length);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token); // the heartbeat must end this
            }

            Assert.Equal("1", run.Checkpoint);
            await run.CompleteAsync(JobHost.OutcomeOf(run), token);
        });
        var request = await jobs.EnqueueAsync();
        Assert.Equal(4, await refused.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System));
        await jobs.InStateAsync(request, JobState.Done);
        await Eventually.TrueAsync("one outcome", () => jobs.Transferred.Count == 1);
        Assert.Equal("1", (await jobs.JobOfAsync(request)).Checkpoint);

        Task StealAsync(JobRun run) => host!.Host.ExecuteAsync(
            $"update job set lease_until = now() - interval '1 s', lease_epoch = lease_epoch + 1, lease_owner = null where id = {run.Id}");
    }

    [Fact]
    public async Task The_job_of_a_worker_that_died_is_taken_over_when_its_lease_is_over()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var jobs = await JobHost.StartAsync((run, token) => run.CompleteAsync(JobHost.OutcomeOf(run), token), connectionString: database);
        var (item, dead) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await jobs.Host.ExecuteAsync($$"""
            insert into job(id, migration_id, item_id, kind, pass, host, bucket, args, state, lease_owner, lease_until, lease_epoch, checkpoint)
            values ({{dead}}, {{dead}}, {{item}}, {{JobHost.Kind}}, 1, 'old.example', 'Bulk', '{}', 'Running', {{dead}}, now() + interval '500 ms', 3, '42')
            """);
        await jobs.Host.EventuallyAsync("done", db => db.Set<Job>().AnyAsync(job => job.Id == dead && job.State == JobState.Done));
        var run = Assert.Single(jobs.Script.Runs);
        Assert.Equal((4, "42"), (run.Epoch, run.Checkpoint));
    }

    [Fact]
    public async Task Two_processes_share_the_table_and_no_job_runs_twice()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var first = await JobHost.StartAsync((run, token) => run.CompleteAsync(JobHost.OutcomeOf(run), token), 2, database);
        await using var second = await JobHost.StartAsync((run, token) => run.CompleteAsync(JobHost.OutcomeOf(run), token), 2, database);
        for (var i = 0; i < 40; i++) await first.EnqueueAsync(host: $"host{i % 10}.example");
        await first.Host.EventuallyAsync("all done", async db => await db.Set<Job>().CountAsync(job => job.State == JobState.Done) == 40);
        Assert.Equal(40, first.Script.Runs.Concat(second.Script.Runs).Select(run => run.Id).Distinct().Count());
        Assert.Equal(40, first.Script.Runs.Count + second.Script.Runs.Count);
    }

    [Fact]
    public async Task A_service_that_stops_gives_its_jobs_back_without_counting_a_try()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        JobRequest request;
        await using (var first = await JobHost.StartAsync(UntilStoppedAsync, connectionString: database))
        {
            request = await first.EnqueueAsync();
            await first.InStateAsync(request, JobState.Running);
            await Eventually.TrueAsync("runs", () => !first.Script.Runs.IsEmpty);
        }

        await using var second = await JobHost.StartAsync((run, token) => run.CompleteAsync(JobHost.OutcomeOf(run), token), connectionString: database);
        await second.InStateAsync(request, JobState.Done);
        Assert.Equal(1, Assert.Single(second.Script.Runs).Attempts);
    }

    [Fact]
    [Trait("Requirement", "reliability-F21")]
    public async Task Pause_stops_a_running_job_and_holds_new_ones_until_resumed()
    {
        var calm = new TaskCompletionSource();
        await using var jobs = await JobHost.StartAsync(async (run, token) =>
        {
            if (run.Checkpoint is null) await run.SaveCheckpointAsync("1", token);
            await calm.Task.WaitAsync(token);
            await run.CompleteAsync(JobHost.OutcomeOf(run), token);
        });
        var running = await jobs.EnqueueAsync();
        await Eventually.TrueAsync("runs", () => jobs.Script.Runs.Count == 1);
        await jobs.Host.Bus.Publish(new MigrationPaused(running.MigrationId));
        await jobs.InStateAsync(running, JobState.Queued);
        var later = await jobs.EnqueueAsync(running.MigrationId);
        var other = await jobs.EnqueueAsync();
        calm.SetResult();
        await jobs.InStateAsync(other, JobState.Done);
        Assert.Equal((JobState.Queued, "1"), ((await jobs.JobOfAsync(running)).State, (await jobs.JobOfAsync(running)).Checkpoint));
        Assert.Equal(JobState.Queued, (await jobs.JobOfAsync(later)).State);

        await jobs.Host.Bus.Publish(new MigrationResumed(running.MigrationId));
        await jobs.InStateAsync(running, JobState.Done);
        await jobs.InStateAsync(later, JobState.Done);
    }

    [Fact]
    public async Task A_pause_that_arrives_after_its_resume_is_ignored()
    {
        await using var jobs = await JobHost.StartAsync((run, token) => run.CompleteAsync(JobHost.OutcomeOf(run), token));
        var migration = Guid.CreateVersion7();
        var now = DateTimeOffset.UnixEpoch.UtcDateTime;
        await jobs.Host.InDatabaseAsync(async db =>
        {
            await db.HoldAsync(migration, Held.None, now.AddSeconds(2), default);
            await db.HoldAsync(migration, Held.Paused, now.AddSeconds(1), default);
            return 0;
        });
        await jobs.InStateAsync(await jobs.EnqueueAsync(migration), JobState.Done);
    }

    [Fact]
    public async Task The_end_of_a_migration_cancels_its_jobs_and_those_that_come_after()
    {
        await using var jobs = await JobHost.StartAsync(UntilStoppedAsync, slots: 1);
        var running = await jobs.EnqueueAsync();
        await Eventually.TrueAsync("runs", () => jobs.Script.Runs.Count == 1);
        var waiting = await jobs.EnqueueAsync(running.MigrationId);
        await jobs.Host.Bus.Publish(new MigrationEnded(running.MigrationId, MigrationState.Cancelled));
        await jobs.InStateAsync(running, JobState.Cancelled);
        await jobs.InStateAsync(waiting, JobState.Cancelled);
        Assert.Equal(JobState.Cancelled, (await jobs.JobOfAsync(await jobs.EnqueueAsync(running.MigrationId))).State);
        Assert.Empty(jobs.Failures);
    }

    [Fact]
    public async Task One_item_can_be_cancelled_alone()
    {
        await using var jobs = await JobHost.StartAsync(UntilStoppedAsync);
        var (item, other) = (await jobs.EnqueueAsync(), await jobs.EnqueueAsync());
        await Eventually.TrueAsync("both run", () => jobs.Script.Runs.Count == 2);
        await jobs.Host.InDatabaseAsync(async db =>
        {
            await db.CancelJobs(item.ItemId, default);
            return 0;
        });
        await jobs.InStateAsync(item, JobState.Cancelled);
        Assert.Equal(JobState.Running, (await jobs.JobOfAsync(other)).State);
    }

    private static Task UntilStoppedAsync(JobRun run, CancellationToken token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
}
