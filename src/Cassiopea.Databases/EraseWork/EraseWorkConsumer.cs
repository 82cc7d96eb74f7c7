using Cassiopea.Contracts;
using Cassiopea.MySql.Engine;
using Cassiopea.ServiceDefaults;
using Cassiopea.Transfer;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Databases;

/// <summary>A migration is over: its journals (they hold key values), manifests and lists of exceptions go, and what went is told for the receipt.</summary>
internal sealed class EraseWorkConsumer(DatabasesContext db, DatabaseFiles files, OldServer server, DatabaseEngine engine, TimeProvider time) : IConsumer<MigrationEnded>
{
    public async Task Consume(ConsumeContext<MigrationEnded> context)
    {
        var (migration, token) = (context.Message.MigrationId, context.CancellationToken);
        var items = await db.ItemsAsync(migration, token);
        await RemoveReadAccountsAsync(items, token);
        var erased = files.Erase(migration, items);
        var rows = await db.PassExceptions.Where(x => items.Contains(x.ItemId)).ExecuteDeleteAsync(token)
            + await db.Manifests.Where(x => items.Contains(x.ItemId)).ExecuteDeleteAsync(token)
            + await db.LastDeltas.Where(x => items.Contains(x.ItemId)).ExecuteDeleteAsync(token)
            + await db.ReadAccounts.Where(x => items.Contains(x.ItemId)).ExecuteDeleteAsync(token);
        await context.Publish(new WorkErased(migration, "databases", items.Count, erased.Files, erased.Bytes, rows, time.GetUtcNow()), token);
    }

    /// <summary>A migration that ended without a hand-over leaves none of our accounts at the old server.</summary>
    private async Task RemoveReadAccountsAsync(IReadOnlyList<Guid> items, CancellationToken token)
    {
        foreach (var account in await db.ReadAccounts.Where(x => items.Contains(x.ItemId) && x.RemovedAt == null).AsNoTracking().ToListAsync(token))
        {
            try
            {
                await ReadOnlyAccounts.RemoveAsync(await server.AdministratorAsync(account.Endpoint, token), account.Login, engine.Copy(), token);
            }
            catch (TransferException away)
            {
                throw new IOException($"The account {account.Login} at {account.Host} could not be removed yet: {away.Code}.", away); // comes again in a moment
            }

            db.Audit("system", "remove-read-account", $"database/{account.ItemId}", $"account {account.Login} at {account.Host}, removed");
        }
    }
}
