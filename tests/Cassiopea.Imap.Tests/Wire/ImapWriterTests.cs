using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Tests.Wire;

[Trait("Requirement", "sec-S12")]
public sealed class ImapWriterTests
{
    [Fact]
    public async Task No_argument_can_end_a_command_or_begin_another()
    {
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var octets = new byte[random.Next(1, 20)];
            random.NextBytes(octets);
            using var sent = new MemoryStream();
            using var writer = new ImapWriter(sent);
            var dangerous = octets.AsSpan().ContainsAny((byte)'\r', (byte)'\n', (byte)0);
            if (dangerous)
            {
                Assert.Throws<ArgumentException>(() => writer.Quoted(octets));
                Assert.Throws<ArgumentException>(() => writer.Write(System.Text.Encoding.Latin1.GetString(octets)));
                continue;
            }

            await writer.Quoted(octets).EndLine().FlushAsync(CancellationToken.None);
            var line = sent.ToArray();
            var tokens = new ImapTokens(line.AsSpan()[..^2]);
            Assert.True(tokens.AString().SequenceEqual(octets));
            Assert.True(tokens.AtEnd);
        }
    }
}
