using Cassiopea.Billing.CheckInvoices;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Billing.ContestInvoices;

/// <summary>Staff answer what a member said against the ledger; what follows of it (a credit note, a waiver) is recorded by its own command.</summary>
internal sealed class AnswerContestConsumer(BillingContext db, Telling telling, TimeProvider time) : IConsumer<AnswerContest>
{
    public async Task Consume(ConsumeContext<AnswerContest> context)
    {
        var (asked, token) = (context.Message, context.CancellationToken);
        await db.LockLedgerAsync(token);
        var (member, answer) = (asked.MemberReference.Trim(), asked.Answer.Trim());
        var open = await db.Contests.SingleOrDefaultAsync(row => row.MemberReference == member && row.AnsweredAt == null, token);
        if (open is null || answer.Length is < 10 or > 1000)
        {
            await context.Publish(open is null
                ? new CommandRefused(asked.OperationId, "not-found", $"{member} has said nothing that waits for an answer.", [])
                : new CommandRefused(asked.OperationId, "invalid", "Answer in 10 to 1000 characters.", []), token);
            return;
        }

        (open.Answer, open.AnsweredBy, open.AnsweredAt) = (answer, asked.Actor, time.GetUtcNow());
        db.Audit(asked.Actor, "answer-contest", $"member/{member}", answer);
        await db.SaveChangesAsync(token);
        foreach (var told in await telling.RefreshAsync([member], null, token)) await context.Publish(told, told.GetType(), token);
        await context.Publish(new CommandAccepted(asked.OperationId, "Answered: if dues are still open, the member is reminded again."), token);
    }
}
