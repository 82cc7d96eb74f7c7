using Cassiopea.Contracts;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Billing.CheckInvoices;

/// <summary>Stops telling, and ends the decisions that were to last as long as the migration.</summary>
internal sealed class MigrationEndedConsumer(BillingContext db, TimeProvider time) : IConsumer<MigrationEnded>
{
    public async Task Consume(ConsumeContext<MigrationEnded> context)
    {
        var token = context.CancellationToken;
        await db.LockLedgerAsync(token);
        var watch = await db.Watches.SingleOrDefaultAsync(row => row.MigrationId == context.Message.MigrationId, token);
        if (watch is null || watch.EndedAt is not null) return;
        var now = time.GetUtcNow();
        (watch.EndedAt, watch.NextChangeAt) = (now, null);
        if (await db.Watches.AnyAsync(row => row.MemberReference == watch.MemberReference && row.EndedAt == null && row.MigrationId != watch.MigrationId, token)) return;
        await db.Decisions
            .Where(row => row.MemberReference == watch.MemberReference && row.EndedAt == null && row.ExpiresOn == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, now), token);
    }
}
