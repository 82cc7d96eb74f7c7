using Cassiopea.Lab.Peers;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Mailbox;

/// <summary>Targets that throttle, refuse, are full or have no levels.</summary>
public sealed class MisbehavingTargetTests
{
    [Theory]
    [Trait("Requirement", "mail-R16")]
    [InlineData("IMAP4rev1", "NO [THROTTLED] slow down")]
    [InlineData("IMAP4rev1 LITERAL+ UIDPLUS", "NO Too many simultaneous requests, try again later")]
    [InlineData("IMAP4rev1 LITERAL+ MULTIAPPEND UIDPLUS", "NO [INUSE] busy")]
    [InlineData("IMAP4rev1 LITERAL+ MULTIAPPEND UIDPLUS", "BYE [UNAVAILABLE] maintenance")]
    public async Task A_target_that_is_busy_for_a_moment_gets_every_message_once(string capabilities, string answer)
    {
        await using var pair = MemoryPair.Start(target: capabilities).With(60);
        var refused = 0;
        pair.To.Refuse = _ => Interlocked.Increment(ref refused) is 20 or 55 ? answer : null;
        var result = await pair.CopyAsync();
        Assert.Equal((TransferOutcome.Complete, 60L), (result.Outcome, result.Counts.Copied));
        Assert.Equal(60, pair.There().DistinctBy(static message => Convert.ToHexString(message.Octets)).Count());
        Assert.Equal(60, pair.There().Count);
    }

    [Theory]
    [Trait("Requirement", "mail-R5")]
    [InlineData("IMAP4rev1")]
    [InlineData("IMAP4rev1 LITERAL+ UIDPLUS")]
    [InlineData("IMAP4rev1 LITERAL+ MULTIAPPEND UIDPLUS")]
    public async Task Refused_messages_are_found_one_by_one_and_block_no_other(string capabilities)
    {
        await using var pair = MemoryPair.Start(target: capabilities).With(60);
        pair.To.Refuse = static octets => octets.AsSpan().IndexOf("letter 5007\r"u8) >= 0 || octets.AsSpan().IndexOf("letter 5033\r"u8) >= 0 ? "NO I do not like it" : null;
        var result = await pair.CopyAsync();
        Assert.Equal((TransferOutcome.Exceptions, 58L, 2L), (result.Outcome, result.Counts.Copied, result.Counts.Refused));
        Assert.All(result.Exceptions, static exception => Assert.Equal(TransferCode.ItemRefused, exception.Code));
        Assert.Equal(58, pair.There().DistinctBy(static message => Convert.ToHexString(message.Octets)).Count());

        pair.To.Refuse = static _ => null; // R4: tried again by the next pass
        var again = await pair.CopyAsync();
        Assert.Equal((TransferOutcome.Complete, 2L, 58L), (again.Outcome, again.Counts.Copied, again.Counts.AlreadyThere));
    }

    [Theory]
    [Trait("Requirement", "mail-R15")]
    [InlineData("NO [LIMIT] message size too large", TransferCode.TooBig)]
    [InlineData("NO [TOOBIG] no", TransferCode.TooBig)]
    public async Task A_limit_that_is_not_announced_refuses_the_large_message_alone(string answer, string code)
    {
        await using var pair = MemoryPair.Start(target: "IMAP4rev1 LITERAL+ MULTIAPPEND UIDPLUS").With(10);
        pair.From.Add("INBOX", MemoryPair.Letter(1, 5_000));
        pair.To.Refuse = octets => octets.Length > 2_000 ? answer : null;
        var result = await pair.CopyAsync();
        Assert.Equal((10L, 1L), (result.Counts.Copied, result.Counts.Refused));
        Assert.Equal(code, Assert.Single(result.Exceptions).Code);
    }

    [Fact]
    [Trait("Requirement", "mail-R15")]
    public async Task A_limit_that_is_announced_is_not_even_tried()
    {
        await using var pair = MemoryPair.Start(target: "IMAP4rev1 LITERAL+ APPENDLIMIT=2000").With(10);
        pair.From.Add("INBOX", MemoryPair.Letter(1, 5_000));
        var result = await pair.CopyAsync();
        Assert.Equal((10L, 1L), (result.Counts.Copied, result.Counts.Refused));
        Assert.Equal(TransferCode.TooBig, Assert.Single(result.Exceptions).Code);
        Assert.DoesNotContain(pair.To.Commands, static command => command.Contains("{5000", StringComparison.Ordinal));
    }

    [Theory]
    [Trait("Requirement", "mail-R15")]
    [InlineData("IMAP4rev1 LITERAL+ UIDPLUS")]
    [InlineData("IMAP4rev1 LITERAL+ MULTIAPPEND UIDPLUS")]
    public async Task A_target_that_becomes_full_stops_the_account_and_goes_on_later_without_loss(string capabilities)
    {
        await using var pair = MemoryPair.Start(target: capabilities).With(60);
        var room = 30;
        pair.To.Refuse = _ => Interlocked.Decrement(ref room) < 0 ? "NO [OVERQUOTA] full" : null;
        var result = await pair.CopyAsync();
        Assert.Equal((TransferOutcome.Stopped, TransferCode.OverQuota), (result.Outcome, result.Failure!.Code));
        Assert.True(result.Counts.AddUp);
        await Lab.Eventually.TrueAsync("the target has noticed that we are gone", () => pair.To.Open == 0);
        pair.To.Refuse = static _ => null;
        Assert.Equal(TransferOutcome.Complete, (await pair.CopyAsync()).Outcome);
        Assert.True(pair.IsSame());
    }

    [Fact]
    [Trait("Requirement", "mail-R17")]
    public async Task Keywords_that_the_target_does_not_keep_are_listed_and_not_sent()
    {
        await using var pair = new MemoryPair(MemoryImap.Start(), MemoryImap.Start(permanentFlags: @"\Answered \Flagged \Deleted \Seen \Draft Relu"));
        pair.From.Add("INBOX", MemoryPair.Letter(1), flags: "\\Seen Relu Urgent \\Strange");
        var result = await pair.CopyAsync();
        Assert.Equal((TransferOutcome.Exceptions, 1L), (result.Outcome, result.Counts.Copied));
        Assert.Equal(["INBOX ; flag Urgent", "INBOX ; flag \\Strange"], result.Exceptions.Select(static exception => exception.Item).Order(StringComparer.Ordinal));
        Assert.Equal(["Relu", "\\Seen"], Assert.Single(pair.There()).Flags.Split(' ').Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "mail-R17")]
    public async Task A_target_with_too_many_keywords_gets_the_message_without()
    {
        await using var pair = MemoryPair.Start();
        pair.From.Add("INBOX", MemoryPair.Letter(1), flags: "\\Seen Relu");
        pair.To.Answer = static command => command.StartsWith("APPEND", StringComparison.Ordinal) && command.Contains("Relu", StringComparison.Ordinal) ? "NO [LIMIT] Too many keywords" : null;
        var result = await pair.CopyAsync();
        Assert.Equal((TransferOutcome.Exceptions, 1L), (result.Outcome, result.Counts.Copied));
        Assert.Equal("\\Seen", Assert.Single(pair.There()).Flags);
    }

    [Fact]
    [Trait("Requirement", "mail-R6")]
    public async Task A_target_without_levels_takes_each_folder_under_a_name_of_its_own()
    {
        await using var pair = new MemoryPair(MemoryImap.Start(), MemoryImap.Start(separator: null));
        pair.With(2, "A/B").With(3, "A%2FB").With(1, "A");
        var result = await pair.CopyAsync();
        Assert.Equal((TransferOutcome.Complete, 6L), (result.Outcome, result.Counts.Copied));
        Assert.Equal([1, 2, 3], pair.To.Folders.Where(static folder => folder.Name != "INBOX").Select(static folder => folder.Messages.Count).Order());
    }

    [Fact]
    [Trait("Requirement", "mail-R8")]
    public async Task Names_that_only_hold_others_are_not_made_into_folders()
    {
        await using var pair = MemoryPair.Start().With(1);
        pair.From.Folder("Projets", "\\Noselect");
        pair.With(1, "Projets/Jardin");
        var result = await pair.CopyAsync();
        Assert.Equal((TransferOutcome.Complete, 2L), (result.Outcome, result.Counts.Copied));
        Assert.Equal(["INBOX", "Projets/Jardin"], pair.To.Folders.Select(static folder => folder.Name));
    }

    [Fact]
    [Trait("Requirement", "mail-R8")]
    public async Task Subscriptions_are_as_at_the_source()
    {
        await using var pair = MemoryPair.Start().With(1).With(1, "Un").With(0, "Deux");
        pair.From.Folder("Deux");
        pair.From.Subscribed.UnionWith(["INBOX", "Deux"]);
        await pair.CopyAsync();
        Assert.Equal(["Deux", "INBOX"], pair.To.Subscribed.Order(StringComparer.Ordinal));
    }
}
