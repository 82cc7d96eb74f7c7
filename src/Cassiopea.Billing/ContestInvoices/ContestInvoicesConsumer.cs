using Cassiopea.Billing.CheckInvoices;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Billing.ContestInvoices;

/// <summary>Takes the member's word down: the gate stays as it is, reminders stop, staff must answer (inv-I6).</summary>
internal sealed class ContestInvoicesConsumer(BillingContext db, Telling telling, TimeProvider time) : IConsumer<Contracts.ContestInvoices>
{
    public async Task Consume(ConsumeContext<Contracts.ContestInvoices> context)
    {
        var (asked, token) = (context.Message, context.CancellationToken);
        await db.LockLedgerAsync(token);
        var (member, text) = (asked.MemberReference.Trim(), asked.Text.Trim());
        CommandRefused? refusal =
            text.Length is < 10 or > 1000 ? new(asked.OperationId, "invalid", "Say what is wrong in 10 to 1000 characters.", [])
            : await db.Contests.AnyAsync(row => row.MemberReference == member && row.AnsweredAt == null, token)
                ? new(asked.OperationId, "conflict", "What was said before is not answered yet: staff must answer it first.", [])
            : null;
        if (refusal is not null)
        {
            await context.Publish(refusal, token);
            return;
        }

        db.Contests.Add(new Contest { Id = Guid.CreateVersion7(), MemberReference = member, Text = text, Actor = asked.Actor, At = time.GetUtcNow() });
        db.Audit(asked.Actor, "contest-invoices", $"member/{member}", text);
        await db.SaveChangesAsync(token);
        foreach (var told in await telling.RefreshAsync([member], null, token)) await context.Publish(told, told.GetType(), token);
        await context.Publish(new CommandAccepted(asked.OperationId, "Noted: reminders stop until staff have answered."), token);
    }
}
