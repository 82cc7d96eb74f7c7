using Cassiopea.Contracts;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.ServiceDefaults;

/// <summary>Running jobs of held items stop at their next heartbeat and keep their checkpoint; those of released ones go on from it.</summary>
internal sealed class ItemsHeldConsumer<TContext>(TContext db) : IConsumer<ItemsHeld> where TContext : ServiceContext
{
    public Task Consume(ConsumeContext<ItemsHeld> context) =>
        db.Database.ExecuteSqlAsync($"""
            insert into item_hold(item_id, held, as_of) select item, {context.Message.Held}, {context.Message.AsOf} from unnest({context.Message.Items.ToArray()}) as item
            on conflict (item_id) do update set held = excluded.held, as_of = excluded.as_of where item_hold.as_of <= excluded.as_of
            """, context.CancellationToken);
}
