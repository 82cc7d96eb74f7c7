using Cassiopea.Billing.CheckInvoices;
using Cassiopea.Billing.Ledger;
using Cassiopea.Contracts;

namespace Cassiopea.Billing.Tests.CheckInvoices;

[Trait("Requirement", "inv-I4")]
public sealed class StandingTests
{
    private static readonly DateTimeOffset Now = new(2018, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly BillingOptions Options = new() { FinalYear = 2017, ClosingDate = new(2018, 6, 30), DataMaxAge = TimeSpan.FromDays(45) };

    private static Invoice Invoice(string number, long amount, int year = 2016, long paid = 0, DateOnly? due = null, SourceState state = SourceState.Issued) =>
        Ledger.LedgerMaker.Invoice(number, amount, year, paid, due, state);

    private static Standing Of(IReadOnlyList<Invoice> invoices, DateTimeOffset? now = null, long credit = 0, params IReadOnlyList<Decision> decisions) =>
        Standing.Of(new MemberLedger(Ledger.LedgerMaker.Account(Now.AddDays(-1)), invoices, credit, decisions), now ?? Now, Options);

    private static Decision Decision(DecisionKind kind, DateOnly? expires, DateTimeOffset? decided = null) => new()
    {
        Id = Guid.CreateVersion7(),
        MemberReference = "M1",
        Kind = kind,
        ProposedBy = "anne",
        ProposedAt = Now.AddDays(-2),
        Reason = "Decided by the board.",
        DocumentReference = "CA-12",
        ExpiresOn = expires,
        DecidedBy = "bert",
        DecidedAt = decided ?? Now.AddDays(-1),
    };

    [Fact]
    public void Everything_paid_up_to_the_final_year_is_clear()
    {
        var standing = Of([Invoice("1", 10000, paid: 10000), Invoice("2", 10000, year: 2017, paid: 10000)]);
        Assert.Equal(InvoiceStatus.Clear, standing.Status);
        Assert.Equal(0, standing.OpenCents);
        Assert.Equal("csv", standing.Source);
        Assert.Equal(Now.AddDays(-1), standing.SourceAsOf);
        Assert.Contains("2018-02-28", standing.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void An_open_invoice_is_due_and_named()
    {
        var standing = Of([Invoice("F-7", 12345, due: new(2018, 1, 31))]);
        Assert.Equal(InvoiceStatus.Due, standing.Status);
        Assert.Equal(12345, standing.OpenCents);
        Assert.Contains("F-7 (123.45 €, overdue since 2018-01-31)", standing.Explanation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, InvoiceStatus.Clear)]
    [InlineData(-5, InvoiceStatus.Clear)]
    [InlineData(6, InvoiceStatus.Due)]
    public void Five_cents_either_way_do_not_count(long open, InvoiceStatus expected) =>
        Assert.Equal(expected, Of([Invoice("1", 10000, year: 2017, paid: 10000 - open)]).Status);

    [Fact]
    public void A_credit_note_an_overpayment_and_a_free_payment_are_set_off()
    {
        IReadOnlyList<Invoice> invoices = [Invoice("1", 10000, year: 2017), Invoice("2", -4000), Invoice("3", 5000, paid: 7000)];
        Assert.Equal(4000, Of(invoices).OpenCents);
        Assert.Equal(1000, Of(invoices, credit: 3000).OpenCents);
        Assert.Equal(InvoiceStatus.Clear, Of(invoices, credit: 4000).Status);
    }

    [Fact]
    public void The_missing_final_invoice_is_awaited_until_the_closing_day_in_brussels_is_over()
    {
        IReadOnlyList<Invoice> paid = [Invoice("1", 10000, paid: 10000)];
        var fresh = new DateTimeOffset(2018, 6, 30, 21, 59, 0, TimeSpan.Zero);
        var ledger = new MemberLedger(Ledger.LedgerMaker.Account(fresh.AddDays(-1)), paid, 0, []);
        var awaited = Standing.Of(ledger, fresh, Options);
        Assert.Equal(InvoiceStatus.AwaitingFinalInvoice, awaited.Status);
        Assert.Equal(new DateTimeOffset(2018, 6, 30, 22, 0, 0, TimeSpan.Zero), awaited.NextChangeAt);
        Assert.Equal(InvoiceStatus.Clear, Standing.Of(ledger, awaited.NextChangeAt!.Value, Options).Status);
    }

    [Theory]
    [InlineData(nameof(SourceState.Draft))]
    [InlineData(nameof(SourceState.Cancelled))]
    public void A_draft_or_cancelled_final_invoice_owes_nothing_and_is_still_awaited(string state) =>
        Assert.Equal(InvoiceStatus.AwaitingFinalInvoice, Of([Invoice("1", 10000, year: 2017, state: Enum.Parse<SourceState>(state))]).Status);

    [Fact]
    [Trait("Requirement", "inv-I5")]
    public void A_late_final_invoice_reopens_the_gate()
    {
        Assert.Equal(InvoiceStatus.AwaitingFinalInvoice, Of([Invoice("1", 10000, paid: 10000)]).Status);
        Assert.Equal(InvoiceStatus.Due, Of([Invoice("1", 10000, paid: 10000), Invoice("2", 9000, year: 2017)]).Status);
    }

    [Fact]
    [Trait("Requirement", "inv-I9")]
    public void A_member_that_no_source_knows_is_unknown_and_never_clear()
    {
        var standing = Standing.Of(new MemberLedger(null, [], 0, []), Now, Options);
        Assert.Equal((InvoiceStatus.Unknown, "none", null), (standing.Status, standing.Source, standing.SourceAsOf));
    }

    [Fact]
    [Trait("Requirement", "inv-I9")]
    public void Old_data_are_unknown_even_when_they_say_that_all_is_paid()
    {
        IReadOnlyList<Invoice> paid = [Invoice("2", 10000, year: 2017, paid: 10000)];
        var limit = Now.AddDays(-1) + Options.DataMaxAge;
        var before = Of(paid, limit.AddSeconds(-1));
        Assert.Equal((InvoiceStatus.Clear, limit), (before.Status, before.NextChangeAt));
        Assert.Equal(InvoiceStatus.Unknown, Of(paid, limit).Status);
        Assert.Equal(InvoiceStatus.Unknown, Of([Invoice("1", 10000)], limit, 0, Decision(DecisionKind.Instalments, new(2019, 1, 1))).Status);
    }

    [Theory]
    [InlineData(nameof(DecisionKind.Waiver), InvoiceStatus.Exempt)]
    [InlineData(nameof(DecisionKind.Exempt), InvoiceStatus.Exempt)]
    [InlineData(nameof(DecisionKind.Instalments), InvoiceStatus.Instalments)]
    public void A_decision_holds_to_the_end_of_its_last_day(string kind, InvoiceStatus expected)
    {
        var decision = Decision(Enum.Parse<DecisionKind>(kind), new(2018, 3, 10));
        IReadOnlyList<Invoice> due = [Invoice("1", 10000, due: new(2017, 1, 1))];
        var standing = Of(due, Now, 0, decision);
        Assert.Equal((expected, 10000), (standing.Status, standing.OpenCents));
        Assert.Equal(new DateTimeOffset(2018, 3, 10, 23, 0, 0, TimeSpan.Zero), standing.NextChangeAt);
        Assert.Equal(InvoiceStatus.Due, Of(due, standing.NextChangeAt, 0, decision).Status);
    }

    [Fact]
    public void A_plan_covers_only_what_was_issued_before_it()
    {
        var plan = Decision(DecisionKind.Instalments, new(2019, 1, 1), decided: new DateTimeOffset(2017, 2, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(InvoiceStatus.Instalments, Of([Invoice("1", 10000, year: 2016)], Now, 0, plan).Status);
        Assert.Equal(InvoiceStatus.Due, Of([Invoice("1", 10000, year: 2016), Invoice("2", 10000, year: 2018)], Now, 0, plan).Status);
    }

    [Fact]
    public void A_proposal_and_an_ended_decision_open_nothing()
    {
        var proposal = Decision(DecisionKind.Waiver, null);
        (proposal.DecidedBy, proposal.DecidedAt) = (null, null);
        var ended = Decision(DecisionKind.Waiver, null);
        ended.EndedAt = Now;
        Assert.Equal(InvoiceStatus.Due, Of([Invoice("1", 10000)], Now, 0, proposal, ended).Status);
    }

    [Fact]
    public void An_invoice_that_becomes_overdue_changes_the_explanation_at_midnight_in_brussels()
    {
        IReadOnlyList<Invoice> open = [Invoice("1", 10000, due: new(2018, 3, 5))];
        var before = Of(open);
        Assert.Equal(new DateTimeOffset(2018, 3, 5, 23, 0, 0, TimeSpan.Zero), before.NextChangeAt);
        Assert.Contains("due on", before.Explanation, StringComparison.Ordinal);
        Assert.Contains("overdue", Of(open, before.NextChangeAt).Explanation, StringComparison.Ordinal);
    }
}
