using Cassiopea.Contracts;

namespace Cassiopea.Billing.Tests.ContestInvoices;

[Trait("Category", "Servers")]
[Trait("Requirement", "inv-I6")]
public sealed class ContestInvoicesTests : IAsyncLifetime
{
    private BillingHost _billing = null!;

    public async ValueTask InitializeAsync()
    {
        _billing = await BillingHost.StartAsync();
        await _billing.ImportAsync("M1;A1;2017;1/2/2018;15/3/2018;100,00;0;;;;\n");
    }

    public ValueTask DisposeAsync() => _billing.DisposeAsync();

    [Fact]
    public async Task What_a_member_says_against_the_ledger_is_told_until_staff_answer()
    {
        var (migration, _) = await _billing.CheckAsync("M1");
        Assert.StartsWith("accepted", await ContestAsync("We left in 2016 and told you so."), StringComparison.Ordinal);
        await _billing.NextAsync<InvoicesChecked>(said => said.MigrationId == migration && said is { Status: InvoiceStatus.Due, OpenCents: 10_000, Contested: "We left in 2016 and told you so." });
        Assert.StartsWith("conflict", await ContestAsync("And once more, please."), StringComparison.Ordinal);
        Assert.StartsWith("accepted", await AnswerAsync("The letter was found; a credit note follows."), StringComparison.Ordinal);
        await _billing.NextAsync<InvoicesChecked>(said => said.MigrationId == migration && said is { Contested: "", Status: InvoiceStatus.Due } && said.AsOf >= _billing.Told(migration).First(s => s.Contested != "").AsOf && _billing.Told(migration)[^1].Contested == "");
        Assert.StartsWith("not-found", await AnswerAsync("Nothing is left to answer."), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_few_words_are_refused()
    {
        Assert.StartsWith("invalid", await ContestAsync("No."), StringComparison.Ordinal);
        await ContestAsync("This is not our invoice.");
        Assert.StartsWith("invalid", await AnswerAsync("No."), StringComparison.Ordinal);
    }

    private Task<string> ContestAsync(string text) => _billing.AnswerAsync(operation => new Contracts.ContestInvoices(operation, "member", "M1", text));

    private Task<string> AnswerAsync(string text) => _billing.AnswerAsync(operation => new AnswerContest(operation, "tresoriere", "M1", text));
}
