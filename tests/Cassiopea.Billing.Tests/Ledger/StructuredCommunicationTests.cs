using Cassiopea.Billing.Ledger;

namespace Cassiopea.Billing.Tests.Ledger;

[Trait("Requirement", "inv-I3")]
public sealed class StructuredCommunicationTests
{
    [Theory]
    [InlineData(909337554, "+++090/9337/55493+++")]
    [InlineData(108068171, "+++010/8068/17183+++")]
    [InlineData(97, "+++000/0000/09797+++")]
    [InlineData(0, "+++000/0000/00097+++")]
    [InlineData(9_999_999_999, "+++999/9999/99948+++")]
    public void The_check_digits_are_the_rest_by_97_and_97_for_rest_zero(long number, string expected) =>
        Assert.Equal(expected, StructuredCommunication.Of(number).ToString());

    [Theory]
    [InlineData("+++090/9337/55493+++")]
    [InlineData("***090/9337/55493***")]
    [InlineData("090933755493")]
    [InlineData(" 090 9337 55493 ")]
    [InlineData("090/9337/55493")]
    [InlineData("+++ 090 / 9337 / 55493 +++")]
    [InlineData("090.9337.55493")]
    public void Each_way_of_writing_reads_as_the_same(string text)
    {
        Assert.True(StructuredCommunication.TryRead(text, out var read, out _));
        Assert.Equal("+++090/9337/55493+++", read.ToString());
    }

    [Theory]
    [InlineData("+++090/9337/55494+++", "93")]
    [InlineData("000000009700", "97")]
    [InlineData("90933755493", "leading zeros")]
    [InlineData("0909337554931", "13")]
    [InlineData("cotisation 2017", "Not a structured communication")]
    [InlineData("", "12 digits")]
    [InlineData("٠٩٠٩٣٣٧٥٥٤٩٣", "Not a structured communication")]
    public void What_is_wrong_is_said_with_what_to_do(string text, string hint)
    {
        Assert.False(StructuredCommunication.TryRead(text, out _, out var problem));
        Assert.Contains(hint, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Made_communications_read_back_and_any_wrong_digit_or_swapped_pair_is_noticed()
    {
        var chance = new Random(97);
        for (var i = 0; i < 5_000; i++)
        {
            var made = StructuredCommunication.Of(chance.NextInt64(10_000_000_000));
            Assert.True(StructuredCommunication.TryRead(made.ToString(), out var read, out _));
            Assert.Equal(made, read);
            var digits = made.Digits.ToCharArray();
            var at = chance.Next(12);
            var right = digits[at];
            digits[at] = (char)('0' + (right - '0' + 1 + chance.Next(9)) % 10);
            Assert.False(StructuredCommunication.TryRead(new string(digits), out _, out _));
            digits[at] = right;
            at = chance.Next(11);
            (digits[at], digits[at + 1]) = (digits[at + 1], digits[at]);
            Assert.Equal(digits[at] == digits[at + 1], StructuredCommunication.TryRead(new string(digits), out _, out _));
        }
    }
}
