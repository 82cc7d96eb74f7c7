using Cassiopea.Contracts;

namespace Cassiopea.Billing.Tests.CheckInvoices;

[Trait("Category", "Servers")]
[Trait("Requirement", "inv-I4")]
public sealed class CheckInvoicesTests : IAsyncLifetime
{
    private const string Open = "M1;A1;2017;1/2/2018;15/3/2018;100,00;0;;;;\n";
    private const string Paid = "M1;A1;2017;1/2/2018;15/3/2018;100,00;100,00;;;;\n";
    private BillingHost _billing = null!;

    public async ValueTask InitializeAsync() => _billing = await BillingHost.StartAsync();

    public ValueTask DisposeAsync() => _billing.DisposeAsync();

    [Fact]
    [Trait("Requirement", "inv-I9")]
    public async Task An_unknown_member_is_unknown_until_an_import_knows_it()
    {
        var (migration, answer) = await _billing.CheckAsync("M1");
        Assert.Equal((InvoiceStatus.Unknown, "none", null), (answer.Status, answer.Source, answer.SourceAsOf));
        await _billing.ImportAsync(Open);
        await _billing.StandsAsync(migration, InvoiceStatus.Due, 10000);
        await _billing.ImportAsync(Paid);
        await _billing.StandsAsync(migration, InvoiceStatus.Clear, 0);
    }

    [Fact]
    public async Task Nothing_is_told_when_nothing_changed_but_whoever_asks_is_answered()
    {
        await _billing.ImportAsync(Open);
        var (migration, _) = await _billing.CheckAsync("M1");
        await _billing.ImportAsync(Open + "M2;B;2017;1/1/2018;;1;;;;;\n");
        var (other, _) = await _billing.CheckAsync("M1");
        Assert.Single(_billing.Told(migration));
        Assert.Single(_billing.Told(other));
        await _billing.SendAsync(new Contracts.CheckInvoices(migration, "M1"));
        await Lab.Eventually.TrueAsync("answered again", () => _billing.Told(migration).Count == 2, TimeSpan.FromSeconds(20));
        Assert.Single(_billing.Told(other));
    }

    [Fact]
    public async Task Time_alone_changes_the_answer_at_the_due_date_and_when_the_data_are_old()
    {
        await _billing.ImportAsync(Open);
        var (migration, answer) = await _billing.CheckAsync("M1");
        Assert.Contains("due on 2018-03-15", answer.Explanation, StringComparison.Ordinal);
        _billing.Time.Advance(TimeSpan.FromDays(14) + TimeSpan.FromHours(11));
        await Lab.Eventually.TrueAsync("overdue is told", () => _billing.Told(migration) is [_, { } second] && second.Explanation.Contains("overdue since 2018-03-15", StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        await _billing.NextAsync<LedgerChanged>(said => said.Invoices is [{ State: "overdue" }]);
        _billing.Time.Advance(TimeSpan.FromDays(31));
        await _billing.StandsAsync(migration, InvoiceStatus.Unknown, 10000);
    }

    [Fact]
    [Trait("Requirement", "inv-I9")]
    public async Task A_member_that_is_clear_becomes_unknown_when_no_data_come_and_clear_again_when_they_do()
    {
        await _billing.ImportAsync(Paid);
        var (migration, answer) = await _billing.CheckAsync("M1");
        Assert.Equal(InvoiceStatus.Clear, answer.Status);
        _billing.Time.Advance(TimeSpan.FromDays(45));
        await _billing.StandsAsync(migration, InvoiceStatus.Unknown, 0);
        Assert.Equal(InvoiceStatus.Unknown, (await _billing.CheckAsync("M1")).Answer.Status);
        await _billing.ImportAsync(Paid);
        await _billing.StandsAsync(migration, InvoiceStatus.Clear, 0);
    }

    [Fact]
    [Trait("Requirement", "inv-I5")]
    public async Task A_late_final_invoice_reopens_the_gate_of_a_running_migration()
    {
        await _billing.ImportAsync("M1;A0;2016;1/1/2016;;10;10;;;;\n");
        var (migration, answer) = await _billing.CheckAsync("M1");
        Assert.Equal(InvoiceStatus.AwaitingFinalInvoice, answer.Status);
        await _billing.ImportAsync(Open);
        await _billing.StandsAsync(migration, InvoiceStatus.Due, 10000);
    }

    [Fact]
    public async Task A_migration_that_ended_is_told_nothing_more_not_even_when_it_asks()
    {
        await _billing.ImportAsync(Open);
        var (migration, _) = await _billing.CheckAsync("M1");
        var (other, _) = await _billing.CheckAsync("M1");
        await _billing.ConsumedAsync(new MigrationEnded(migration, MigrationState.Completed));
        await _billing.ConsumedAsync(new Contracts.CheckInvoices(migration, "M1"));
        await _billing.ImportAsync(Paid);
        await _billing.StandsAsync(other, InvoiceStatus.Clear, 0);
        Assert.Single(_billing.Told(migration));
    }
}
