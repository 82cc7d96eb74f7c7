using System.Text;
using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Tests.Wire;

/// <summary>Whatever a server sends, the parsers answer or throw their own exception, in bounded time and memory.</summary>
[Trait("Requirement", "mail-R21")]
[Trait("Requirement", "sec-S13")]
public sealed class ImapParserFuzzTests
{
    private static readonly string[] Corpus =
    [
        "* 5 FETCH (UID 7 FLAGS (\\Seen $Forwarded) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 44827 BODY[] {12}\r\nhello world!)\r\n",
        "* 5 FETCH (BODY[] \"\" UID 7 MODSEQ (12345) X-GM-LABELS (\"\\\\Inbox\" {3}\r\nabc NIL ((a) b)))\r\n",
        "* LIST (\\HasNoChildren \\Subscribed \\Sent) \".\" \"INBOX.&AMk-t&AOk-\"\r\n",
        "* LIST () NIL {5}\r\na\"b\\c\r\n",
        "* STATUS \"INBOX\" (MESSAGES 231 UIDNEXT 44292 UIDVALIDITY 3857529045 HIGHESTMODSEQ 7011231777 SIZE 99)\r\n",
        "* ESEARCH (TAG \"C5\") UID ALL 1:5,7,9:4294967295\r\n",
        "* NAMESPACE ((\"INBOX.\" \".\" \"X-P\" (\"a\"))) NIL ((\"#shared/\" \"/\"))\r\n",
        "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\* $x)] Flags permitted.\r\n",
        "* QUOTA \"User quota\" (STORAGE 10 3072 MESSAGE 1 20)\r\n",
        "* CAPABILITY IMAP4rev1 LITERAL+ APPENDLIMIT=257890\r\n",
    ];

    [Fact]
    public async Task Twenty_thousand_mutated_responses_never_break_the_parsers()
    {
        var random = new Random(42);
        for (var i = 0; i < 20_000; i++)
        {
            var wire = Mutate(random, Encoding.Latin1.GetBytes(Corpus[random.Next(Corpus.Length)]));
            using var reader = new ImapReader(new MemoryStream(wire), new() { Line = 4096, Response = 4096, Message = 4096 });
            try
            {
                for (var responses = 0; responses < 100; responses++) ParseAll((await reader.ReadAsync(null, CancellationToken.None)).Span);
            }
            catch (Exception expected) when (expected is ImapSyntaxException or EndOfStreamException)
            {
                // The two ways in which a conversation may end.
            }
        }
    }

    [Fact]
    public async Task The_pieces_in_which_octets_arrive_make_no_difference()
    {
        var wire = Encoding.Latin1.GetBytes(string.Concat(Corpus));
        var whole = await ReadAllAsync(new MemoryStream(wire));
        for (var size = 1; size < 40; size++) Assert.Equal(whole, await ReadAllAsync(new Trickle(wire, size)));
        Assert.Equal(Corpus.Length, whole.Count);
    }

    [Theory]
    [InlineData("* 1 FETCH (BODY[] {99999999999}\r\n")]
    [InlineData("* LIST () \".\" {9999999}\r\n")]
    [InlineData("* 1 FETCH (X ((((((((((((((((((((((((((((((((((((((((((((((((((((((((\r\n")]
    [InlineData("* 1 FETCH (UID 99999999999)\r\n")]
    public async Task Sizes_and_depths_beyond_the_limits_end_the_conversation(string wire)
    {
        using var reader = new ImapReader(new MemoryStream(Encoding.Latin1.GetBytes(wire)), new());
        await Assert.ThrowsAsync<ImapSyntaxException>(async () => FetchItemsOf((await reader.ReadAsync(null, CancellationToken.None)).Span));
    }

    [Fact]
    public async Task A_line_without_end_is_given_up_at_its_limit()
    {
        using var endless = new Trickle(Encoding.Latin1.GetBytes(new string('x', 1_000_000)), 10_000);
        using var reader = new ImapReader(endless, new());
        await Assert.ThrowsAsync<ImapSyntaxException>(async () => await reader.ReadAsync(null, CancellationToken.None));
        Assert.InRange(endless.Position, 64 << 10, 300_000);
    }

    private static async Task<List<string>> ReadAllAsync(Stream stream)
    {
        var found = new List<string>();
        using var reader = new ImapReader(stream, new());
        try
        {
            while (true) found.Add(Encoding.Latin1.GetString((await reader.ReadAsync(null, CancellationToken.None)).Span));
        }
        catch (EndOfStreamException)
        {
            return found;
        }
    }

    private static byte[] Mutate(Random random, byte[] wire)
    {
        const string likely = "(){}[]\"\\ *~+\r\n0123456789NIL";
        var made = wire.ToList();
        for (var change = random.Next(1, 5); change > 0 && made.Count > 0; change--)
        {
            var at = random.Next(made.Count);
            var octet = (byte)(random.Next(3) == 0 ? random.Next(256) : likely[random.Next(likely.Length)]);
            if (random.Next(3) == 0) made.RemoveAt(at);
            else if (random.Next(2) == 0) made.Insert(at, octet);
            else made[at] = octet;
        }

        return [.. made];
    }

    private static void ParseAll(ReadOnlySpan<byte> line)
    {
        Try(line, static (ref ImapTokens tokens) => FetchItems.Read(ref tokens));
        Try(line, static (ref ImapTokens tokens) => Status.Read(ref tokens));
        Try(line, static (ref ImapTokens tokens) => UidSet.Parse(tokens.Rest, 10_000));
        Try(line, static (ref ImapTokens tokens) => tokens.Skip(16));
        Try(line, static (ref ImapTokens tokens) => tokens.AString());
        ImapStatus.Parse(StatusKind.No, line).ToException(Transfer.TransferSide.Source, "X");
        ImapCapabilities.Parse(line.Length > 400 ? line[..400] : line);
    }

    private delegate void Parse(ref ImapTokens tokens);

    private static void Try(ReadOnlySpan<byte> line, Parse parse)
    {
        for (var skip = 0; skip < line.Length; skip += 3)
        {
            try
            {
                var tokens = new ImapTokens(line[skip..]);
                parse(ref tokens);
            }
            catch (ImapSyntaxException)
            {
                // The parser's own exception.
            }
        }
    }

    private static void FetchItemsOf(ReadOnlySpan<byte> line)
    {
        var tokens = new ImapTokens(line[(line.IndexOf((byte)'('))..]);
        FetchItems.Read(ref tokens);
    }

    /// <summary>Gives its octets in small pieces, as a network may.</summary>
    private sealed class Trickle(byte[] octets, int size) : MemoryStream(octets)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
