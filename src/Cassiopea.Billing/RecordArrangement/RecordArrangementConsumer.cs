using Cassiopea.Billing.CheckInvoices;
using Cassiopea.Billing.Ledger;
using Cassiopea.Billing.WaiveInvoices;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.Billing.RecordArrangement;

/// <summary>Records a plan of instalments, or proposes or decides an exemption.</summary>
internal sealed class RecordArrangementConsumer(BillingContext db, FourEyes fourEyes, Telling telling) : IConsumer<Contracts.RecordArrangement>
{
    public async Task Consume(ConsumeContext<Contracts.RecordArrangement> context)
    {
        var (asked, token) = (context.Message, context.CancellationToken);
        await db.LockLedgerAsync(token);
        var outcome = asked.Status switch
        {
            InvoiceStatus.Exempt => await AskAsync(DecisionKind.Exempt, asked, token),
            InvoiceStatus.Instalments => await AskAsync(DecisionKind.Instalments, asked, token),
            var other => new Outcome("invalid", $"An arrangement is Exempt or Instalments, not {other}."),
        };
        if (!outcome.Accepted)
        {
            await context.Publish(new CommandRefused(asked.OperationId, outcome.Refusal, outcome.Detail, []), token);
            return;
        }

        db.Audit(asked.Actor, "record-arrangement", $"member/{asked.MemberReference}", $"{asked.Status} {asked.DocumentReference} {outcome.Detail}");
        await db.SaveChangesAsync(token);
        foreach (var told in await telling.RefreshAsync(outcome.Members, null, token)) await context.Publish(told, told.GetType(), token);
        await context.Publish(new CommandAccepted(asked.OperationId, outcome.Detail), token);
    }

    private Task<Outcome> AskAsync(DecisionKind kind, Contracts.RecordArrangement asked, CancellationToken token) => fourEyes.AskAsync(
        new DecisionAsked(kind, asked.Actor.Trim(), asked.MemberReference.Trim(), asked.DocumentReference, asked.DocumentReference, asked.ExpiresOn), token);
}
