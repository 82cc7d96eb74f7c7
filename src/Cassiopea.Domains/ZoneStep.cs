using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.Transfer;
using Cassiopea.Zones.Planning;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Domains;

/// <summary>One step of a domain's move, as a job: what it answers, and how it is refused.</summary>
/// <param name="db">The service's own table.</param>
/// <param name="time">The clock.</param>
internal abstract class ZoneStep(DomainsContext db, TimeProvider time) : IJob
{
    /// <summary>The clock.</summary>
    protected TimeProvider Time => time;

    /// <summary>The command, in kebab-case: kind of the job, and name of the step in <see cref="ZoneRefused"/>.</summary>
    protected abstract string Step { get; }

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        try
        {
            var domain = await db.Domains.AsNoTracking().SingleOrDefaultAsync(row => row.ItemId == run.ItemId, token)
                ?? throw DomainFailures.Shut(TransferSide.Us, "The domain was not surveyed yet: survey it first.");
            var (outcome, told, write) = await DoAsync(run, domain, token);
            await run.CompleteAsync<DomainsContext>(async own => write(own, await own.Domains.SingleAsync(row => row.ItemId == run.ItemId, token)), [outcome, told], token);
        }
        catch (Exception e) when (!token.IsCancellationRequested && DomainFailures.Of(e) is { } failure)
        {
            if (failure.Kind == FailureKind.Passing) throw new PassingFailureException(failure, e);
            await run.CompleteAsync<DomainsContext>(
                own =>
                {
                    own.Audit("system", Step + "-refused", $"item/{run.ItemId}", failure.Text);
                    return Task.CompletedTask;
                },
                [new ZoneRefused(run.MigrationId, run.ItemId, Step, failure), Reached(run, DomainStep.StepRefused, null)],
                token);
        }
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) =>
        [new ZoneRefused(run.MigrationId, run.ItemId, Step, failure), new DomainStepReached(run.MigrationId, run.ItemId, DomainStep.StepRefused, null, null, asOf)];

    /// <summary>Does the step; answers the event, what its owner reads of it, and what to write with both.</summary>
    protected abstract Task<(object Outcome, DomainStepReached Told, Action<DomainsContext, MovingDomain> Write)> DoAsync(JobRun run, MovingDomain domain, CancellationToken token);

    /// <summary>What the domain's owner reads of a step.</summary>
    protected DomainStepReached Reached(JobRun run, DomainStep step, DateTimeOffset? until) => new(run.MigrationId, run.ItemId, step, until, null, time.GetUtcNow());

    /// <summary>Tells a step that is none of the ends.</summary>
    protected Task TellAsync(JobRun run, DomainStep step, DateTimeOffset? until, CancellationToken token) =>
        run.SaveAsync<DomainsContext>(static _ => Task.CompletedTask, null, [Reached(run, step, until)], token);

    /// <summary>Keeps a state of a change of name servers, and tells it when it is another step.</summary>
    protected Task KeepAsync(JobRun run, SwitchState state, SwitchStep? before, Action<MovingDomain> change, CancellationToken token) => run.SaveAsync<DomainsContext>(
        async own => change(await own.Domains.SingleAsync(row => row.ItemId == run.ItemId, token)), "{}", before != state.Step && Told(state.Step) is { } step ? [Reached(run, step, state.WaitUntil)] : [], token);

    private static DomainStep? Told(SwitchStep step) => step switch
    {
        SwitchStep.SignersAsked => DomainStep.SignersAsked,
        SwitchStep.SignersGone => DomainStep.SignersGone,
        SwitchStep.Requested => DomainStep.ChangeAsked,
        SwitchStep.Accepted => DomainStep.ChangeTaken,
        SwitchStep.Partial => DomainStep.ChangePartial,
        SwitchStep.Propagated => DomainStep.ChangePropagated,
        SwitchStep.TimedOut => DomainStep.ChangeTimedOut,
        _ => null, // verified: the step's own end tells it
    };

    /// <summary>Writes one thing of the domain's row, only while this run holds the job; a step that got further counts as no failed try.</summary>
    protected static Task KeepAsync(JobRun run, Action<MovingDomain> change, CancellationToken token) => run.SaveAsync<DomainsContext>(
        async own => change(await own.Domains.SingleAsync(row => row.ItemId == run.ItemId, token)), "{}", token);

    /// <summary>Refuses a plan that is not the one people approved.</summary>
    protected static ZonePlan Approved(MovingDomain domain, string sha256)
    {
        if (domain.PlanSha256 != sha256) throw DomainFailures.Shut(TransferSide.Us, "The plan of this zone is not the one that was approved: look at the new plan and approve it.", TransferCode.ItemAltered);
        return domain.ZonePlan ?? throw DomainFailures.Shut(TransferSide.Us, "There is no plan for this zone.");
    }
}

/// <summary>The journal of a plan, in the domain's row.</summary>
/// <param name="run">Writes only while it holds the job.</param>
/// <param name="kept">The journal as it was read.</param>
/// <param name="write">Puts it into the row.</param>
internal sealed class RowJournal(JobRun run, string? kept, Action<MovingDomain, string> write) : IApplyJournal
{
    private string? _kept = kept;

    public Task<ApplyState?> ReadAsync(CancellationToken token) => Task.FromResult(_kept is null ? null : ApplyState.FromJson(_kept));

    public async Task SaveAsync(ApplyState state, CancellationToken token)
    {
        var json = state.ToJson();
        await run.SaveAsync<DomainsContext>(async own => write(await own.Domains.SingleAsync(row => row.ItemId == run.ItemId, token), json), "{}", token);
        _kept = json;
    }
}

internal static class ZoneJobs
{
    /// <summary>
    /// Records a step as a job. The same question again, while it is worked on, changes nothing; after its end it is worked on again. Another question of the
    /// same kind waits for the end of the one before.
    /// </summary>
    public static async Task EnqueueStep(this DomainsContext db, string kind, Guid migrationId, Guid itemId, object command, CancellationToken token)
    {
        var oneByOne = $"{itemId:N}/{kind}";
        while (true)
        {
            var pass = await db.Set<Job>().AsNoTracking().Where(job => job.ItemId == itemId && job.Kind == kind).MaxAsync(job => (int?)job.Pass, token) ?? 0;
            JobRequest request = new(migrationId, itemId, kind, pass + 1, oneByOne, Bucket.CutOver, command);
            if (await db.HasOpenJob(request, token)) return;
            await db.Database.ExecuteSqlAsync($"insert into host_slot(host, bucket, slots) values ({oneByOne}, 'CutOver', 1) on conflict do nothing", token);
            if (await db.EnqueueJob(request, token)) return; // else another message took this number in between
        }
    }
}
