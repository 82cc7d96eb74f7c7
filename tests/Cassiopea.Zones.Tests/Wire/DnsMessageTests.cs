using Cassiopea.Zones.Wire;

namespace Cassiopea.Zones.Tests.Wire;

public sealed class DnsMessageTests
{
    // an answer of NSD for example.org MX: compressed names, EDNS
    private static readonly byte[] Answer =
    [
        0x12, 0x34, 0x84, 0x00, 0, 1, 0, 2, 0, 1, 0, 1,
        7, .. "example"u8, 3, .. "org"u8, 0, 0, 15, 0, 1,
        0xC0, 12, 0, 15, 0, 1, 0, 0, 0x0E, 0x10, 0, 9, 0, 10, 4, .. "mail"u8, 0xC0, 12,
        0xC0, 12, 0, 16, 0, 1, 0, 0, 0x0E, 0x10, 0, 6, 2, .. "ab"u8, 2, .. "cd"u8,
        0xC0, 12, 0, 2, 0, 1, 0, 0, 0x0E, 0x10, 0, 6, 3, .. "ns1"u8, 0xC0, 12,
        0, 0, 41, 0x04, 0xD0, 0, 0, 0x80, 0, 0, 0,
    ];

    [Fact]
    public void A_compressed_answer_is_read()
    {
        var message = DnsMessage.Parse(Answer);
        Assert.True(message is { IsResponse: true, Authoritative: true, Truncated: false, Edns: true, Rcode: Rcode.NoError });
        Assert.Equal(["example.org. 3600 IN MX 10 mail.example.org.", "example.org. 3600 IN TXT \"ab\" \"cd\""], message.Answers.Select(static record => record.ToString()));
        Assert.Equal("ns1.example.org.", Assert.Single(message.Authority).Data.Target!.Text);
    }

    [Theory]
    [InlineData(12, 0xC0, 0x0C)] // a pointer to itself
    [InlineData(12, 0xC0, 0x20)] // a pointer forwards
    [InlineData(12, 0x40, 0x00)] // a label type that nobody uses
    [InlineData(4, 0xFF, 0xFF)] // more questions than one
    [InlineData(6, 0xFF, 0xFF)] // more answers than fit
    [InlineData(39, 0x00, 0xFF)] // data beyond the end
    public void A_message_that_lies_is_refused(int at, byte first, byte second)
    {
        byte[] message = [.. Answer];
        (message[at], message[at + 1]) = (first, second);
        Assert.ThrowsAny<ZoneException>(() => DnsMessage.Parse(message));
    }

    [Fact]
    public void A_name_that_grows_through_pointers_is_refused()
    {
        // labels of 63 that point at each other: more than 255 octets
        byte[] message = new byte[12 + (64 * 5) + 6];
        message[5] = 1;
        var at = 12;
        for (var i = 0; i < 5; i++)
        {
            message[at] = 63;
            at += 64;
        }

        (message[at], message[at + 1]) = (0xC0, 12);
        Assert.ThrowsAny<ZoneException>(() => DnsMessage.Parse(message));
    }

    [Fact]
    public void Twenty_thousand_mutated_messages_are_read_or_refused()
    {
        var random = new Random(42);
        var read = 0;
        for (var i = 0; i < 20_000; i++)
        {
            byte[] message = [.. Answer];
            for (var changes = random.Next(1, 8); changes > 0; changes--) message[random.Next(message.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0) message = message[..random.Next(message.Length)];
            try
            {
                var parsed = DnsMessage.Parse(message);
                foreach (var record in parsed.Answers.Concat(parsed.Authority).Concat(parsed.Additional))
                {
                    var data = RecordData.Parse(record.Type, record.Data.Text);
                    Assert.Equal(record.Data, data);
                    Assert.Equal(record.Name, DnsName.Parse(record.Name.Text));
                }

                read++;
            }
            catch (ZoneException)
            {
                // the one way to refuse a message
            }
        }

        Assert.InRange(read, 100, 19_999);
    }
}
