using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Events;

/// <summary>Adds to the event log as the last thing of a transaction, because numbers are given under a lock held to the commit.</summary>
internal sealed class EventLog(GatewayContext db)
{
    /// <summary>Who may see it is the member of the migration; an event that comes before its migration gets the member when that is known.</summary>
    public async Task AddAsync(string type, Guid? migrationId, Guid? itemId, object data, DateTimeOffset at, CancellationToken token, Guid? memberId = null)
    {
        await db.SaveChangesAsync(token);
        if (memberId is null && migrationId is { } migration)
            memberId = await db.Migrations.Where(m => m.Id == migration).Select(m => (Guid?)m.MemberId).FirstOrDefaultAsync(token);
        if (type == EventType.Progress)
            await db.Events.Where(e => e.Type == EventType.Progress && e.ItemId == itemId).ExecuteDeleteAsync(token);
        db.Events.Add(new EventRow
        {
            Type = type,
            MemberId = memberId,
            MigrationId = migrationId,
            ItemId = itemId,
            Data = JsonSerializer.Serialize(data, ApiJson.Options),
            At = at,
        });
        await db.SaveChangesAsync(token);
    }
}
