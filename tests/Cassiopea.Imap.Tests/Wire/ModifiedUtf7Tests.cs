using System.Text;
using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Tests.Wire;

[Trait("Requirement", "mail-R6")]
public sealed class ModifiedUtf7Tests
{
    [Theory]
    [InlineData("INBOX", "INBOX")]
    [InlineData("&", "&-")]
    [InlineData("Été", "&AMk-t&AOk-")]
    [InlineData("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-")]
    [InlineData("Emoji 📧", "Emoji &2D3c5w-")]
    [InlineData("a\0b\r\nc", "a&AAA-b&AA0ACg-c")]
    public void Names_are_encoded_as_the_RFC_shows_and_come_back(string text, string wire)
    {
        Assert.Equal(wire, ModifiedUtf7.Encode(text));
        Assert.True(ModifiedUtf7.TryDecode(Encoding.Latin1.GetBytes(wire), out var back));
        Assert.Equal(text, back);
    }

    [Theory]
    [InlineData("&")]
    [InlineData("a&b")]
    [InlineData("&AMk")]
    [InlineData("&*-")]
    [InlineData("&AGE-")]
    [InlineData("\u00c9t\u00e9")]
    [InlineData("&AMl-")]
    public void What_is_not_strict_modified_UTF_7_is_not_decoded(string wire) => Assert.False(ModifiedUtf7.TryDecode(Encoding.Latin1.GetBytes(wire), out _));

    [Fact]
    public void Twenty_thousand_random_strings_come_back_and_never_put_control_octets_on_the_wire()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => (char)(random.Next(3) == 0 ? random.Next(0x10000) : random.Next(128)))]);
            var wire = ModifiedUtf7.Encode(text);
            Assert.False(wire.AsSpan().ContainsAnyExceptInRange(' ', '~'));
            Assert.True(ModifiedUtf7.TryDecode(Encoding.Latin1.GetBytes(wire), out var back));
            Assert.Equal(text, back);
        }
    }

    [Fact]
    public void Twenty_thousand_random_wires_are_decoded_to_what_encodes_to_them_or_not_at_all()
    {
        var random = new Random(2);
        const string likely = "&-ABCabc019+,/ .";
        for (var i = 0; i < 20_000; i++)
        {
            var wire = new byte[random.Next(14)];
            for (var at = 0; at < wire.Length; at++) wire[at] = (byte)(random.Next(8) == 0 ? random.Next(256) : likely[random.Next(likely.Length)]);
            if (ModifiedUtf7.TryDecode(wire, out var text)) Assert.Equal(Encoding.Latin1.GetString(wire), ModifiedUtf7.Encode(text));
        }
    }
}
