using Cassiopea.Contracts;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.ServiceDefaults;

/// <summary>Running jobs of the migration stop at their next heartbeat and keep their checkpoint.</summary>
internal sealed class MigrationPausedConsumer<TContext>(TContext db) : IConsumer<MigrationPaused> where TContext : ServiceContext
{
    public Task Consume(ConsumeContext<MigrationPaused> context) => db.HoldAsync(context, context.Message.MigrationId, Held.Paused);
}

/// <summary>Jobs of the migration go on from their checkpoint.</summary>
internal sealed class MigrationResumedConsumer<TContext>(TContext db) : IConsumer<MigrationResumed> where TContext : ServiceContext
{
    public Task Consume(ConsumeContext<MigrationResumed> context) => db.HoldAsync(context, context.Message.MigrationId, Held.None);
}

/// <summary>Jobs of the migration are cancelled, those to come too.</summary>
internal sealed class MigrationEndedConsumer<TContext>(TContext db) : IConsumer<MigrationEnded> where TContext : ServiceContext
{
    public async Task Consume(ConsumeContext<MigrationEnded> context)
    {
        await db.HoldAsync(context, context.Message.MigrationId, Held.Ended);
        await db.Database.ExecuteSqlAsync($"""
            update job set state = 'Cancelled', ended_at = now()
            where migration_id = {context.Message.MigrationId} and state = 'Queued'
            """, context.CancellationToken);
    }
}

internal static class MigrationHold
{
    public static Task HoldAsync(this ServiceContext db, ConsumeContext context, Guid migration, Held held) => db.HoldAsync(
        migration,
        held,
        context.SentTime ?? throw new InvalidOperationException("An event without the time it was sent."),
        context.CancellationToken);

    /// <summary>The later of two events wins, whichever arrives first; an end is final.</summary>
    public static Task HoldAsync(this ServiceContext db, Guid migration, Held held, DateTime sentAt, CancellationToken token) =>
        db.Database.ExecuteSqlAsync($"""
            insert into job_hold(migration_id, held, as_of) values ({migration}, {held.ToString()}, {sentAt})
            on conflict (migration_id) do update set held = excluded.held, as_of = excluded.as_of
            where job_hold.held <> 'Ended' and (job_hold.as_of <= excluded.as_of or excluded.held = 'Ended')
            """, token);
}
