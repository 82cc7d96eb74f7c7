using Cassiopea.Billing.Ledger;

namespace Cassiopea.Billing.Tests.Ledger;

[Trait("Requirement", "inv-I3")]
public sealed class MemberLedgerTests
{
    private static readonly DateOnly Day = new(2017, 6, 1);

    private static Invoice Invoice(string number, long amount, long paid = 0, DateOnly? due = null, SourceState state = SourceState.Issued) =>
        LedgerMaker.Invoice(number, amount, 2017, paid, due, state);

    private static string[] Lines(long credit, params Invoice[] invoices) =>
        [.. new MemberLedger(null, invoices, credit, []).LinesOn(Day).Select(line => $"{line.InvoiceNo} {line.State} {line.OpenCents}")];

    [Fact]
    public void Each_line_tells_its_state() => Assert.Equal(
        ["1 open 10000", "2 overdue 10000", "3 partial 4000", "4 paid 0", "5 cancelled 0"],
        Lines(
            0,
            Invoice("1", 10000, due: new(2017, 6, 1)),
            Invoice("2", 10000, due: new(2017, 5, 31)),
            Invoice("3", 10000, paid: 6000, due: new(2017, 6, 30)),
            Invoice("4", 10000, paid: 9996),
            Invoice("5", 10000, state: SourceState.Cancelled),
            Invoice("6", 10000, state: SourceState.Draft)));

    [Fact]
    public void Credit_goes_to_what_is_due_first()
    {
        Assert.Equal(
            ["1 partial 9000", "2 credited 0", "3 credited 0"],
            Lines(2000, Invoice("1", 10000, due: new(2017, 6, 30)), Invoice("2", -4000), new Invoice
            {
                Source = "csv",
                InvoiceNo = "3",
                MemberReference = "M1",
                Year = 2017,
                IssuedOn = new(2017, 1, 20),
                DueOn = new(2017, 2, 1),
                AmountCents = 6000,
                PaidCents = 0,
                CreditedCents = 1000,
                State = SourceState.Issued,
                Communication = "",
            }));
        Assert.Equal(["1 paid 0", "2 open -3000"], Lines(0, Invoice("1", 1000, paid: 500), Invoice("2", -3500)).AsEnumerable());
    }

    [Fact]
    public void Setting_off_never_makes_or_loses_a_cent()
    {
        var chance = new Random(5);
        for (var round = 0; round < 2_000; round++)
        {
            var invoices = Enumerable.Range(0, chance.Next(1, 9)).Select(i => Invoice($"{i}", chance.Next(-90, 90) * 10, due: Day.AddDays(chance.Next(-9, 9)))).ToArray();
            var credit = chance.Next(0, 40) * 10;
            var lines = new MemberLedger(null, invoices, credit, []).LinesOn(Day);
            var debt = lines.Sum(line => Math.Max(0, line.OpenCents));
            Assert.Equal(Math.Max(0, invoices.Sum(i => i.OpenCents) - credit), debt);
            Assert.False(debt > 0 && lines.Any(line => line.OpenCents < 0));
        }
    }

    [Fact]
    public void Money_that_the_source_tells_later_is_not_counted_twice()
    {
        var invoice = Invoice("1", 10000, paid: 3000);
        invoice.RecordedCents = 7000;
        Assert.Equal(0, invoice.OpenCents);
        Assert.Equal(0, invoice.Take(Told(paid: 3000), Day()));
        Assert.Equal(0, invoice.OpenCents);
        Assert.Equal(0, invoice.Take(Told(paid: 10000), Day()));
        Assert.Equal((0, 0), (invoice.RecordedCents, invoice.OpenCents));
        Assert.Equal(0, invoice.Take(Told(paid: 0), Day()));
        Assert.Equal(10000, invoice.OpenCents);
        Assert.Equal(2500, invoice.Take(Told(paid: 2500), Day()));

        static SourceInvoice Told(long paid) => new("M1", "1", 2017, new(2017, 1, 15), new(2017, 2, 15), 10000, paid, 0, SourceState.Issued, "");
        static DateTimeOffset Day() => new(2017, 6, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
