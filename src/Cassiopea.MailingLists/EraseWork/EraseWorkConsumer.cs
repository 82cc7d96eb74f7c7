using Cassiopea.Contracts;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.MailingLists;

/// <summary>A migration is over: what is remembered of its lists, addresses among it, goes, and what went is told for the receipt.</summary>
internal sealed class EraseWorkConsumer(MailingListsContext db, ListFiles files, TimeProvider time) : IConsumer<MigrationEnded>
{
    public async Task Consume(ConsumeContext<MigrationEnded> context)
    {
        var (migration, token) = (context.Message.MigrationId, context.CancellationToken);
        var items = await db.Database.SqlQuery<Guid>($"""select distinct item_id as "Value" from job where migration_id = {migration}""").ToListAsync(token);
        var running = await db.Database.SqlQuery<int>($"""select count(*)::int as "Value" from job where migration_id = {migration} and state = 'Running' and lease_until > now()""").SingleAsync(token);
        if (running > 0)
            throw new IOException("A job of this migration has not stopped yet: its files are erased when it has."); // comes again in a moment
        var erased = files.Erase(items);
        await context.Publish(new WorkErased(migration, "mailing-lists", items.Count, erased.Files, erased.Bytes, 0, time.GetUtcNow()), token);
    }
}
