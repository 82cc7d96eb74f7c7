using Cassiopea.Billing.CheckInvoices;
using Cassiopea.Billing.Dolibarr;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Billing.RecheckInvoices;

/// <summary>"Go to one" of the member guide: the ledger is looked at again, now.</summary>
internal sealed class RecheckInvoicesConsumer(BillingContext db, Telling telling, IOptions<BillingOptions> options, TimeProvider time) : IConsumer<Contracts.RecheckInvoices>
{
    public async Task Consume(ConsumeContext<Contracts.RecheckInvoices> context)
    {
        var (asked, token) = (context.Message, context.CancellationToken);
        var member = asked.MemberReference.Trim();
        await db.LockLedgerAsync(token);
        if (!await db.Watches.AnyAsync(row => row.MemberReference == member && row.EndedAt == null, token))
        {
            await context.Publish(new CommandRefused(asked.OperationId, "not-found", $"No open migration waits for the invoices of {member}.", []), token);
            return;
        }

        var asks = options.Value.Dolibarr.IsUsed;
        if (asks) await SourceCheck.AskNowAsync(db, member, time.GetUtcNow(), token);
        db.Audit(asked.Actor, "recheck-invoices", $"member/{member}", "");
        foreach (var told in await telling.RefreshAsync([member], null, token)) await context.Publish(told, told.GetType(), token);
        await context.Publish(new CommandAccepted(asked.OperationId, asks ? "The ERP is being asked." : "The ledger was looked at again; its data are as of its last import."), token);
    }
}
