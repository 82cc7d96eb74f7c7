using Microsoft.EntityFrameworkCore;

namespace Cassiopea.ServiceDefaults.Passes;

/// <summary>What a service worked on for a migration that is over.</summary>
public static class EndedWork
{
    /// <summary>The items that had jobs here.</summary>
    /// <param name="db">The service's database, inside the transaction of the message.</param>
    /// <param name="migration">The migration.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="IOException">A job of it still runs and may still write: the message comes again in a moment.</exception>
    public static async Task<IReadOnlyList<Guid>> ItemsAsync(this ServiceContext db, Guid migration, CancellationToken token)
    {
        var items = await db.Database.SqlQuery<Guid>($"""select distinct item_id as "Value" from job where migration_id = {migration}""").ToListAsync(token);
        var running = await db.Database.SqlQuery<int>($"""select count(*)::int as "Value" from job where migration_id = {migration} and state = 'Running' and lease_until > now()""").SingleAsync(token);
        return running == 0 ? items : throw new IOException("A job of this migration has not stopped yet: its files are erased when it has.");
    }
}
