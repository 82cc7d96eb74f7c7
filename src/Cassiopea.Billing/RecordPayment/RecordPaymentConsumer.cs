using System.Globalization;
using Cassiopea.Billing.CheckInvoices;
using Cassiopea.Billing.Ledger;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.Billing.RecordPayment;

/// <summary>Counts a payment and tells whoever stands differently now.</summary>
internal sealed class RecordPaymentConsumer(BillingContext db, PaymentRecording recording, Telling telling, TimeProvider time) : IConsumer<Contracts.RecordPayment>
{
    public async Task Consume(ConsumeContext<Contracts.RecordPayment> context)
    {
        var (asked, token) = (context.Message, context.CancellationToken);
        await db.LockLedgerAsync(token);
        var outcome = await recording.RecordAsync(asked, token);
        if (!outcome.Accepted)
        {
            await context.Publish(new CommandRefused(asked.OperationId, outcome.Refusal, outcome.Detail, []), token);
            return;
        }

        db.Audit(asked.Actor, "record-payment", $"payment/{asked.BankReference}", string.Create(CultureInfo.InvariantCulture, $"{Euro.Say(asked.AmountCents)} of {asked.ReceivedOn:yyyy-MM-dd}. {outcome.Detail}"));
        await db.SaveChangesAsync(token);
        if (outcome.Payment is { } payment) await context.Publish(payment.AsOf(time.GetUtcNow()), token);
        foreach (var told in await telling.RefreshAsync(outcome.Members, null, token)) await context.Publish(told, told.GetType(), token);
        await context.Publish(new CommandAccepted(asked.OperationId, outcome.Detail), token);
    }
}
