using Cassiopea.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Billing.Tests.WaiveInvoices;

[Trait("Category", "Servers")]
[Trait("Requirement", "inv-I7")]
public sealed class WaiveInvoicesTests : IAsyncLifetime
{
    private BillingHost _billing = null!;
    private Guid _migration;

    public async ValueTask InitializeAsync()
    {
        _billing = await BillingHost.StartAsync();
        await _billing.ImportAsync("M1;A1;2017;1/2/2018;15/2/2018;100,00;0;;;;\n");
        (_migration, _) = await _billing.CheckAsync("M1");
    }

    public ValueTask DisposeAsync() => _billing.DisposeAsync();

    private Task<string> ArrangeAsync(string actor, InvoiceStatus status, DateOnly expires, string document = "CA 2018-03") =>
        _billing.AnswerAsync(operation => new Contracts.RecordArrangement(operation, actor, "M1", status, document, expires));

    [Fact]
    [Trait("Requirement", "sec-S25")]
    public async Task One_person_proposes_and_only_another_one_opens_the_gate()
    {
        Assert.StartsWith("accepted: Proposed by anne", await _billing.WaiveAsync("anne", "M1"), StringComparison.Ordinal);
        Assert.StartsWith("four-eyes", await _billing.WaiveAsync("anne", "M1"), StringComparison.Ordinal);
        Assert.StartsWith("four-eyes", await _billing.WaiveAsync(" ANNE ", "M1"), StringComparison.Ordinal);
        Assert.Equal(InvoiceStatus.Due, (await _billing.CheckAsync("M1")).Answer.Status);
        Assert.StartsWith("accepted: Decided", await _billing.WaiveAsync("bert", "M1"), StringComparison.Ordinal);
        await _billing.StandsAsync(_migration, InvoiceStatus.Exempt, 10000);
        var told = _billing.Told(_migration)[^1];
        Assert.Equal("waiver", told.Source);
        Assert.Contains("proposed by anne, decided by bert", told.Explanation, StringComparison.Ordinal);
        Assert.Equal(["anne", "bert"], await _billing.InDatabaseAsync(db => db.Set<ServiceDefaults.AuditEntry>().Where(row => row.Action == "waive-invoices").OrderBy(row => row.Seq).Select(row => row.Actor).ToListAsync()));
    }

    [Fact]
    public async Task A_waiver_ends_after_its_last_day_and_the_stricter_of_both_days_holds()
    {
        await _billing.WaiveAsync("anne", "M1");
        await _billing.WaiveAsync("bert", "M1", new DateOnly(2018, 3, 10));
        await _billing.StandsAsync(_migration, InvoiceStatus.Exempt, 10000);
        _billing.Time.Advance(TimeSpan.FromDays(9) + TimeSpan.FromHours(10));
        Assert.Equal(InvoiceStatus.Exempt, (await _billing.CheckAsync("M1")).Answer.Status);
        _billing.Time.Advance(TimeSpan.FromHours(2));
        await _billing.StandsAsync(_migration, InvoiceStatus.Due, 10000);
    }

    [Fact]
    public async Task A_waiver_without_last_day_ends_with_the_migration()
    {
        await _billing.WaiveAsync("anne", "M1");
        await _billing.WaiveAsync("bert", "M1");
        await _billing.StandsAsync(_migration, InvoiceStatus.Exempt, 10000);
        await _billing.ConsumedAsync(new MigrationEnded(_migration, MigrationState.Cancelled));
        Assert.Equal(InvoiceStatus.Due, (await _billing.CheckAsync("M1")).Answer.Status);
    }

    [Fact]
    public async Task A_proposal_lapses_after_thirty_days()
    {
        await _billing.WaiveAsync("anne", "M1");
        _billing.Time.Advance(TimeSpan.FromDays(30));
        Assert.StartsWith("accepted: Proposed by bert", await _billing.WaiveAsync("bert", "M1"), StringComparison.Ordinal);
        Assert.StartsWith("accepted: Decided", await _billing.WaiveAsync("anne", "M1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_short_reason_a_past_day_or_nobody_is_refused()
    {
        Assert.StartsWith("invalid", await _billing.WaiveAsync("anne", "M1", reason: "too short"), StringComparison.Ordinal);
        Assert.StartsWith("invalid", await _billing.WaiveAsync("anne", "M1", reason: "          x          "), StringComparison.Ordinal);
        Assert.StartsWith("invalid", await _billing.WaiveAsync("anne", "M1", new DateOnly(2018, 2, 28)), StringComparison.Ordinal);
        Assert.StartsWith("invalid", await _billing.WaiveAsync("", "M1"), StringComparison.Ordinal);
        Assert.StartsWith("invalid", await _billing.WaiveAsync("anne", " "), StringComparison.Ordinal);
        Assert.Equal(0, await _billing.InDatabaseAsync(db => db.Decisions.CountAsync()));
    }

    [Fact]
    public async Task An_unknown_member_can_be_waived_and_the_answer_says_so()
    {
        await _billing.WaiveAsync("anne", "M404");
        await _billing.WaiveAsync("bert", "M404");
        var answer = (await _billing.CheckAsync("M404")).Answer;
        Assert.Equal((InvoiceStatus.Exempt, "waiver", null), (answer.Status, answer.Source, answer.SourceAsOf));
        Assert.Contains("No invoice of this reference is known", answer.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_takes_one_person_an_exemption_takes_two_and_each_ends()
    {
        Assert.StartsWith("accepted", await ArrangeAsync("anne", InvoiceStatus.Instalments, new DateOnly(2018, 3, 5)), StringComparison.Ordinal);
        await _billing.StandsAsync(_migration, InvoiceStatus.Instalments, 10000);
        _billing.Time.Advance(TimeSpan.FromDays(5));
        await _billing.StandsAsync(_migration, InvoiceStatus.Due, 10000);

        Assert.StartsWith("accepted: Proposed", await ArrangeAsync("anne", InvoiceStatus.Exempt, new DateOnly(2018, 12, 31)), StringComparison.Ordinal);
        Assert.StartsWith("four-eyes", await ArrangeAsync("anne", InvoiceStatus.Exempt, new DateOnly(2018, 12, 31)), StringComparison.Ordinal);
        Assert.StartsWith("accepted: Decided", await ArrangeAsync("bert", InvoiceStatus.Exempt, new DateOnly(2018, 3, 20)), StringComparison.Ordinal);
        await _billing.StandsAsync(_migration, InvoiceStatus.Exempt, 10000);
        _billing.Time.Advance(TimeSpan.FromDays(15));
        await _billing.StandsAsync(_migration, InvoiceStatus.Due, 10000);
    }

    [Theory]
    [InlineData(InvoiceStatus.Clear)]
    [InlineData(InvoiceStatus.Due)]
    [InlineData(InvoiceStatus.Unknown)]
    public async Task Nothing_else_can_be_arranged(InvoiceStatus status) =>
        Assert.StartsWith("invalid", await ArrangeAsync("anne", status, new DateOnly(2018, 12, 31)), StringComparison.Ordinal);

    [Fact]
    public async Task The_database_itself_refuses_a_waiver_that_one_person_decided_alone() =>
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => _billing.InDatabaseAsync(db => db.Database.ExecuteSqlAsync(
            $"insert into decision values (gen_random_uuid(), 'M1', 'Waiver', 'anne', now(), 'r', '', null, 'Anne', now(), null)")));
}
