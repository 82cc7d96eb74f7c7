using Cassiopea.Imap.Mailbox;
using Cassiopea.Lab.Peers;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Mailbox;

/// <summary>Sources that throttle, hang up, lie or know little.</summary>
public sealed class MisbehavingSourceTests
{
    [Fact]
    [Trait("Requirement", "mail-R16")]
    public async Task A_throttled_source_is_left_alone_for_the_time_that_it_suggests_and_no_message_is_blamed()
    {
        await using var pair = MemoryPair.Start().With(20);
        var (throttled, again) = (0L, 0L);
        pair.From.Answer = command =>
        {
            if (!command.Contains("BODY", StringComparison.Ordinal) || command.StartsWith("FETCHING", StringComparison.Ordinal)) return null;
            if (throttled != 0)
            {
                if (again == 0) again = TimeProvider.System.GetTimestamp();
                return null;
            }

            throttled = TimeProvider.System.GetTimestamp();
            return "NO [UNAVAILABLE] Request is throttled. Suggested Backoff Time: 700 milliseconds";
        };
        var result = await pair.CopyAsync();
        Assert.Equal((TransferOutcome.Complete, 20L), (result.Outcome, result.Counts.Copied));
        Assert.InRange(TimeProvider.System.GetElapsedTime(throttled, again).TotalMilliseconds, 700, 60_000);
        Assert.True(pair.IsSame());
    }

    [Fact]
    [Trait("Requirement", "mail-R5")]
    public async Task A_message_at_which_the_source_always_says_BYE_is_listed_and_the_others_arrive_in_order()
    {
        await using var pair = MemoryPair.Start().With(30);
        pair.From.Answer = static command => command.StartsWith("FETCHING 17 ", StringComparison.Ordinal) && command.Contains("BODY", StringComparison.Ordinal) ? "BYE Internal error" : null;
        var result = await pair.CopyAsync();
        Assert.Equal((TransferOutcome.Exceptions, 29L, 1L), (result.Outcome, result.Counts.Copied, result.Counts.Refused));
        Assert.Equal(TransferCode.ItemUnreadable, Assert.Single(result.Exceptions).Code);
        Assert.Equal(pair.From.Folder("INBOX").Messages.Where(static message => message.Uid != 17).Select(static message => message.Octets), pair.There().Select(static message => message.Octets));
    }

    [Theory]
    [Trait("Requirement", "mail-R12")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(150)]
    [InlineData(299)]
    public async Task A_source_that_hangs_up_inside_a_literal_gives_no_torn_message(int octets)
    {
        await using var pair = MemoryPair.Start().With(30);
        var cuts = new Dictionary<uint, int>();
        pair.From.CutBody = message =>
        {
            lock (cuts) return message.Uid % 10 == 5 && (cuts[message.Uid] = cuts.GetValueOrDefault(message.Uid) + 1) <= 2 ? octets : null;
        };
        var result = await pair.CopyAsync();
        Assert.Equal((TransferOutcome.Complete, 30L), (result.Outcome, result.Counts.Copied));
        Assert.True(pair.IsSame());
    }

    [Fact]
    [Trait("Requirement", "mail-R21")]
    public async Task Sizes_that_lie_in_RFC822_SIZE_change_nothing()
    {
        await using var pair = MemoryPair.Start().With(30);
        pair.From.ToldSize = static message => message.Uid % 2 == 0 ? 1 : 4_000_000_000;
        Assert.Equal(TransferOutcome.Complete, (await pair.CopyAsync()).Outcome);
        Assert.True(pair.IsSame());
    }

    [Fact]
    [Trait("Requirement", "mail-R16")]
    public async Task Two_connections_are_enough_and_NULs_need_no_third()
    {
        await using var pair = new MemoryPair(MemoryImap.Start("IMAP4rev1 BINARY", mostConnections: 2), MemoryImap.Start("IMAP4rev1 BINARY LITERAL+", mostConnections: 2));
        pair.With(20).With(20, "Deux");
        pair.From.Add("INBOX", [.. MemoryPair.Letter(1), 0, 1, 0, .. "\r\n"u8]);
        pair.From.Add("Deux", [.. MemoryPair.Letter(2), 0x80, .. "\r\n"u8]);
        pair.With(20);
        var result = await pair.CopyAsync();
        Assert.Equal((TransferOutcome.Complete, 62L), (result.Outcome, result.Counts.Copied));
        Assert.InRange(pair.From.MostOpen, 1, 2);
        Assert.True(pair.IsSame() && pair.IsSame("Deux"));
    }

    [Fact]
    [Trait("Requirement", "mail-R16")]
    public async Task A_source_that_takes_one_connection_only_is_copied_over_one()
    {
        await using var pair = new MemoryPair(MemoryImap.Start(mostConnections: 1), MemoryImap.Start(mostConnections: 1));
        pair.With(10).With(10, "Deux").With(10, "Trois");
        var result = await pair.CopyAsync(new() { Connections = 4 });
        Assert.Equal((TransferOutcome.Complete, 30L), (result.Outcome, result.Counts.Copied));
        Assert.True(pair.IsSame() && pair.IsSame("Deux") && pair.IsSame("Trois"));
    }

    [Fact]
    [Trait("Requirement", "mail-R18")]
    [Trait("Requirement", "mail-R31")]
    public async Task Bare_IMAP4rev1_at_both_ends_gives_the_same_mailbox_in_the_same_order_and_a_second_pass_sends_nothing()
    {
        await using var pair = MemoryPair.Start().With(40).With(15, "Projets/Jardin").With(0, "Vide");
        pair.From.Folder("Vide");
        pair.From.Add("INBOX", MemoryPair.Letter(9), flags: "\\Answered Relu $Forwarded");
        pair.From.Add("INBOX", MemoryPair.Letter(9), flags: "\\Flagged"); // the same octets twice stay two
        var result = await pair.CopyAsync();
        Assert.Equal((TransferOutcome.Complete, 57L), (result.Outcome, result.Counts.Copied));
        Assert.True(pair.IsSame() && pair.IsSame("Projets/Jardin"));
        Assert.Contains(pair.To.Folders, static folder => folder.Name == "Vide");
        Assert.Equal(["$Forwarded Relu \\Answered", "\\Flagged"], pair.There().TakeLast(2).Select(static message => string.Join(' ', message.Flags.Split(' ').Order(StringComparer.Ordinal))));
        var again = await pair.CopyAsync();
        Assert.Equal((TransferOutcome.Complete, 0L, 57L), (again.Outcome, again.Counts.Copied, again.Counts.AlreadyThere));
    }

    [Fact]
    [Trait("Requirement", "mail-R29")]
    public async Task Shared_folders_are_listed_and_copied_only_where_a_map_says_where_to()
    {
        var from = MemoryImap.Start("IMAP4rev1 NAMESPACE", namespaces: "((\"\" \"/\")) ((\"user.\" \".\")) ((\"#shared/\" \"/\"))");
        await using var pair = new MemoryPair(from, MemoryImap.Start());
        pair.With(3).With(4, "#shared/Bureau").With(5, "#shared/Bureau/PV").With(6, "#shared/Autre");
        var result = await pair.CopyAsync();
        Assert.Equal((TransferOutcome.Complete, 3L), (result.Outcome, result.Counts.Copied));
        Assert.Equal(3, result.Exceptions.Count(static exception => exception.Text.Contains("not copied", StringComparison.Ordinal)));
        Assert.Equal(["INBOX"], pair.To.Folders.Select(static folder => folder.Name));

        var options = new MailboxTransferOptions { FolderMap = new Dictionary<string, string> { ["#shared/Bureau"] = "Partagés/Bureau" } };
        var mapped = await pair.CopyAsync(options);
        Assert.Equal(9, mapped.Counts.Copied);
        Assert.Equal("#shared/Autre ; folder", Assert.Single(mapped.Exceptions).Item);
        Assert.Equal((4, 5), (pair.There("Partag&AOk-s/Bureau").Count, pair.There("Partag&AOk-s/Bureau/PV").Count));
        Assert.True((await pair.VerifyAsync(options)).Equal);
    }
}
