using Cassiopea.Billing.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Billing.ImportInvoices;

/// <summary>What an import would do, or did.</summary>
/// <param name="Created">Invoices that were not known.</param>
/// <param name="Updated">Invoices that changed.</param>
/// <param name="Unchanged">Invoices that were known as they are.</param>
/// <param name="Members">Members whose ledger is to be told again; empty after a dry run.</param>
/// <param name="Matched">Payments that waited and found their payer.</param>
internal sealed record ImportResult(int Created, int Updated, int Unchanged, IReadOnlyCollection<string> Members, IReadOnlyList<Payment> Matched);

/// <summary>Applies what a source says to the ledger; whole or not at all, in the caller's transaction.</summary>
internal sealed class InvoiceImport(BillingContext db, TimeProvider time)
{
    /// <summary>How many invoices are new, changed and as they were; nothing is written.</summary>
    public async Task<ImportResult> TryAsync(string source, IReadOnlyList<SourceInvoice> told, CancellationToken token)
    {
        var known = await KnownAsync(source, told, token);
        var created = told.Count(invoice => !known.ContainsKey(invoice.InvoiceNo));
        var unchanged = told.Count(invoice => known.TryGetValue(invoice.InvoiceNo, out var row) && row.Says(invoice));
        return new ImportResult(created, told.Count - created - unchanged, unchanged, [], []);
    }

    /// <summary>Writes invoices and accounts, matches payments that waited, and takes money off that the source now counts itself.</summary>
    public async Task<ImportResult> ApplyAsync(string source, IReadOnlyList<SourceInvoice> told, CancellationToken token)
    {
        var now = time.GetUtcNow();
        var known = await KnownAsync(source, told, token);
        HashSet<string> members = new(StringComparer.Ordinal);
        Dictionary<string, long> newlyPaid = new(StringComparer.Ordinal);
        List<Invoice> created = [];
        var unchanged = 0;
        foreach (var invoice in told)
        {
            members.Add(invoice.MemberReference);
            if (!known.TryGetValue(invoice.InvoiceNo, out var row))
            {
                db.Invoices.Add(row = Invoice.Of(source, invoice, now));
                created.Add(row);
            }
            else if (row.Says(invoice))
            {
                unchanged++;
            }
            else
            {
                members.Add(row.MemberReference);
                newlyPaid[invoice.MemberReference] = newlyPaid.GetValueOrDefault(invoice.MemberReference) + row.Take(invoice, now);
            }
        }

        await ConfirmAsync(source, members, now, token);
        await db.SaveChangesAsync(token);
        var matched = await SettleAsync(members, created, newlyPaid, token);
        await db.SaveChangesAsync(token);
        return new ImportResult(created.Count, told.Count - created.Count - unchanged, unchanged, members, matched);
    }

    /// <summary>The same data once more: the members are confirmed as of now.</summary>
    public async Task ConfirmAsync(string source, IReadOnlyCollection<string> members, DateTimeOffset now, CancellationToken token)
    {
        var names = members.ToArray();
        var accounts = await db.Accounts.Where(row => names.Contains(row.MemberReference)).ToDictionaryAsync(row => row.MemberReference, token);
        foreach (var member in names)
        {
            if (accounts.TryGetValue(member, out var account)) (account.Source, account.ConfirmedAt) = (source, now);
            else db.Accounts.Add(new Account { MemberReference = member, Source = source, ConfirmedAt = now });
        }
    }

    private async Task<Dictionary<string, Invoice>> KnownAsync(string source, IReadOnlyList<SourceInvoice> told, CancellationToken token)
    {
        var numbers = told.Select(invoice => invoice.InvoiceNo).ToArray();
        return await db.Invoices.Where(row => row.Source == source && numbers.Contains(row.InvoiceNo)).ToDictionaryAsync(row => row.InvoiceNo, StringComparer.Ordinal, token);
    }

    private async Task<List<Payment>> SettleAsync(HashSet<string> members, List<Invoice> created, Dictionary<string, long> newlyPaid, CancellationToken token)
    {
        var names = members.ToArray();
        var waiting = await db.Payments.Where(row => row.CreditCents > 0 && (row.MemberReference == "" || names.Contains(row.MemberReference))).ToListAsync(token);
        List<Payment> matched = [];
        if (waiting.Count == 0) return matched;
        var byCommunication = created.Where(invoice => invoice.Communication.Length > 0).ToLookup(invoice => invoice.Communication);
        foreach (var payment in waiting.Where(payment => payment.Unmatched))
        {
            var payers = byCommunication[payment.Communication].Select(invoice => invoice.MemberReference).Distinct().ToList();
            if (payers is not [var payer]) continue;
            payment.MemberReference = payer;
            matched.Add(payment);
        }

        // a new invoice that its source calls paid was perhaps paid by a payment that waited here for it
        foreach (var invoice in created.Where(invoice => invoice.PaidCents > 0 && invoice.Communication.Length > 0))
            Settlement.Absorb(invoice.PaidCents, waiting.Where(payment => payment.MemberReference == invoice.MemberReference && payment.Communication == invoice.Communication));
        foreach (var (member, cents) in newlyPaid)
            Settlement.Absorb(cents, waiting.Where(payment => payment.MemberReference == member));
        foreach (var payment in waiting.Where(payment => !payment.Unmatched))
            Settlement.Place(payment, await db.Invoices.Where(row => row.MemberReference == payment.MemberReference && row.Communication == payment.Communication).ToListAsync(token));
        return matched;
    }
}
