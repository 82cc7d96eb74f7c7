using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults.Passes;
using MassTransit;

namespace Cassiopea.MailingLists;

/// <summary>A migration is over: what is remembered of its lists, addresses among it, goes, and what went is told for the receipt.</summary>
internal sealed class EraseWorkConsumer(MailingListsContext db, ListFiles files, TimeProvider time) : IConsumer<MigrationEnded>
{
    public async Task Consume(ConsumeContext<MigrationEnded> context)
    {
        var (migration, token) = (context.Message.MigrationId, context.CancellationToken);
        var items = await db.ItemsAsync(migration, token);
        var erased = files.Erase(items);
        await context.Publish(new WorkErased(migration, "mailing-lists", items.Count, erased.Files, erased.Bytes, 0, time.GetUtcNow()), token);
    }
}
