using System.Text;
using Cassiopea.Pop3.Wire;

namespace Cassiopea.Pop3.Tests;

[Trait("Requirement", "mail-R22")]
public sealed class Pop3ReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a\r\n", "a\r\n")]
    [InlineData("..\r\n", ".\r\n")]
    [InlineData("..a\r\n...\r\n", ".a\r\n..\r\n")]
    [InlineData("a\n.b\r.c\r\n", "a\n.b\r.c\r\n")]
    [InlineData(".\rx\r\n", "\rx\r\n")]
    [InlineData("a\r\r\n", "a\r\r\n")]
    [InlineData("\0\x80\xff\r\n", "\0\x80\xff\r\n")]
    public async Task R22_stuffing_is_undone_and_nothing_else(string sent, string message) =>
        Assert.Equal(message, Encoding.Latin1.GetString(await ReadAsync(Encoding.Latin1.GetBytes(sent + ".\r\n"), int.MaxValue)));

    [Fact]
    [Trait("Requirement", "mail-R21")]
    public async Task R22_twenty_thousand_random_messages_come_out_as_they_went_in_however_they_are_cut()
    {
        var random = new Random(1939);
        byte[] alphabet = [.. "..\r\n\r\na\0"u8, 0xFF];
        for (var round = 0; round < 20_000; round++)
        {
            var lines = new List<byte[]>();
            for (var count = random.Next(6); count > 0; count--)
            {
                var line = new byte[random.Next(12)];
                for (var i = 0; i < line.Length; i++) line[i] = alphabet[random.Next(alphabet.Length)];
                lines.Add(line);
            }

            var message = lines.SelectMany(static line => line.Concat("\r\n"u8.ToArray())).ToArray();
            var stuffed = Encoding.Latin1.GetBytes(("\r\n" + Encoding.Latin1.GetString(message)).Replace("\r\n.", "\r\n..", StringComparison.Ordinal)[2..] + ".\r\n");
            Assert.Equal(message, await ReadAsync(stuffed, random.Next(1, 9)));
        }
    }

    [Fact]
    [Trait("Requirement", "mail-R21")]
    public async Task Twenty_thousand_inputs_of_noise_end_as_an_answer_or_a_refusal()
    {
        var random = new Random(2449);
        string[] pieces = ["+OK ", "-ERR ", "[IN-USE] ", "\r\n", ".", "..", "1 ", "9999999999 ", "\0", "\n", "\r", "+ ", "CAPA", new('x', 600)];
        for (var round = 0; round < 20_000; round++)
        {
            var noise = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            using var reader = new Pop3Reader(new Slow(Encoding.Latin1.GetBytes(noise), random.Next(1, 64)), lineLimit: 512);
            try
            {
                while (true) Pop3Status.Parse(await reader.ReadLineAsync(CancellationToken.None))?.ToException("RETR");
            }
            catch (Exception expected) when (expected is EndOfStreamException or Pop3SyntaxException)
            {
                Assert.NotEmpty(expected.Message);
            }
        }
    }

    [Fact]
    [Trait("Requirement", "mail-R21")]
    public async Task A_line_or_a_list_without_end_is_refused()
    {
        using var endless = new Pop3Reader(new Slow(new byte[1 << 20], 4096));
        await Assert.ThrowsAsync<Pop3SyntaxException>(async () => await endless.ReadLineAsync(CancellationToken.None));
        using var many = new Pop3Reader(new Slow(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("1 1\r\n", 101))), 4096));
        await Assert.ThrowsAsync<Pop3SyntaxException>(async () =>
        {
            await foreach (var line in many.ReadLinesAsync(100, CancellationToken.None)) Assert.Equal("1 1", line);
        });
    }

    private static async Task<byte[]> ReadAsync(byte[] sent, int part)
    {
        using var reader = new Pop3Reader(new Slow(sent, part));
        using var got = new MemoryStream();
        var buffer = new byte[16];
        reader.BeginContent();
        for (int count; (count = await reader.ReadContentAsync(buffer, CancellationToken.None)) > 0;) got.Write(buffer, 0, count);
        return got.ToArray();
    }

    /// <summary>Gives its octets in small parts.</summary>
    private sealed class Slow(byte[] octets, int part) : MemoryStream(octets)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(Read(buffer.Span[..Math.Min(part, buffer.Length)]));
    }
}
