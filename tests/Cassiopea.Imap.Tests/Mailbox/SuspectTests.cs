using Cassiopea.Imap.Archive;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Mailbox;

/// <summary>A message that merely was under way when a connection was lost is not taken for one that breaks it, and the other way round.</summary>
[Trait("Requirement", "mail-R5")]
[Trait("Requirement", "mail-R12")]
public sealed class SuspectTests
{
    private const string Bare = "IMAP4rev1";
    private const string Literals = "IMAP4rev1 LITERAL+ UIDPLUS";
    private const string Multi = "IMAP4rev1 LITERAL+ MULTIAPPEND UIDPLUS";

    /// <summary>As many connections as the search for one message may take: 2 to find it, 5 trials, and what goes on behind it.</summary>
    private const int Bound = 12;

    private static MailboxTransferOptions Quick => new() { TrialWait = TimeSpan.FromMilliseconds(10), Settle = TimeSpan.FromMilliseconds(100) };

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 100)]
    public async Task A_message_that_was_under_way_at_the_source_at_one_cut_after_the_other_arrives_when_the_cuts_end(int cuts, int octets)
    {
        await using var pair = MemoryPair.Start().With(30);
        var cut = 0;
        pair.From.CutBody = message => message.Uid == 6 && ++cut <= cuts ? octets : null;
        var result = await pair.CopyAsync(Quick);
        Assert.Equal((TransferOutcome.Complete, 30L, 0L), (result.Outcome, result.Counts.Copied, result.ExceptionCount));
        Assert.True(pair.IsSame());
        Assert.Equal(cuts + 1, cut);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(3_000_000)]
    public async Task A_message_at_which_the_source_always_breaks_is_listed_soon_and_the_others_arrive(int size)
    {
        await using var pair = MemoryPair.Start().With(5).With(1, size: size).With(20);
        pair.From.CutBody = static message => message.Uid == 6 ? 200 : null;
        var result = await pair.CopyAsync(Quick);
        Assert.Equal((TransferOutcome.Exceptions, 25L, 1L), (result.Outcome, result.Counts.Copied, result.Counts.Refused));
        var listed = Assert.Single(result.Exceptions);
        Assert.Equal((TransferSide.Source, TransferCode.ItemUnreadable), (listed.Side, listed.Code));
        Assert.EndsWith(" ; 6", listed.Item, StringComparison.Ordinal);
        Assert.InRange(pair.From.Accepted, 1, Bound);
        Assert.Equal(pair.From.Folder("INBOX").Messages.Where(static message => message.Uid != 6).Select(static message => message.Octets), pair.There().Select(static message => message.Octets));
    }

    [Fact]
    public async Task Losses_count_for_nothing_when_the_check_in_between_is_lost_too()
    {
        await using var pair = MemoryPair.Start().With(30);
        var (cut, checks) = (0, 0);
        pair.From.CutBody = message => message.Uid == 6 && ++cut <= 7 ? 100 : null;
        pair.From.Answer = command => command.Contains("HEADER.FIELDS", StringComparison.Ordinal) && !command.StartsWith("FETCHING", StringComparison.Ordinal) && ++checks == 3 ? "BYE the line is bad" : null;
        var result = await pair.CopyAsync(Quick);
        Assert.Equal((TransferOutcome.Complete, 30L, 0L), (result.Outcome, result.Counts.Copied, result.ExceptionCount));
        Assert.True(pair.IsSame());
        Assert.Equal(8, cut);
    }

    [Theory]
    [InlineData(Bare, 4, 300)]
    [InlineData(Literals, 4, 300)]
    [InlineData(Multi, 4, 300)]
    [InlineData(Multi, 4, 3_000_000)]
    public async Task A_message_that_was_under_way_at_the_target_at_one_cut_after_the_other_arrives_when_the_cuts_end(string capabilities, int cuts, int size)
    {
        await using var pair = MemoryPair.Start(target: capabilities).With(30).With(1, "Deux", size);
        var (cut, mark) = (0, size > 300 ? "letter 4000\r" : "letter 5005\r");
        pair.To.Refuse = octets => Has(octets, mark) && ++cut <= cuts ? "BYE the line is bad" : null;
        var result = await pair.CopyAsync(Quick);
        Assert.Equal((TransferOutcome.Complete, 31L, 0L), (result.Outcome, result.Counts.Copied, result.ExceptionCount));
        Assert.True(pair.IsSame() && pair.IsSame("Deux"));
        Assert.Equal(cuts + 1, cut);
    }

    [Theory]
    [InlineData(Bare, 300)]
    [InlineData(Literals, 300)]
    [InlineData(Multi, 300)]
    [InlineData(Literals, 3_000_000)]
    [InlineData(Multi, 3_000_000)]
    public async Task A_message_at_which_the_target_always_breaks_is_listed_soon_and_the_others_arrive_in_order(string capabilities, int size)
    {
        await using var pair = MemoryPair.Start(target: capabilities).With(5).With(1, size: size).With(20);
        var bad = pair.From.Folder("INBOX").Messages[5];
        pair.From.Folder("INBOX").Messages[5] = bad with { Octets = MemoryPair.Letter(9_999, size) };
        pair.To.Refuse = static octets => Has(octets, "letter 9999\r") ? "BYE crash" : null;
        var result = await pair.CopyAsync(Quick);
        Assert.Equal((TransferOutcome.Exceptions, 25L, 1L), (result.Outcome, result.Counts.Copied, result.Counts.Refused));
        var listed = Assert.Single(result.Exceptions);
        Assert.Equal((TransferSide.Target, TransferCode.ItemRefused), (listed.Side, listed.Code));
        Assert.EndsWith(" ; 6", listed.Item, StringComparison.Ordinal);
        Assert.InRange(pair.To.Accepted, 1, Bound);
        Assert.Equal(pair.From.Folder("INBOX").Messages.Where(static message => message.Uid != 6).Select(static message => message.Octets), pair.There().Select(static message => message.Octets));
    }

    [Theory]
    [Trait("Requirement", "mail-R24")]
    [InlineData(5, TransferOutcome.Complete)]
    [InlineData(int.MaxValue, TransferOutcome.Exceptions)]
    public async Task An_archive_lists_a_message_that_always_breaks_and_no_other(int cuts, TransferOutcome outcome)
    {
        await using var pair = MemoryPair.Start().With(30);
        var cut = 0;
        pair.From.CutBody = message => message.Uid == 6 && ++cut <= cuts ? 100 : null;
        var result = await new MailboxArchive(TimeProvider.System).RunAsync(MemoryPair.Account(pair.From, "from"), Path.Combine(pair.Journal, "archive"), Quick, CancellationToken.None);
        Assert.Equal((outcome, outcome == TransferOutcome.Complete ? 30 : 29), (result.Outcome, result.Counts.Copied));
        Assert.True(result.Counts.AddUp);
        Assert.InRange(pair.From.Accepted, 1, Bound);
        Assert.All(result.Exceptions, static listed => Assert.EndsWith(" ; 6", listed.Item, StringComparison.Ordinal));
    }

    private static bool Has(byte[] octets, string mark) => octets.AsSpan(0, Math.Min(octets.Length, 500)).IndexOf(System.Text.Encoding.ASCII.GetBytes(mark)) >= 0;
}
