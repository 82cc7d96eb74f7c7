using Cassiopea.Contracts;
using Cassiopea.MySql.Engine;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Databases;

/// <summary>A migration is over: its journals (they hold key values), manifests and lists of exceptions go, and what went is told for the receipt.</summary>
internal sealed class EraseWorkConsumer(DatabasesContext db, DatabaseFiles files, OldServer server, DatabaseEngine engine, IOptions<BusOptions> bus, TimeProvider time) : IConsumer<MigrationEnded>
{
    public async Task Consume(ConsumeContext<MigrationEnded> context)
    {
        var (migration, token) = (context.Message.MigrationId, context.CancellationToken);
        var items = await db.ItemsAsync(migration, token);
        await RemoveReadAccountsAsync(context, items, token);
        var erased = files.Erase(migration, items);
        var rows = await db.PassExceptions.Where(x => items.Contains(x.ItemId)).ExecuteDeleteAsync(token)
            + await db.Manifests.Where(x => items.Contains(x.ItemId)).ExecuteDeleteAsync(token)
            + await db.LastDeltas.Where(x => items.Contains(x.ItemId)).ExecuteDeleteAsync(token)
            + await db.ReadAccounts.Where(x => items.Contains(x.ItemId)).ExecuteDeleteAsync(token);
        await context.Publish(new WorkErased(migration, "databases", items.Count, erased.Files, erased.Bytes, rows, time.GetUtcNow()), token);
    }

    /// <summary>
    /// A migration that ended without a hand-over leaves none of our accounts at the old server, if that server and its administrators still let us: one that
    /// is away for a while is asked again, one that is gone for good holds nothing else up. What stays there is told, for people to remove it.
    /// </summary>
    private async Task RemoveReadAccountsAsync(ConsumeContext<MigrationEnded> context, IReadOnlyList<Guid> items, CancellationToken token)
    {
        foreach (var account in await db.ReadAccounts.Where(x => items.Contains(x.ItemId) && x.RemovedAt == null).AsNoTracking().ToListAsync(token))
        {
            Failure? failure;
            try
            {
                failure = await DatabaseStep.RunAsync(
                    FailureSide.Source, async () => await ReadOnlyAccounts.RemoveAsync(await server.AdministratorAsync(account.Endpoint, token), account.Login, engine.Copy(), token), token);
            }
            catch (PassingFailureException away)
            {
                if (context.GetRedeliveryCount() < bus.Value.Redelivery.Count)
                    throw new IOException($"The account {account.Login} at {account.Host} could not be removed yet: {away.Failure.Code}.", away); // comes again in a moment
                failure = away.Failure;
            }

            db.Audit("system", "remove-read-account", $"database/{account.ItemId}", $"account {account.Login} at {account.Host}, {(failure is null ? "removed" : $"still there: {failure.Code}")}");
            await context.Publish(new ReadAccountRemoved(context.Message.MigrationId, account.ItemId, account.Number, failure, time.GetUtcNow()), token);
        }
    }
}
