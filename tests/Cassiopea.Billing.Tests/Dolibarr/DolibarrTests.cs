using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Billing.Tests.Dolibarr;

[Trait("Category", "Servers")]
[Trait("Requirement", "inv-I2")]
public sealed class DolibarrTests : IAsyncLifetime
{
    private static readonly DateOnly Day = new(2018, 2, 1);
    private readonly string _key = Path.Combine(Path.GetTempPath(), $"dolibarr-{Guid.NewGuid():N}");
    private DolibarrStandIn _erp = null!;
    private BillingHost _billing = null!;

    public async ValueTask InitializeAsync()
    {
        _erp = await DolibarrStandIn.StartAsync(TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_key, _erp.Key + "\n");
        _billing = await BillingHost.StartAsync(new Dictionary<string, string?>
        {
            ["Billing:Dolibarr:Url"] = _erp.Url,
            ["Billing:Dolibarr:ApiKeyFile"] = _key,
            ["Billing:Dolibarr:PageSize"] = "2",
            ["Billing:Dolibarr:Timeout"] = "00:00:01",
            ["Billing:Dolibarr:YearField"] = "options_year",
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _billing.DisposeAsync();
        await _erp.DisposeAsync();
        File.Delete(_key);
    }

    [Fact]
    public async Task What_remains_to_pay_counts_over_all_pages_with_credit_notes_and_parts_paid()
    {
        var first = _erp.Issue("M1", "FA1", Day, 100m, "+++090/9337/55493+++");
        _erp.Pay(first, 40m);
        var paid = _erp.Issue("M1", "FA2", Day, 30m);
        _erp.Pay(paid, 30m);
        _erp.Issue("M1", "AV1", Day, -10m);
        _erp.Issue("M1", "FA3", Day, 5.5m);
        var gone = _erp.Issue("M1", "FA4", Day, 77m);
        _erp.Set(gone, "status", "3");
        var draft = _erp.Issue("M1", "(PROV9)", Day, 88m);
        _erp.Set(draft, "status", "0");
        _erp.Issue("M2", "FA9", Day, 999m);
        var (migration, answer) = await _billing.CheckAsync("M1");
        Assert.Equal((InvoiceStatus.Due, 5_550, "dolibarr"), (answer.Status, answer.OpenCents, answer.Source));
        var ledger = await _billing.NextAsync<LedgerChanged>(said => said.MemberReference == "M1");
        Assert.Equal(["AV1", "FA1", "FA2", "FA3", "FA4"], ledger.Invoices.Select(i => i.InvoiceNo).Order());
        Assert.Equal("+++090/9337/55493+++", ledger.Invoices.Single(i => i.InvoiceNo == "FA1").Communication);
        Assert.DoesNotContain(_erp.Requests, r => r.Contains("status=unpaid", StringComparison.Ordinal));

        // a bookkeeper books what the bank told us before: it counts once
        await _billing.PayAsync("B1", 5_550, communication: "090933755493");
        await _billing.StandsAsync(migration, InvoiceStatus.AwaitingFinalInvoice, 0);
        _erp.Pay(first, 60m);
        await RecheckAsync();
        await _billing.StandsAsync(migration, InvoiceStatus.AwaitingFinalInvoice, 0);
    }

    [Fact]
    [Trait("Requirement", "inv-I5")]
    public async Task An_invoice_of_the_final_year_that_comes_later_is_seen_by_the_clock()
    {
        _erp.Pay(_erp.Issue("M1", "FA1", new DateOnly(2016, 2, 1), 10m), 10m);
        var (migration, answer) = await _billing.CheckAsync("M1");
        Assert.Equal(InvoiceStatus.AwaitingFinalInvoice, answer.Status);
        var last = _erp.Issue("M1", "FA2", Day, 20m);
        _erp.SetExtra(last, "options_year", "2017");
        _billing.Time.Advance(TimeSpan.FromMinutes(16));
        await _billing.StandsAsync(migration, InvoiceStatus.Due, 2_000);
        _erp.Pay(last, 20m);
        _billing.Time.Advance(TimeSpan.FromMinutes(16));
        await _billing.StandsAsync(migration, InvoiceStatus.Clear, 0);
    }

    [Theory]
    [Trait("Requirement", "inv-I9")]
    [InlineData(nameof(DolibarrMoods.Cuts), "does not answer")]
    [InlineData(nameof(DolibarrMoods.Hangs), "within 1 s")]
    [InlineData(nameof(DolibarrMoods.LacksRight), "right")]
    [InlineData(nameof(DolibarrMoods.IgnoresThirdParties), "external user")]
    [InlineData("500", "500")]
    [InlineData("404", "address")]
    public async Task An_erp_that_gives_no_answer_makes_unknown_with_the_reason_and_never_clear(string mood, string told)
    {
        _erp.Pay(_erp.Issue("M1", "FA1", Day, 10m), 10m);
        _erp.Issue("M2", "FA2", Day, 10m);
        Set(mood, on: true);
        var (migration, answer) = await _billing.CheckAsync("M1");
        Assert.Equal(InvoiceStatus.Unknown, answer.Status);
        Assert.Contains(told, answer.Explanation, StringComparison.Ordinal);
        Set(mood, on: false);
        _billing.Time.Advance(TimeSpan.FromMinutes(2));
        await _billing.StandsAsync(migration, InvoiceStatus.AwaitingFinalInvoice, 0);
    }

    [Fact]
    [Trait("Requirement", "inv-I9")]
    public async Task An_answer_that_was_good_holds_a_day_without_the_erp_and_not_longer()
    {
        var invoice = _erp.Issue("M1", "FA1", Day, 10m);
        _erp.SetExtra(invoice, "options_year", "2017");
        _erp.Pay(invoice, 10m);
        var (migration, answer) = await _billing.CheckAsync("M1");
        Assert.Equal(InvoiceStatus.Clear, answer.Status);
        _erp.Moods.Cuts = true;
        _billing.Time.Advance(TimeSpan.FromHours(23));
        await Eventually.TrueAsync("the failure is told", () => _billing.Told(migration) is [.., { Status: InvoiceStatus.Clear } last] && last.Explanation.Contains("does not answer", StringComparison.Ordinal));
        _billing.Time.Advance(TimeSpan.FromHours(2));
        await _billing.StandsAsync(migration, InvoiceStatus.Unknown, 0);
    }

    [Fact]
    public async Task Versions_differ_in_empty_lists_and_in_what_lists_tell()
    {
        _erp.AddCustomer("M1");
        var (_, empty) = await _billing.CheckAsync("M1");
        Assert.Equal((InvoiceStatus.AwaitingFinalInvoice, 0), (empty.Status, empty.OpenCents));
        _erp.Moods.EmptyIsList = true;
        var (_, stranger) = await _billing.CheckAsync("M9");
        Assert.Equal(InvoiceStatus.Unknown, stranger.Status);
        Assert.Contains("no customer with the code M9", stranger.Explanation, StringComparison.Ordinal);
        _erp.Moods.ListsLackRemainder = true;
        _erp.Issue("M3", "FA3", Day, 12m);
        Assert.Equal(1_200, (await _billing.CheckAsync("M3")).Answer.OpenCents);
    }

    [Fact]
    public async Task An_abandoned_invoice_of_which_a_list_does_not_say_what_remains_owes_nothing()
    {
        _erp.Moods.ListsLackRemainder = true;
        _erp.Issue("M1", "FA1", Day, 12m);
        _erp.Set(_erp.Issue("M1", "FA2", Day, 77m), "status", "3");
        var (_, answer) = await _billing.CheckAsync("M1");
        Assert.Equal((InvoiceStatus.Due, 1_200), (answer.Status, answer.OpenCents));
    }

    [Fact]
    public async Task The_key_follows_no_address_that_leads_elsewhere()
    {
        await using var elsewhere = await DolibarrStandIn.StartAsync(TestContext.Current.CancellationToken);
        _erp.Issue("M1", "FA1", Day, 12m);
        _erp.Moods.LeadsTo = elsewhere.Url;
        var (_, answer) = await _billing.CheckAsync("M1");
        Assert.Equal(InvoiceStatus.Unknown, answer.Status);
        Assert.Contains("elsewhere", answer.Explanation, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    [Trait("Requirement", "inv-I12")]
    public async Task Another_currency_is_not_counted_as_euro()
    {
        _erp.Issue("M1", "FA1", Day, 10m, currency: "USD");
        var (_, answer) = await _billing.CheckAsync("M1");
        Assert.Equal(InvoiceStatus.Unknown, answer.Status);
        Assert.Contains("USD", answer.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invoice_that_the_bookkeeper_deleted_owes_nothing_and_one_told_by_two_sources_counts_once()
    {
        var invoice = _erp.Issue("M1", "FA1", Day, 10m);
        await _billing.ImportAsync("M1;FA1;2018;1/2/2018;15/3/2018;10,00;0;;;;\n");
        var (migration, _) = await _billing.CheckAsync("M1");
        await _billing.NextAsync<InvoicesChecked>(said => said.MigrationId == migration && said is { Source: "dolibarr", OpenCents: 1_000 });
        _erp.Delete(invoice);
        await RecheckAsync();
        await _billing.StandsAsync(migration, InvoiceStatus.AwaitingFinalInvoice, 0);
        Assert.Equal(2, await _billing.InDatabaseAsync(db => db.Invoices.CountAsync()));
    }

    private async Task RecheckAsync() =>
        Assert.StartsWith("accepted", await _billing.AnswerAsync(operation => new Contracts.RecheckInvoices(operation, "tresoriere", "M1")), StringComparison.Ordinal);

    private void Set(string mood, bool on)
    {
        if (int.TryParse(mood, System.Globalization.CultureInfo.InvariantCulture, out var status)) _erp.Moods.Status = on ? status : 0;
        else typeof(DolibarrMoods).GetProperty(mood)!.SetValue(_erp.Moods, on);
    }
}
