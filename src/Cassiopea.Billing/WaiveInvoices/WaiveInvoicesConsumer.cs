using Cassiopea.Billing.CheckInvoices;
using Cassiopea.Billing.Ledger;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.Billing.WaiveInvoices;

/// <summary>Proposes a waiver or decides one; the gate opens with the second person.</summary>
internal sealed class WaiveInvoicesConsumer(BillingContext db, FourEyes fourEyes, Telling telling) : IConsumer<Contracts.WaiveInvoices>
{
    public async Task Consume(ConsumeContext<Contracts.WaiveInvoices> context)
    {
        var (asked, token) = (context.Message, context.CancellationToken);
        await db.LockLedgerAsync(token);
        var outcome = await fourEyes.AskAsync(
            new DecisionAsked(DecisionKind.Waiver, asked.Actor.Trim(), asked.MemberReference.Trim(), asked.Reason, asked.DocumentReference, asked.ExpiresOn), token);
        if (!outcome.Accepted)
        {
            await context.Publish(new CommandRefused(asked.OperationId, outcome.Refusal, outcome.Detail, []), token);
            return;
        }

        db.Audit(asked.Actor, "waive-invoices", $"member/{asked.MemberReference}", $"{asked.Reason} {asked.DocumentReference} {outcome.Detail}");
        await db.SaveChangesAsync(token);
        foreach (var told in await telling.RefreshAsync(outcome.Members, null, token)) await context.Publish(told, told.GetType(), token);
        await context.Publish(new CommandAccepted(asked.OperationId, outcome.Detail), token);
    }
}
