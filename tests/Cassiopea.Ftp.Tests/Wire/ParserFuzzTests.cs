using System.Text;
using Cassiopea.Ftp.Listing;
using Cassiopea.Ftp.Sftp;
using Cassiopea.Ftp.Wire;

namespace Cassiopea.Ftp.Tests.Wire;

/// <summary>Whatever a server sends, the parsers answer or throw their own exception.</summary>
[Trait("Requirement", "sec-S13")]
public sealed class ParserFuzzTests
{
    private const int Rounds = 20_000;
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    private static readonly string[] Replies =
    [
        "220 (vsFTPd 3.0.3)\r\n", "220-Welcome\r\n220-You are user 1 of 50\r\n 220 inside\r\n220 Bye\r\n", "211-Features:\r\n MLST type*;size*;\r\n MFMT\r\n REST STREAM\r\n211 End\r\n",
        "229 Entering Extended Passive Mode (|||6446|)\r\n", "227 Entering Passive Mode (127,0,0,1,25,46).\r\n", "257 \"/a \"\"b\"\"\" is here\r\n", "213 20201231235959.123\r\n",
    ];

    private static readonly string[] Machine =
    [
        "modify=20200102030405;perm=adfrw;size=1234;type=file;unique=802U1;UNIX.group=100;UNIX.mode=0644;UNIX.owner=100; name with  spaces\r\n",
        "type=dir;sizd=4096;modify=20240229120000;UNIX.mode=0755; dir\xE9\r\n", "type=OS.unix=slink:/etc/passwd;size=1; link\r\n", "Type=cdir; .\r\n",
    ];

    private static readonly string[] Lists =
    [
        "-rw-r--r--    1 1000     1000         1234 Jan 02 2020 a file\r\n", "drwxr-xr-x 2 ftp ftp 4096 Nov 24 09:30  leading\r\n", "lrwxrwxrwx 1 0 0 7 Feb 29 2024 link -> target\r\n",
        "total 12\r\n", "02-05-20  11:22PM       <DIR>          folder\r\n", "02-05-2020  23:22             12345 file.txt\r\n", "crw-rw-rw- 1 root root 1, 3 Jan 1 00:00 null\r\n",
    ];

    [Fact]
    public async Task Twenty_thousand_mutated_replies_never_break_the_reader()
    {
        var random = new Random(1);
        for (var i = 0; i < Rounds; i++)
        {
            var reader = new FtpReplyReader(new MemoryStream(Mutate(random, Replies)));
            try
            {
                for (var count = 0; count < 20; count++)
                {
                    var reply = await reader.ReadAsync(CancellationToken.None);
                    _ = PassiveReply.TryExtended(reply.Text, out var port) || PassiveReply.TryPassive(reply.Text, out port);
                    Assert.InRange(port, 0, 65535);
                    FtpFeatures.Parse(reply);
                    if (FtpTime.TryParse(reply.Text, out var seconds)) Assert.InRange(seconds, -62_135_596_800, 253_402_300_799);
                }
            }
            catch (Exception expected) when (expected is FtpSyntaxException or EndOfStreamException)
            {
                // the two ways in which a conversation may end
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Twenty_thousand_mutated_listings_give_entries_whose_names_are_one_level_or_lines_that_are_listed(bool machine)
    {
        var random = new Random(2);
        for (var i = 0; i < Rounds; i++)
        {
            var reader = new ListingReader(SitePath.Of("a"), machine, Now);
            try
            {
                await reader.ReadAsync(new MemoryStream(Mutate(random, machine ? Machine : Lists)), CancellationToken.None);
            }
            catch (FtpSyntaxException)
            {
                continue;
            }

            foreach (var entry in reader.Entries)
                if (entry.Kind != SiteEntryKind.Unknown) Assert.Equal(SitePath.Of("a"), entry.Path.Parent);
        }
    }

    [Fact]
    public void Twenty_thousand_mutated_SFTP_packets_never_break_the_reader()
    {
        var random = new Random(3);
        byte[] names = [0, 0, 0, 1, 0, 0, 0, 1, (byte)'x', 0, 0, 0, 1, (byte)'y', 0, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0x81, 0xA4, 1, 2, 3, 4, 5, 6, 7, 8];
        byte[] extended = [0x80, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1, 1];
        for (var i = 0; i < Rounds; i++)
        {
            var packet = Mutate(random, random.Next(2) == 0 ? names : extended);
            try
            {
                var reader = new SftpReader(packet);
                if (random.Next(2) == 0) reader.Attributes();
                for (var count = reader.UInt32(); count > 0; count--)
                {
                    reader.String();
                    reader.String();
                    reader.Attributes();
                }
            }
            catch (InvalidDataException)
            {
                // shorter than it says
            }
        }
    }

    [Fact]
    public async Task A_packet_or_a_line_larger_than_anybody_asked_for_ends_the_session()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => SftpChannel.PacketAsync(new MemoryStream([0x7F, 0xFF, 0xFF, 0xFF, 103]), CancellationToken.None));
        await Assert.ThrowsAsync<FtpSyntaxException>(async () => await new FtpReplyReader(new MemoryStream(Encoding.ASCII.GetBytes(new string('2', 1_000_000)))).ReadAsync(CancellationToken.None));
    }

    private static byte[] Mutate(Random random, string[] corpus) =>
        Mutate(random, Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, 3).Select(_ => corpus[random.Next(corpus.Length)]))));

    private static byte[] Mutate(Random random, byte[] from)
    {
        var bytes = from.ToList();
        for (var edits = random.Next(1, 6); edits > 0 && bytes.Count > 0; edits--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                case 2:
                    bytes.Insert(at, (byte)" \r\n;=/()-9"[random.Next(10)]);
                    break;
                default:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 12), bytes.Count - at));
                    break;
            }
        }

        return [.. bytes];
    }
}
