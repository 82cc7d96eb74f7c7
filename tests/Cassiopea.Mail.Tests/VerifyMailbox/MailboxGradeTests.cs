using Cassiopea.Contracts;

namespace Cassiopea.Mail.Tests;

public sealed class MailboxGradeTests
{
    [Fact]
    public void Without_a_difference_a_copy_is_perfect() => Assert.Equal(Grade.Perfect, MailboxGrade.Of(1000, 0, []));

    [Fact]
    public void What_the_target_cannot_express_leaves_it_good() =>
        Assert.Equal(Grade.Good, MailboxGrade.Of(1000, 3, [.. Enumerable.Repeat(Difference(FailureCode.NotExpressible), 3)]));

    [Fact]
    public void One_refused_message_is_to_be_investigated() =>
        Assert.Equal(Grade.Investigate, MailboxGrade.Of(20, 1, [Difference(FailureCode.ItemMissing)]));

    [Fact]
    public void An_altered_message_is_to_be_investigated() =>
        Assert.Equal(Grade.Investigate, MailboxGrade.Of(1000, 2, [Difference(FailureCode.ItemAltered), Difference(FailureCode.NotExpressible)]));

    [Fact]
    public void More_than_one_missing_in_a_hundred_is_poor() =>
        Assert.Equal(Grade.Poor, MailboxGrade.Of(1000, 11, [.. Enumerable.Repeat(Difference(FailureCode.ItemMissing), 11)]));

    [Fact]
    public void Differences_beyond_the_list_count_as_missing() =>
        Assert.Equal(Grade.Poor, MailboxGrade.Of(100_000, 20_000, [.. Enumerable.Repeat(Difference(FailureCode.ItemAltered), 10_000)]));

    private static ItemException Difference(string code) => new("INBOX;1;1", new Failure(FailureSide.Target, FailureKind.Refused, code, "x"), "look");
}
