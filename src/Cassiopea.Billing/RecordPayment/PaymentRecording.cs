using Cassiopea.Billing.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Billing.RecordPayment;

/// <summary>Records a payment once per bank reference and finds its payer.</summary>
internal sealed class PaymentRecording(BillingContext db, TimeProvider time)
{
    private const int MaxText = 140;

    /// <summary>
    /// The payer is the member that is named, or the one whose invoices carry the communication. A payment without payer is kept; the same command
    /// with a member, or an import that brings the invoice, matches it later.
    /// </summary>
    public async Task<Outcome> RecordAsync(Contracts.RecordPayment asked, CancellationToken token)
    {
        if (asked.AmountCents is <= 0 or > Euro.MaxCents) return new("invalid", "The amount must be positive: a payment back is a matter of the ledger's source.");
        if (asked.BankReference.Trim().Length is 0 or > MaxText) return new("invalid", "Give the bank's reference of the movement: it keeps the payment from counting twice.");
        if (asked.Communication.Length > MaxText || asked.MemberReference.Length > MaxText) return new("invalid", $"Communication and member reference have at most {MaxText} characters.");
        if (asked.ReceivedOn > Brussels.DayOf(time.GetUtcNow())) return new("invalid", "The value date lies in the future: record the payment when it has arrived.");

        var communication = StructuredCommunication.TryRead(asked.Communication, out var read, out _) ? read.ToString() : asked.Communication.Trim();
        var payers = communication.Length == 0 ? [] : await db.Invoices.Where(row => row.Communication == communication).Select(row => row.MemberReference).Distinct().ToListAsync(token);
        var named = asked.MemberReference.Trim();
        if (named.Length > 0 && payers.Count > 0 && !payers.Contains(named))
            return new("conflict", $"The communication {communication} belongs to {string.Join(", ", payers)}, not to {named}: correct the member or leave it blank.");
        if (named.Length > 0 && !await db.Accounts.AnyAsync(row => row.MemberReference == named, token))
            return new("not-found", $"No invoice of {named} is known: correct the reference, or leave it blank to keep the payment unmatched.");
        var member = named.Length > 0 ? named : payers is [var payer] ? payer : "";

        var payment = await db.Payments.SingleOrDefaultAsync(row => row.BankReference == asked.BankReference.Trim(), token);
        if (payment is not null && (payment.AmountCents != asked.AmountCents || payment.ReceivedOn != asked.ReceivedOn))
            return new("conflict", $"The bank reference {payment.BankReference} was recorded on {payment.ReceivedOn:yyyy-MM-dd} with {Euro.Say(payment.AmountCents)}: each reference counts once.");
        if (payment is { Unmatched: false })
            return payment.MemberReference == member || member.Length == 0
                ? new("", $"Already counted for {payment.MemberReference}.")
                : new("conflict", $"The bank reference {payment.BankReference} was counted for {payment.MemberReference}.");
        if (payment is null)
        {
            db.Payments.Add(payment = new Payment
            {
                BankReference = asked.BankReference.Trim(),
                MemberReference = member,
                AmountCents = asked.AmountCents,
                CreditCents = asked.AmountCents,
                Communication = communication,
                ReceivedOn = asked.ReceivedOn,
                Actor = asked.Actor,
                RecordedAt = time.GetUtcNow(),
            });
        }

        payment.MemberReference = member;
        if (payment.Unmatched) return new("", "Kept, but matched to nobody: name the member, or import the invoice with this communication.") { Payment = payment };
        Settlement.Place(payment, await db.Invoices.Where(row => row.MemberReference == member && row.Communication == communication).ToListAsync(token));
        return new("", payment.CreditCents == 0 ? $"Counted for {member}." : $"Counted for {member}, {Euro.Say(payment.CreditCents)} of it as credit.", member) { Payment = payment };
    }
}
