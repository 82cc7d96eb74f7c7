using Cassiopea.Billing.Ledger;

namespace Cassiopea.Billing.Tests.Ledger;

[Trait("Requirement", "inv-I12")]
public sealed class EuroTests
{
    [Theory]
    [InlineData("12", 1200)]
    [InlineData("12,5", 1250)]
    [InlineData("12,50", 1250)]
    [InlineData("12.50", 1250)]
    [InlineData("1.234,56", 123456)]
    [InlineData("1 234,56", 123456)]
    [InlineData("1\u202F234,56", 123456)]
    [InlineData("1\u00A0234,56 €", 123456)]
    [InlineData("€ 1.234.567,8", 123456780)]
    [InlineData("1,234.56", 123456)]
    [InlineData("1.234", 123400)]
    [InlineData("1234,00", 123400)]
    [InlineData("-12,50", -1250)]
    [InlineData("−12,50", -1250)]
    [InlineData("12,50-", -1250)]
    [InlineData("- 12,50", -1250)]
    [InlineData("+0,01", 1)]
    [InlineData("0", 0)]
    [InlineData("0012,00", 1200)]
    public void Amounts_as_people_write_them_become_cents(string text, long cents)
    {
        Assert.True(Euro.TryRead(text, out var read, out var problem), problem);
        Assert.Equal(cents, read);
    }

    [Theory]
    [InlineData("1,234", "two ways")]
    [InlineData("12,505", "two ways")]
    [InlineData("12.5.0", "Not an amount")]
    [InlineData("1.23,45.6", "Not an amount")]
    [InlineData("1.234.56", "Not an amount")]
    [InlineData("0.500", "Not an amount")]
    [InlineData("12 34", "Not an amount")]
    [InlineData("--5", "Not an amount")]
    [InlineData("-5-", "Not an amount")]
    [InlineData("douze", "Not an amount")]
    [InlineData("1e3", "Not an amount")]
    [InlineData("12,-", "Not an amount")]
    [InlineData("$12", "Not an amount")]
    [InlineData("999999999,00", "100 million")]
    [InlineData("99999999999999999999", "100 million")]
    public void What_is_not_an_amount_is_refused(string text, string hint)
    {
        Assert.False(Euro.TryRead(text, out _, out var problem));
        Assert.Contains(hint, problem, StringComparison.Ordinal);
    }
}
