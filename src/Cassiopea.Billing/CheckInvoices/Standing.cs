using System.Globalization;
using Cassiopea.Billing.Dolibarr;
using Cassiopea.Billing.Ledger;
using Cassiopea.Contracts;

namespace Cassiopea.Billing.CheckInvoices;

/// <summary>How a member stands, and when that changes by itself. A pure function of the ledger, the time and the options (inv-I4).</summary>
/// <param name="Status">The answer.</param>
/// <param name="OpenCents">What is open, in cents.</param>
/// <param name="Explanation">Why, in English, for staff.</param>
/// <param name="Source"><c>csv</c>, <c>waiver</c> (any decision that opens the gate) or <c>none</c>.</param>
/// <param name="SourceAsOf">When the source last confirmed; null without source.</param>
/// <param name="NextChangeAt">The next due date, expiry or age limit; null when time changes nothing.</param>
/// <param name="Contested">What the member says against it, while staff have not answered; empty otherwise.</param>
internal sealed record Standing(InvoiceStatus Status, long OpenCents, string Explanation, string Source, DateTimeOffset? SourceAsOf, DateTimeOffset? NextChangeAt, string Contested = "")
{
    private const string ByDecision = "waiver";
    private const int MostNamed = 5;

    /// <summary>
    /// Nothing open and nothing awaited is Clear. Otherwise a waiver or exemption that holds gives Exempt. Without it, no data or old data are
    /// Unknown, an agreed plan covers what was issued before it, and only a missing final invoice is AwaitingFinalInvoice.
    /// </summary>
    public static Standing Of(MemberLedger ledger, DateTimeOffset now, BillingOptions options)
    {
        var day = Brussels.DayOf(now);
        var fromData = FromData(ledger, now, day, options) with { Contested = ledger.Contested };
        if (fromData.Status == InvoiceStatus.Clear) return fromData;
        if (ledger.Holding(day, DecisionKind.Waiver, DecisionKind.Exempt) is not { } decision) return fromData;
        var what = decision.Kind == DecisionKind.Waiver ? "Waived" : "Exempt";
        return fromData with
        {
            Status = InvoiceStatus.Exempt,
            Source = ByDecision,
            Explanation = $"{what} {Until(decision)}, proposed by {decision.ProposedBy}, decided by {decision.DecidedBy}: {decision.Reason} Without it: {fromData.Explanation}",
        };
    }

    private static Standing FromData(MemberLedger ledger, DateTimeOffset now, DateOnly day, BillingOptions options)
    {
        if (ledger.Account is not { } account)
        {
            var why = ledger.SourceProblem.Length > 0 ? ledger.SourceProblem : "No invoice of this reference is known: import the member's invoices, or correct the reference.";
            return new Standing(InvoiceStatus.Unknown, 0, why, "none", null, NextExpiry(ledger, day));
        }

        var lines = ledger.LinesOn(day);
        var open = lines.Where(line => line.OpenCents > 0).ToList();
        var cents = open.Sum(line => line.OpenCents);
        var maxAge = account.Source == DolibarrOptions.Source ? options.Dolibarr.MaxAge : options.DataMaxAge;
        var stale = account.ConfirmedAt + maxAge;
        var data = string.Create(CultureInfo.InvariantCulture, $"Data of {Brussels.DayOf(account.ConfirmedAt):yyyy-MM-dd} from {account.Source}. {ledger.SourceProblem}").TrimEnd();
        Standing Is(InvoiceStatus status, string explanation) => new(status, cents, $"{explanation} {data}", account.Source, account.ConfirmedAt, NextChange(ledger, open, day, now < stale ? stale : null, options));

        if (now >= stale)
            return Is(InvoiceStatus.Unknown, string.Create(CultureInfo.InvariantCulture, $"The data are older than {maxAge.TotalDays:0.#} days: {(account.Source == DolibarrOptions.Source ? "the ERP has not answered since" : "import them again")}. {Said(open, cents, day)}"));
        if (open.Count > 0)
        {
            var plan = ledger.Holding(day, DecisionKind.Instalments);
            return plan is not null && open.All(line => line.IssuedOn <= Brussels.DayOf(plan.DecidedAt!.Value))
                ? Is(InvoiceStatus.Instalments, $"Pays by the plan {plan.DocumentReference} {Until(plan)}. {Said(open, cents, day)}")
                : Is(InvoiceStatus.Due, Said(open, cents, day) + (plan is null ? "" : $" The plan {plan.DocumentReference} covers only what was issued before it."));
        }

        if (day <= options.ClosingDate && !ledger.HasInvoiceOf(options.FinalYear))
            return Is(InvoiceStatus.AwaitingFinalInvoice, string.Create(CultureInfo.InvariantCulture, $"Nothing is open; the invoice of {options.FinalYear} may still come until {options.ClosingDate:yyyy-MM-dd}."));
        return Is(InvoiceStatus.Clear, "Nothing is open.");
    }

    private static string Said(List<InvoiceLine> open, long cents, DateOnly day)
    {
        if (open.Count == 0) return "Nothing was open.";
        var named = open.Take(MostNamed).Select(line =>
            string.Create(CultureInfo.InvariantCulture, $"{line.InvoiceNo} ({Euro.Say(line.OpenCents)}, {(day > line.DueOn ? "overdue since" : "due on")} {line.DueOn:yyyy-MM-dd})"));
        var rest = open.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" and {open.Count - MostNamed} more") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{open.Count} open, {Euro.Say(cents)}: {string.Join(", ", named)}{rest}.");
    }

    private static string Until(Decision decision) =>
        decision.ExpiresOn is { } last ? string.Create(CultureInfo.InvariantCulture, $"until {last:yyyy-MM-dd}") : "until the end of the migration";

    private static DateTimeOffset? NextChange(MemberLedger ledger, List<InvoiceLine> open, DateOnly day, DateTimeOffset? stale, BillingOptions options)
    {
        var next = Earlier(stale, NextExpiry(ledger, day));
        foreach (var line in open.Where(line => line.DueOn >= day)) next = Earlier(next, Brussels.EndOf(line.DueOn));
        return day <= options.ClosingDate ? Earlier(next, Brussels.EndOf(options.ClosingDate)) : next;
    }

    private static DateTimeOffset? NextExpiry(MemberLedger ledger, DateOnly day)
    {
        DateTimeOffset? next = null;
        foreach (var decision in ledger.Decisions)
            if (decision.HoldsOn(day) && decision.ExpiresOn is { } last) next = Earlier(next, Brussels.EndOf(last));
        return next;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;
}
