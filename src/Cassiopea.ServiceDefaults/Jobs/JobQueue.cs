using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cassiopea.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.ServiceDefaults;

/// <summary>Work to be done outside the consumer.</summary>
/// <param name="MigrationId">Pausing or ending this migration stops the job.</param>
/// <param name="ItemId">The item; the migration where there is none.</param>
/// <param name="Kind">Kebab-case, as given to <c>AddJobWorker</c>.</param>
/// <param name="Pass">Pass or attempt of the command.</param>
/// <param name="Host">Remote host whose slots it uses.</param>
/// <param name="Bucket">Which of its slots.</param>
/// <param name="Args">What the job needs, as an object; a string is taken as JSON. Never a secret.</param>
/// <param name="SecondHost">The other end's host, whose slots it uses too; null = there is none.</param>
public sealed record JobRequest(
    Guid MigrationId, Guid ItemId, string Kind, int Pass, string Host, Bucket Bucket, object Args, string? SecondHost = null);

public static class JobQueue
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>
    /// Records a job in the current transaction (the consumer's); false when (item, kind, pass) is known already.
    /// The trace of the caller goes on in the job.
    /// </summary>
    public static async Task<bool> EnqueueJob(this ServiceContext db, JobRequest request, CancellationToken token)
    {
        var args = request.Args as string ?? JsonSerializer.Serialize(request.Args, Json);
        var isNew = await db.Database.ExecuteSqlAsync($"""
            insert into job(id, migration_id, item_id, kind, pass, host, second_host, bucket, args, state, traceparent)
            values ({Guid.CreateVersion7()}, {request.MigrationId}, {request.ItemId}, {request.Kind}, {request.Pass},
                {request.Host.ToLowerInvariant()}, {request.SecondHost?.ToLowerInvariant()}, {request.Bucket.ToString()}, {args}::jsonb,
                case when exists (select 1 from job_hold where migration_id = {request.MigrationId} and held = 'Ended')
                    then 'Cancelled' else 'Queued' end,
                {Activity.Current?.Id})
            on conflict (item_id, kind, pass) do nothing
            """, token) == 1;
        db.HasNewJobs |= isNew;
        return isNew;
    }

    /// <summary>True when the same work (item, kind and arguments) waits, or is done at the moment.</summary>
    public static Task<bool> HasOpenJob(this ServiceContext db, JobRequest request, CancellationToken token)
    {
        var args = request.Args as string ?? JsonSerializer.Serialize(request.Args, Json);
        return db.Database.SqlQuery<bool>($"""
            select exists (
                select 1 from job where item_id = {request.ItemId} and kind = {request.Kind} and state in ('Queued', 'Running')
                    and not cancel_requested and args = {args}::jsonb) as "Value"
            """).SingleAsync(token);
    }

    /// <summary>Cancels all open jobs of an item; one that runs stops at its next heartbeat and tells nothing.</summary>
    public static Task CancelJobs(this ServiceContext db, Guid itemId, CancellationToken token) => db.Database.ExecuteSqlAsync($"""
        update job set cancel_requested = true,
            state = case when state = 'Queued' then 'Cancelled' else state end,
            ended_at = case when state = 'Queued' then now() else ended_at end
        where item_id = {itemId} and state in ('Queued', 'Running')
        """, token);
}
