using Cassiopea.Contracts;
using Cassiopea.KillTest;
using Cassiopea.Lab;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.ServiceDefaults.Tests.Jobs;

public sealed class JobTests
{
    [Fact]
    public async Task A_job_asked_for_twice_runs_once_and_tells_its_outcome_once()
    {
        await using var jobs = await JobHost.StartAsync(async (run, token) =>
        {
            Assert.Equal(new JobHost.Letter("hello", Bucket.Bulk), run.Args<JobHost.Letter>());
            await run.CompleteAsync(JobHost.OutcomeOf(run), token);
        });
        var request = await jobs.EnqueueAsync();
        Assert.False(await jobs.Host.InDatabaseAsync(db => db.EnqueueJob(request, default)));
        await jobs.InStateAsync(request, JobState.Done);
        await Eventually.TrueAsync("outcome", () => jobs.Transferred.Count == 1);

        Assert.Single(jobs.Script.Runs);
        var job = await jobs.JobOfAsync(request);
        Assert.NotNull(job.EndedAt);
        Assert.Null(job.LeaseOwner);
    }

    [Fact]
    public async Task A_passing_failure_is_tried_again_from_the_checkpoint()
    {
        await using var jobs = await JobHost.StartAsync(async (run, token) =>
        {
            if (run.Checkpoint is null)
            {
                await run.SaveCheckpointAsync("""{"uid": 7}""", token);
                throw new PassingFailureException(new Failure(FailureSide.Source, FailureKind.Passing, FailureCode.ConnectionLost, "cut"));
            }

            Assert.Equal("""{"uid": 7}""", run.Checkpoint);
            await run.CompleteAsync(JobHost.OutcomeOf(run), token);
        });
        var request = await jobs.EnqueueAsync();
        await jobs.InStateAsync(request, JobState.Done);
        Assert.Equal(2, jobs.Script.Runs.Count);
        Assert.Equal("connection-lost: cut", (await jobs.JobOfAsync(request)).LastError);
    }

    [Fact]
    public async Task A_passing_failure_without_progress_is_told_to_staff_in_the_end()
    {
        await using var jobs = await JobHost.StartAsync(
            (_, _) => throw new PassingFailureException(new Failure(FailureSide.Target, FailureKind.Passing, FailureCode.Throttled, "slow down")),
            options: options => options.PassingAttempts = 4);
        var request = await jobs.EnqueueAsync();
        await jobs.InStateAsync(request, JobState.Failed);
        await Eventually.TrueAsync("failure", () => jobs.Failures.Count == 1);
        Assert.Equal(FailureCode.Throttled, jobs.Failures.Single().Failure.Code);
        Assert.Equal(4, jobs.Script.Runs.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_defect_and_a_job_without_outcome_are_told_after_three_tries(bool throws)
    {
        await using var jobs = await JobHost.StartAsync((_, _) => throws ? throw new InvalidOperationException("defect") : Task.CompletedTask);
        var request = await jobs.EnqueueAsync();
        await jobs.InStateAsync(request, JobState.Failed);
        await Eventually.TrueAsync("failure", () => jobs.Failures.Count == 1);
        Assert.Equal(FailureCode.InternalError, jobs.Failures.Single().Failure.Code);
        Assert.Equal(3, jobs.Script.Runs.Count);
    }

    [Fact]
    public async Task Outcome_and_own_rows_are_written_together_or_not_at_all()
    {
        await using var jobs = await JobHost.StartAsync(async (run, token) =>
        {
            await run.CompleteAsync<CarrierContext>(
                async db =>
                {
                    db.Add(new Step { JourneyId = run.ItemId, Name = "manifest" });
                    await db.SaveChangesAsync(token);
                    if (run.Attempts == 1) throw new InvalidOperationException("after the first write");
                },
                [JobHost.OutcomeOf(run)],
                token);
        });
        var request = await jobs.EnqueueAsync();
        await jobs.InStateAsync(request, JobState.Done);
        await Eventually.TrueAsync("outcome", () => jobs.Transferred.Count == 1);
        Assert.Equal(1, await jobs.Host.CountAsync<Step>());
    }

    [Fact]
    public async Task Progress_is_told_at_most_once_per_interval()
    {
        await using var jobs = await JobHost.StartAsync(async (run, token) =>
        {
            for (var i = 1; i <= 50; i++)
                await run.ReportAsync(new ItemTransferAdvanced(run.MigrationId, run.ItemId, run.Pass, i, 50, 0, 0, 0, null, DateTimeOffset.UnixEpoch), token);
            await run.CompleteAsync(JobHost.OutcomeOf(run), token);
        });
        var request = await jobs.EnqueueAsync();
        await Eventually.TrueAsync("outcome", () => jobs.Transferred.Count == 1);
        await Eventually.TrueAsync("progress", () => jobs.Advances.Count == 1);
        Assert.Contains("\"done\": 1", (await jobs.JobOfAsync(request)).Progress!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_is_never_used_by_more_jobs_than_it_has_slots_and_a_cut_over_does_not_wait_behind_copies()
    {
        var release = new TaskCompletionSource();
        await using var jobs = await JobHost.StartAsync(
            async (run, token) =>
            {
                await release.Task.WaitAsync(token);
                await run.CompleteAsync(JobHost.OutcomeOf(run), token);
            },
            slots: 10);
        await jobs.Host.ExecuteAsync($"insert into host_slot values ('narrow.example', 'Bulk', 1)");
        for (var i = 0; i < 3; i++) await jobs.EnqueueAsync(host: "Narrow.example");
        for (var i = 0; i < 6; i++) await jobs.EnqueueAsync(host: "wide.example");
        await jobs.EnqueueAsync(host: "narrow.example", bucket: Bucket.CutOver);

        await Eventually.TrueAsync("all slots used", () => jobs.Script.Runs.Count == 6);
        var running = jobs.Script.Runs.GroupBy(run => (run.Host, run.Bucket)).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(1, running[("narrow.example", Bucket.Bulk)]);
        Assert.Equal(1, running[("narrow.example", Bucket.CutOver)]);
        Assert.Equal(4, running[("wide.example", Bucket.Bulk)]);
        release.SetResult();
        await Eventually.TrueAsync("all done", () => jobs.Transferred.Count == 10);
    }

    [Fact]
    public async Task A_job_uses_a_slot_at_each_of_its_two_hosts()
    {
        var release = new TaskCompletionSource();
        await using var jobs = await JobHost.StartAsync(
            async (run, token) =>
            {
                await release.Task.WaitAsync(token);
                await run.CompleteAsync(JobHost.OutcomeOf(run), token);
            },
            slots: 10);
        await jobs.Host.ExecuteAsync($"insert into host_slot values ('new.example', 'Bulk', 2), ('old.example', 'Bulk', 3)");
        for (var i = 0; i < 3; i++) await jobs.EnqueueAsync(secondHost: "New.example");
        for (var i = 0; i < 3; i++) await jobs.EnqueueAsync(secondHost: "other.example");
        await jobs.EnqueueAsync(host: "new.example");

        await Eventually.TrueAsync("all slots used", () => jobs.Script.Runs.Count == 3);
        var open = await jobs.Host.InDatabaseAsync(db => db.Set<Job>().AsNoTracking().Where(job => job.State == JobState.Running).ToListAsync());
        Assert.Equal(2, open.Count(job => job.SecondHost == "new.example"));
        Assert.Equal(1, open.Count(job => job.SecondHost == "other.example"));
        release.SetResult();
        await Eventually.TrueAsync("all done", () => jobs.Transferred.Count == 7);
    }
}
