using System.Text;
using Cassiopea.Imap.Mailbox;

namespace Cassiopea.Imap.Tests.Mailbox;

public sealed class MessagePartsTests
{
    [Theory]
    [InlineData("17-Jul-1996 02:44:25 -0700", 837596665)]
    [InlineData(" 1-Jan-1970 00:00:01 +0000", 1)]
    [InlineData("01-Feb-2037 12:00:00 +1345", 2117052900)]
    [InlineData("29-Feb-2012 23:59:60 +0100", 1330556400)]
    public void Dates_of_receipt_are_read_as_instants_and_written_with_their_offset(string text, long seconds)
    {
        var date = InternalDate.Parse(Encoding.ASCII.GetBytes(text));
        Assert.Equal(seconds, date.Seconds);
        var written = new byte[InternalDate.Length];
        date.Write(written);
        Assert.Equal(date, InternalDate.Parse(written));
    }

    [Theory]
    [InlineData("")]
    [InlineData("32-Jan-2000 00:00:00 +0000")]
    [InlineData("01-Xxx-2000 00:00:00 +0000")]
    [InlineData("01-Jan-2000 25:00:00 +0000")]
    [InlineData("01-Jan-0000 00:00:00 +0000")]
    [InlineData("01-Jan-2000 00:00:00 00000")]
    public void What_is_no_date_is_unknown(string text) => Assert.False(InternalDate.Parse(Encoding.ASCII.GetBytes(text)).IsKnown);

    [Theory]
    [InlineData("a\r\nb\r\n", nameof(Oddity.None))]
    [InlineData("a\nb\r\n", nameof(Oddity.LineEnds))]
    [InlineData("\na", nameof(Oddity.LineEnds))]
    [InlineData("a\r\r\n", nameof(Oddity.LineEnds))]
    [InlineData("a\r", nameof(Oddity.LineEnds))]
    [InlineData("a\0b\r\n", nameof(Oddity.Nul))]
    [InlineData("l\u00e2\u0080\u0099eau\r\n", nameof(Oddity.None))]
    [InlineData("\u00c3\u0080 vous\r\n", nameof(Oddity.PerhapsNul))]
    [InlineData("a\u0080b\r\n", nameof(Oddity.PerhapsNul))]
    public void Oddities_are_found_wherever_the_parts_are_cut(string latin1, string named)
    {
        var expected = Enum.Parse<Oddity>(named);
        var message = Encoding.Latin1.GetBytes(new string('x', 70) + latin1 + new string('y', 70));
        if (latin1[0] == '\n') message = Encoding.Latin1.GetBytes(latin1);
        if (latin1[^1] == '\r') message = Encoding.Latin1.GetBytes(latin1);
        Assert.Equal(expected, MessageScan.Whole(message));
        for (var cut = 1; cut < message.Length; cut++)
        {
            var scan = new MessageScan();
            scan.Feed(message.AsSpan(0, cut));
            scan.Feed(message.AsSpan(cut));
            var found = scan.End();
            if (expected != Oddity.None || found != Oddity.PerhapsNul) Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void The_scan_agrees_with_a_simple_one_on_twenty_thousand_random_messages()
    {
        var random = new Random(4);
        const string likely = "\r\n\r\n\r\nab\r\n";
        for (var i = 0; i < 20_000; i++)
        {
            var message = new byte[random.Next(120)];
            for (var at = 0; at < message.Length; at++) message[at] = (byte)(random.Next(3) == 0 ? random.Next(1, 0x80) : likely[(at + i) % likely.Length]);
            var text = Encoding.Latin1.GetString(message).Replace("\r\n", "", StringComparison.Ordinal);
            Assert.Equal(text.AsSpan().ContainsAny('\r', '\n'), (MessageScan.Whole(message) & Oddity.LineEnds) != Oddity.None);
        }
    }

    [Fact]
    public void The_canonical_hash_is_equal_for_a_message_and_for_what_servers_make_of_it()
    {
        var hash = MessageDigest.CanonicalOf("a\r\r\nb\0c\rd\n"u8);
        Assert.Equal(hash, MessageDigest.CanonicalOf("a\r\nb\u0080c\rd\r\n"u8.ToArray().Where(static octet => octet != 0xC2).ToArray()));
        Assert.NotEqual(hash, MessageDigest.CanonicalOf("a\r\nb\r\n"u8));
    }

    [Theory]
    [Trait("Requirement", "mail-R17")]
    [InlineData("\\Seen \\Recent $Forwarded", "\\Seen|\\*", "$Forwarded \\Seen")]
    [InlineData("\\Seen \\Weird $Forwarded", "\\Seen|\\*", "$Forwarded \\Seen")]
    [InlineData("\\Seen $Forwarded known", "\\Seen|known", "\\Seen known")]
    [InlineData("\\Seen \\Flagged", "\\Seen", "\\Seen")]
    [InlineData("x[1] ok", "\\*", "ok")]
    public void Only_flags_that_the_target_keeps_are_sent(string flags, string permanent, string kept) =>
        Assert.Equal(kept, new FlagRules(permanent.Split('|')).Keep(FlagSet.FromText(flags)).Text);

    [Fact]
    public void Ranges_of_UIDs_write_over_gaps_in_which_no_message_lies()
    {
        var existing = UidSet.Parse("1:3,7:9,20,30:40"u8);
        var wanted = UidSet.Parse("1:3,7:9,30:40"u8);
        Assert.Equal(["1:9,30:40"], wanted.Chunks(1000, existing).Select(static part => part.Text));
        Assert.Equal(["1:7", "8:9,30:31", "32:35", "36:39", "40"], wanted.Chunks(4, existing).Select(static part => part.Text));
        Assert.Equal(17, wanted.Chunks(4, existing).Sum(static part => part.Uids.Count));
        Assert.Equal(wanted.ToString(), UidSet.Parse("30:40,7:8,9,2:3,1"u8).ToString());
    }
}
