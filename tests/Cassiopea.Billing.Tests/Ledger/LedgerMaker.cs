using Cassiopea.Billing.Ledger;

namespace Cassiopea.Billing.Tests.Ledger;

/// <summary>Ledger rows with only what a test cares about.</summary>
internal static class LedgerMaker
{
    public static Account Account(DateTimeOffset confirmedAt) => new() { MemberReference = "M1", Source = "csv", ConfirmedAt = confirmedAt };

    public static Invoice Invoice(string number, long amount, int year, long paid, DateOnly? due, SourceState state) => new()
    {
        Source = "csv",
        InvoiceNo = number,
        MemberReference = "M1",
        Year = year,
        IssuedOn = new(year, 1, 15),
        DueOn = due ?? new(year, 2, 15),
        AmountCents = amount,
        PaidCents = paid,
        CreditedCents = 0,
        State = state,
        Communication = "",
    };
}
