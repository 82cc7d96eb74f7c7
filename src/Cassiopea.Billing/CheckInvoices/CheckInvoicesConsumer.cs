using Cassiopea.Billing.Dolibarr;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Billing.CheckInvoices;

/// <summary>Remembers the migration and answers; from now on it is told whenever the answer changes.</summary>
internal sealed class CheckInvoicesConsumer(BillingContext db, Telling telling, IOptions<BillingOptions> options, TimeProvider time) : IConsumer<Contracts.CheckInvoices>
{
    public async Task Consume(ConsumeContext<Contracts.CheckInvoices> context)
    {
        var (migration, member) = (context.Message.MigrationId, context.Message.MemberReference);
        var token = context.CancellationToken;
        await db.LockLedgerAsync(token);
        var watch = await db.Watches.SingleOrDefaultAsync(row => row.MigrationId == migration, token);
        if (watch?.EndedAt is not null) return;
        if (watch is null) db.Watches.Add(new Watch { MigrationId = migration, MemberReference = member, AskedAt = time.GetUtcNow() });
        else (watch.MemberReference, watch.AskedAt) = (member, time.GetUtcNow());
        await db.SaveChangesAsync(token);
        if (options.Value.Dolibarr.IsUsed)
        {
            await SourceCheck.AskNowAsync(db, member, time.GetUtcNow(), token);
            // nothing is known yet: the ERP's first answer, or that it gives none, is told within seconds
            if (!await db.Accounts.AnyAsync(row => row.MemberReference == member, token)) return;
        }

        foreach (var told in await telling.RefreshAsync([member], migration, token)) await context.Publish(told, told.GetType(), token);
    }
}
