using Cassiopea.Contracts;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.WebHosting;

/// <summary>A migration is over: journals, listings, statistics, findings and lists of exceptions go, and what went is told for the receipt.</summary>
internal sealed class EraseWorkConsumer(WebHostingContext db, SiteFiles files, TimeProvider time) : IConsumer<MigrationEnded>
{
    public async Task Consume(ConsumeContext<MigrationEnded> context)
    {
        var (migration, token) = (context.Message.MigrationId, context.CancellationToken);
        var items = await db.ItemsAsync(migration, token);
        var erased = files.Erase(migration, items);
        var rows = await db.PassExceptions.Where(x => items.Contains(x.ItemId)).ExecuteDeleteAsync(token)
            + await db.Manifests.Where(x => items.Contains(x.ItemId)).ExecuteDeleteAsync(token)
            + await db.Findings.Where(x => items.Contains(x.ItemId)).ExecuteDeleteAsync(token)
            + await db.Caches.Where(x => items.Contains(x.ItemId)).ExecuteDeleteAsync(token)
            + await db.ConfiguredFiles.Where(x => items.Contains(x.ItemId)).ExecuteDeleteAsync(token);
        await context.Publish(new WorkErased(migration, "web-hosting", items.Count, erased.Files, erased.Bytes, rows, time.GetUtcNow()), token);
    }
}
