using Cassiopea.Contracts;

namespace Cassiopea.Billing.Ledger;

/// <summary>All that is known of one member, and what follows of it: the only place where amounts are set off.</summary>
/// <param name="Account">Null when no source knows the member.</param>
/// <param name="Invoices">All of the member's invoices.</param>
/// <param name="CreditCents">Payments that are on no invoice, in cents.</param>
/// <param name="Decisions">All of the member's decisions.</param>
internal sealed record MemberLedger(Account? Account, IReadOnlyList<Invoice> Invoices, long CreditCents, IReadOnlyList<Decision> Decisions)
{
    /// <summary>Why the source could not be asked when it was to be; empty when it answered.</summary>
    public string SourceProblem { get; init; } = "";

    /// <summary>What the member says against the ledger, while staff have not answered; empty otherwise.</summary>
    public string Contested { get; init; } = "";

    /// <summary>
    /// The invoices as people may see them, oldest first, drafts left out. Credit notes, overpayments and payments without invoice are set off
    /// against what is open, what is due first first; then an amount within the tolerance counts as nothing.
    /// </summary>
    public IReadOnlyList<InvoiceLine> LinesOn(DateOnly day)
    {
        var open = Invoices.ToDictionary(invoice => invoice, invoice => invoice.OpenCents);
        var credit = CreditCents;
        foreach (var debt in InOrder().Where(invoice => open[invoice] > 0))
        {
            var fromCredit = Math.Min(credit, open[debt]);
            credit -= fromCredit;
            open[debt] -= fromCredit;
            foreach (var note in InOrder().Where(invoice => open[invoice] < 0))
            {
                if (open[debt] == 0) break;
                var setOff = Math.Min(-open[note], open[debt]);
                open[note] += setOff;
                open[debt] -= setOff;
            }
        }

        return [.. Invoices
            .Where(invoice => invoice.State != SourceState.Draft)
            .OrderBy(invoice => invoice.IssuedOn).ThenBy(invoice => invoice.InvoiceNo, StringComparer.Ordinal)
            .Select(invoice => LineOf(invoice, Math.Abs(open[invoice]) <= BillingOptions.ToleranceCents ? 0 : open[invoice], day))];
    }

    /// <summary>The invoice of a year has been issued.</summary>
    public bool HasInvoiceOf(int year) => Invoices.Any(invoice => invoice.Year == year && invoice.State == SourceState.Issued && invoice.AmountCents > 0);

    /// <summary>The decision of these kinds that holds longest on a day; null when none does.</summary>
    public Decision? Holding(DateOnly day, params ReadOnlySpan<DecisionKind> kinds)
    {
        Decision? longest = null;
        foreach (var decision in Decisions)
        {
            if (!decision.HoldsOn(day) || !kinds.Contains(decision.Kind)) continue;
            if (longest is null || (decision.ExpiresOn ?? DateOnly.MaxValue) > (longest.ExpiresOn ?? DateOnly.MaxValue)) longest = decision;
        }

        return longest;
    }

    private IEnumerable<Invoice> InOrder() => Invoices.OrderBy(invoice => invoice.DueOn).ThenBy(invoice => invoice.InvoiceNo, StringComparer.Ordinal);

    private static InvoiceLine LineOf(Invoice invoice, long openCents, DateOnly day) => new(
        invoice.InvoiceNo,
        invoice.Year,
        invoice.IssuedOn,
        invoice.DueOn,
        invoice.AmountCents,
        openCents,
        invoice.Communication,
        StateOf(invoice, openCents, day));

    private static string StateOf(Invoice invoice, long openCents, DateOnly day) => invoice switch
    {
        { State: SourceState.Cancelled } => "cancelled",
        { AmountCents: < 0 } => openCents == 0 ? "credited" : "open",
        _ when openCents <= 0 => invoice.PaidCents + invoice.RecordedCents == 0 && invoice.CreditedCents > 0 ? "credited" : "paid",
        _ when day > invoice.DueOn => "overdue",
        _ => openCents < invoice.AmountCents ? "partial" : "open",
    };
}
