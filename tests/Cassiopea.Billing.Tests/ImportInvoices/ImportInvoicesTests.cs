using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Billing.Tests.ImportInvoices;

[Trait("Category", "Servers")]
[Trait("Requirement", "inv-I1")]
public sealed class ImportInvoicesTests : IAsyncLifetime
{
    private const string Two = "M1;A1;2016;1/1/2016;31/1/2016;100,00;0;;EUR;;+++090/9337/55493+++\nM2;A2;2017;1/1/2017;;50;50;;;;\n";
    private BillingHost _billing = null!;

    public async ValueTask InitializeAsync() => _billing = await BillingHost.StartAsync();

    public ValueTask DisposeAsync() => _billing.DisposeAsync();

    private static (int, int, int, int) Counts(Contracts.InvoicesImported said) => (said.Created, said.Updated, said.Unchanged, said.Errors.Count);

    private Task<int> StoredAsync() => _billing.InDatabaseAsync(db => db.Invoices.CountAsync());

    [Fact]
    public async Task A_dry_run_tells_what_would_come_and_writes_nothing()
    {
        var said = await _billing.ImportAsync(Two, dryRun: true);
        Assert.Equal((2, 0, 0, 0), Counts(said));
        Assert.True(said.DryRun);
        Assert.Equal(0, await StoredAsync());
        Assert.Equal((2, 0, 0, 0), Counts(await _billing.ImportAsync(Two)));
        Assert.Equal((0, 1, 1, 0), Counts(await _billing.ImportAsync(Two.Replace(";50;50;", ";60;50;", StringComparison.Ordinal), dryRun: true)));
        Assert.Equal(5000, await _billing.InDatabaseAsync(db => db.Invoices.Where(row => row.InvoiceNo == "A2").Select(row => row.AmountCents).SingleAsync()));
    }

    [Fact]
    public async Task One_wrong_line_and_nothing_of_the_file_is_written()
    {
        var said = await _billing.ImportAsync(Two + "M3;A3;2017;32/1/2017;;1;;;;;\n");
        Assert.Equal((0, 0, 0, 1), Counts(said));
        Assert.Equal((4, "issued_on"), (said.Errors[0].Line, said.Errors[0].Column));
        Assert.Equal(0, await StoredAsync());
        Assert.Empty(_billing.Heard<Contracts.LedgerChanged>());
    }

    [Fact]
    public async Task The_same_file_again_and_the_same_invoices_in_another_file_change_nothing()
    {
        await _billing.ImportAsync(Two);
        Assert.Equal((0, 0, 2, 0), Counts(await _billing.ImportAsync(Two)));
        Assert.Equal((0, 0, 2, 0), Counts(await _billing.ImportAsync(Two + "\n\n")));
        Assert.Equal(2, await StoredAsync());
        Assert.Equal(2, _billing.Heard<Contracts.LedgerChanged>().Count);
    }

    [Fact]
    public async Task An_older_file_that_comes_again_does_not_undo_a_newer_one()
    {
        await _billing.ImportAsync(Two);
        await _billing.ImportAsync(Two.Replace(";100,00;0;", ";100,00;100;", StringComparison.Ordinal));
        var (migration, _) = await _billing.CheckAsync("M1");
        await _billing.StandsAsync(migration, Contracts.InvoiceStatus.AwaitingFinalInvoice, 0);
        Assert.Equal((0, 0, 2, 0), Counts(await _billing.ImportAsync(Two)));
        Assert.Equal(10000, await _billing.InDatabaseAsync(db => db.Invoices.Where(row => row.InvoiceNo == "A1").Select(row => row.PaidCents).SingleAsync()));
    }

    [Fact]
    public async Task A_changed_invoice_is_told_with_all_invoices_of_its_member_and_a_moved_one_for_both()
    {
        await _billing.ImportAsync(Two);
        await _billing.NextAsync<Contracts.LedgerChanged>(said => said.MemberReference == "M2");
        Assert.Equal((0, 1, 1, 0), Counts(await _billing.ImportAsync(Two.Replace("M1;A1", "M2;A1", StringComparison.Ordinal))));
        var second = await _billing.NextAsync<Contracts.LedgerChanged>(said => said.MemberReference == "M2" && said.Invoices.Count == 2);
        Assert.Equal(["A1", "A2"], second.Invoices.Select(line => line.InvoiceNo));
        Assert.Equal(("overdue", 10000, "+++090/9337/55493+++"), (second.Invoices[0].State, second.Invoices[0].OpenCents, second.Invoices[0].Communication));
        await _billing.NextAsync<Contracts.LedgerChanged>(said => said.MemberReference == "M1" && said.Invoices.Count == 0);
    }

    [Fact]
    [Trait("Requirement", "sec-S26")]
    public async Task An_import_is_audited_and_a_refused_one_is_not()
    {
        await _billing.ImportAsync(Two);
        await _billing.ImportAsync("nonsense");
        await _billing.ImportAsync(Two, dryRun: true);
        var entry = Assert.Single(await _billing.InDatabaseAsync(db => db.Set<ServiceDefaults.AuditEntry>().ToListAsync()));
        Assert.Equal(("tresoriere", "import-invoices"), (entry.Actor, entry.Action));
        Assert.Empty(await _billing.InDatabaseAsync(db => ServiceDefaults.SchemaComparison.DifferencesAsync(db, CancellationToken.None)));
    }

    [Fact]
    public async Task Ten_thousand_invoices_are_imported_and_told()
    {
        var lines = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"M{i % 3000:D4};B{i};2016;1/2/2016;;{i % 500},25;0;;;;\n"));
        Assert.Equal((10_000, 0, 0, 0), Counts(await _billing.ImportAsync(lines)));
        await _billing.NextAsync<Contracts.LedgerChanged>(said => said.MemberReference == "M2999");
        Assert.Equal(10_000, await StoredAsync());
    }
}
