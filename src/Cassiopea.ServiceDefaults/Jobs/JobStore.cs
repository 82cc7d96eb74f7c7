using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Cassiopea.ServiceDefaults;

/// <summary>What a heartbeat found.</summary>
internal sealed record Beat(bool CancelRequested, string Held);

/// <summary>All writes to the job table; each of a running job is fenced by owner and epoch.</summary>
internal sealed class JobStore<TContext>(IServiceScopeFactory scopes, OutboxSignal outboxSignal, IOptions<JobOptions> options, TimeProvider time)
    : JobStore where TContext : ServiceContext
{
    public override JobOptions Options => options.Value;

    public override TimeProvider Time => time;

    public override async Task<Job?> ClaimAsync(string kind, Guid owner, CancellationToken token)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TContext>();
        var open = await db.Set<Job>().FromSql($"""
            select * from job where kind = {kind}
              and ((state = 'Queued' and not_before <= now()) or (state = 'Running' and lease_until < now()))
            """).AnyAsync(token);
        if (!open) return null;

        // one claim at a time per database: two could both take a host's last slot
        await using var transaction = await db.Database.BeginTransactionAsync(token);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended('job claim', 0))", token);
        var claimed = await db.Set<Job>().FromSql($"""
            with running as (select * from job where state = 'Running' and lease_until >= now()),
            next as (
                select j.id from job j
                left join job_hold h on h.migration_id = j.migration_id
                where j.kind = {kind} and not j.cancel_requested and coalesce(h.held, 'None') = 'None'
                  and not exists (select 1 from item_hold o where o.item_id = j.item_id and o.held)
                  and ((j.state = 'Queued' and j.not_before <= now()) or (j.state = 'Running' and j.lease_until < now()))
                  and not exists (
                      select 1 from unnest(array[j.host, j.second_host]) as used(host)
                      left join host_slot s on s.host = used.host and s.bucket = j.bucket
                      where used.host is not null
                        and (select count(*) from running r where r.bucket = j.bucket and used.host in (r.host, r.second_host))
                            >= coalesce(s.slots, case j.bucket when 'CutOver' then {Options.CutOverSlots} else {Options.BulkSlots} end))
                order by j.bucket = 'CutOver' desc,
                    (select count(*) from running r where r.migration_id = j.migration_id), j.not_before, j.created_at, j.id
                limit 1
                for update of j skip locked)
            update job set state = 'Running', lease_owner = {owner}, lease_epoch = lease_epoch + 1,
                lease_until = now() + {Options.Lease}, attempts = attempts + 1
            from next where job.id = next.id
            returning job.*
            """).AsNoTracking().ToListAsync(token);
        await transaction.CommitAsync(token);
        return claimed.SingleOrDefault();
    }

    public override async Task<Beat?> BeatAsync(JobRun run, CancellationToken token)
    {
        await using var scope = scopes.CreateAsyncScope();
        var beats = await scope.ServiceProvider.GetRequiredService<TContext>().Database.SqlQuery<Beat>($"""
            update job set lease_until = now() + {Options.Lease}
            where id = {run.Id} and lease_owner = {run.Owner} and lease_epoch = {run.Epoch} and state = 'Running'
            returning cancel_requested as "CancelRequested",
                case when (select h.held from job_hold h where h.migration_id = job.migration_id) = 'Ended' then 'Ended'
                    when exists (select 1 from item_hold o where o.item_id = job.item_id and o.held) then 'Paused'
                    else coalesce((select held from job_hold h where h.migration_id = job.migration_id), 'None') end as "Held"
            """).ToListAsync(token);
        return beats.SingleOrDefault();
    }

    public override async Task WriteAsync(JobRun run, JobChange change, CancellationToken token)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TContext>();
        await using (var transaction = await db.Database.BeginTransactionAsync(token))
        {
            if (await ApplyAsync(db, run, change, token) == 0) throw new LeaseLostException(run.Id, run.Epoch);
            if (change.Write is not null) await change.Write(db);
            var outbox = scope.ServiceProvider.GetRequiredService<ServiceOutbox<TContext>>();
            foreach (var message in change.Events) await outbox.Publish(message, token);
            await db.SaveChangesAsync(token);
            await transaction.CommitAsync(token);
        }

        if (change.Events.Count > 0) outboxSignal.Set();
    }

    private static Task<int> ApplyAsync(TContext db, JobRun run, JobChange change, CancellationToken token)
    {
        var state = (change.State ?? JobState.Running).ToString();
        var ends = change.State is JobState.Done or JobState.Failed or JobState.Cancelled;
        var keeps = change.State is null;
        var progress = change.Progress is { } report ? JsonSerializer.Serialize(report, report.GetType(), JobQueue.Json) : null;
        return db.Database.ExecuteSqlAsync($"""
            update job set state = {state},
                lease_owner = case when {keeps} then lease_owner end,
                lease_until = case when {keeps} then lease_until end,
                ended_at = case when {ends} then now() end,
                checkpoint = coalesce({change.Checkpoint}::jsonb, checkpoint),
                progress = coalesce({progress}::jsonb, progress),
                attempts = case when {change.Checkpoint is not null} then 0
                    when {change.Uncounted} then greatest(attempts - 1, 0) else attempts end,
                not_before = case when {change.State == JobState.Queued} then now() + {change.Wait} else not_before end,
                last_error = coalesce({change.Error}, last_error)
            where id = {run.Id} and lease_owner = {run.Owner} and lease_epoch = {run.Epoch} and state = 'Running'
            """, token);
    }
}

/// <summary>The store as a <see cref="JobRun"/> sees it.</summary>
internal abstract class JobStore
{
    public abstract JobOptions Options { get; }

    public abstract TimeProvider Time { get; }

    /// <summary>Takes the next job that may run now, or null.</summary>
    public abstract Task<Job?> ClaimAsync(string kind, Guid owner, CancellationToken token);

    /// <summary>Renews the lease; null when it is lost.</summary>
    public abstract Task<Beat?> BeatAsync(JobRun run, CancellationToken token);

    /// <summary>Changes the job and publishes, in one transaction; throws <see cref="LeaseLostException"/>.</summary>
    public abstract Task WriteAsync(JobRun run, JobChange change, CancellationToken token);
}

/// <summary>One fenced write.</summary>
internal sealed record JobChange
{
    /// <summary>Null: goes on running.</summary>
    public JobState? State { get; init; }

    public string? Checkpoint { get; init; }

    public object? Progress { get; init; }

    public string? Error { get; init; }

    /// <summary>True: given back without fault, the claim does not count as a try.</summary>
    public bool Uncounted { get; init; }

    /// <summary>For Queued: not before this has passed.</summary>
    public TimeSpan Wait { get; init; }

    public IReadOnlyList<object> Events { get; init; } = [];

    public Func<ServiceContext, Task>? Write { get; init; }
}
