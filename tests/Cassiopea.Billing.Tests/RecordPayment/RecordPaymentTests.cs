using Cassiopea.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Billing.Tests.RecordPayment;

[Trait("Category", "Servers")]
[Trait("Requirement", "inv-I3")]
public sealed class RecordPaymentTests : IAsyncLifetime
{
    private const string Communication = "+++090/9337/55493+++";
    private const string Open = "M1;A1;2017;1/2/2018;15/3/2018;100,00;0;;;;" + Communication + "\n";
    private BillingHost _billing = null!;

    public async ValueTask InitializeAsync()
    {
        _billing = await BillingHost.StartAsync();
        await _billing.ImportAsync(Open);
    }

    public ValueTask DisposeAsync() => _billing.DisposeAsync();

    [Theory]
    [InlineData("", "090933755493")]
    [InlineData("M1", "")]
    [InlineData("M1", "***090/9337/55493***")]
    [InlineData("M1", "cotisation")]
    public async Task A_payment_opens_the_gate_by_member_or_by_communication(string member, string communication)
    {
        var (migration, _) = await _billing.CheckAsync("M1");
        Assert.StartsWith("accepted", await _billing.PayAsync("B1", 10000, member, communication), StringComparison.Ordinal);
        await _billing.StandsAsync(migration, InvoiceStatus.Clear, 0);
        await _billing.NextAsync<LedgerChanged>(said => said.Invoices is [{ State: "paid", OpenCents: 0 }]);
    }

    [Theory]
    [InlineData(4000, InvoiceStatus.Due, 6000)]
    [InlineData(9995, InvoiceStatus.Clear, 0)]
    [InlineData(9994, InvoiceStatus.Due, 6)]
    [InlineData(12000, InvoiceStatus.Clear, 0)]
    public async Task Too_little_too_much_and_nearly_enough(long cents, InvoiceStatus status, long open)
    {
        var (migration, _) = await _billing.CheckAsync("M1");
        await _billing.PayAsync("B1", cents, communication: Communication);
        await _billing.StandsAsync(migration, status, open);
    }

    [Fact]
    public async Task The_same_bank_reference_never_counts_twice()
    {
        await _billing.PayAsync("B1", 4000, communication: Communication);
        Assert.StartsWith("accepted: Already", await _billing.PayAsync("B1", 4000, communication: Communication), StringComparison.Ordinal);
        Assert.StartsWith("conflict", await _billing.PayAsync("B1", 5000, communication: Communication), StringComparison.Ordinal);
        Assert.Equal(6000, (await _billing.CheckAsync("M1")).Answer.OpenCents);
    }

    [Fact]
    public async Task A_payment_of_nobody_is_kept_until_a_member_is_named_or_an_import_brings_the_invoice()
    {
        Assert.Contains("matched to nobody", await _billing.PayAsync("B1", 3000, communication: "?"), StringComparison.Ordinal);
        Assert.Contains("matched to nobody", await _billing.PayAsync("B2", 5000, communication: "010806817183"), StringComparison.Ordinal);
        Assert.Equal(2, await _billing.InDatabaseAsync(db => db.Payments.CountAsync(row => row.MemberReference == "")));
        Assert.Equal(10000, (await _billing.CheckAsync("M1")).Answer.OpenCents);

        await _billing.NextAsync<PaymentRecorded>(said => said is { BankReference: "B2", MemberReference: "", AmountCents: 5000, Communication: "+++010/8068/17183+++" });

        await _billing.PayAsync("B1", 3000, "M1", "?");
        await _billing.NextAsync<PaymentRecorded>(said => said is { BankReference: "B1", MemberReference: "M1" });
        Assert.Equal(7000, (await _billing.CheckAsync("M1")).Answer.OpenCents);
        await _billing.ImportAsync("M2;A9;2017;1/2/2018;;50;;;;;+++010/8068/17183+++\n");
        Assert.Equal(InvoiceStatus.Clear, (await _billing.CheckAsync("M2")).Answer.Status);
        await _billing.NextAsync<PaymentRecorded>(said => said is { BankReference: "B2", MemberReference: "M2" });
        Assert.Equal(0, await _billing.InDatabaseAsync(db => db.Payments.CountAsync(row => row.MemberReference == "")));
    }

    [Theory]
    [InlineData("M1", Communication)]
    [InlineData("M1", "")]
    public async Task Money_that_the_next_import_tells_too_counts_once(string member, string communication)
    {
        await _billing.PayAsync("B1", 4000, member, communication);
        await _billing.ImportAsync(Open.Replace(";100,00;0;", ";100,00;40,00;", StringComparison.Ordinal));
        Assert.Equal(6000, (await _billing.CheckAsync("M1")).Answer.OpenCents);
    }

    [Fact]
    public async Task A_payment_that_bounced_in_the_source_is_open_again()
    {
        await _billing.ImportAsync(Open.Replace(";100,00;0;", ";100,00;100,00;", StringComparison.Ordinal));
        var (migration, answer) = await _billing.CheckAsync("M1");
        Assert.Equal(InvoiceStatus.Clear, answer.Status);
        await _billing.ImportAsync(Open.Replace("15/3/2018", "16/3/2018", StringComparison.Ordinal));
        await _billing.StandsAsync(migration, InvoiceStatus.Due, 10000);
    }

    [Fact]
    public async Task What_cannot_be_counted_is_refused_with_what_to_do()
    {
        Assert.StartsWith("invalid", await _billing.PayAsync("B1", 0, "M1"), StringComparison.Ordinal);
        Assert.StartsWith("invalid", await _billing.PayAsync(" ", 100, "M1"), StringComparison.Ordinal);
        Assert.StartsWith("not-found", await _billing.PayAsync("B1", 100, "M404"), StringComparison.Ordinal);
        await _billing.ImportAsync("M2;A9;2017;1/2/2018;;50;;;;;\n");
        Assert.StartsWith("conflict", await _billing.PayAsync("B1", 100, "M2", Communication), StringComparison.Ordinal);
        Assert.StartsWith("invalid", await _billing.AnswerAsync(operation => new Contracts.RecordPayment(operation, "x", "M1", 1, "", new DateOnly(2018, 3, 2), "B1")), StringComparison.Ordinal);
        Assert.Equal(0, await _billing.InDatabaseAsync(db => db.Payments.CountAsync()));
    }
}
