using Cassiopea.MySql.Schema;
using Cassiopea.MySql.Wire;

namespace Cassiopea.MySql.Tests.Wire;

/// <summary>Whatever a server sends, the parsers answer or throw their own exception, in bounded time and memory.</summary>
[Trait("Requirement", "sec-S13")]
public sealed class PacketFuzzTests
{
    private static readonly byte[][] Corpus =
    [
        FakeServer.Greeting(), FakeServer.Greeting("caching_sha2_password", 0xFFFF_FFFF),
        [3, .. "def"u8, 2, .. "db"u8, 1, (byte)'t', 1, (byte)'t', 2, .. "id"u8, 2, .. "id"u8, 12, 63, 0, 11, 0, 0, 0, 3, 3, 0x42, 0, 0, 0],
        [1, (byte)'7', 0xFB, 0xFC, 3, 0, .. "abc"u8, 0, 5, .. "hello"u8],
        [0xFF, 0x15, 0x04, .. "#28000Access denied for user 'x'@'y' (using password: YES)"u8],
        [0xFE, .. "mysql_native_password\0"u8, .. FakeServer.Nonce, 0],
        [0, 0xFC, 0x10, 0x27, 0, 2, 0, 1, 0],
    ];

    [Fact]
    public async Task Twenty_thousand_mutated_packets_never_break_the_parsers()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var packet = Mutate(random, Corpus[random.Next(Corpus.Length)]);
            Try(() => Greeting.Parse(packet));
            Try(() => MySqlConnection.Column(packet));
            Try(() => MySqlConnection.Fields(packet, random.Next(1, 6)));
            Try(() => ServerError.Parse(packet).ToException(Transfer.TransferSide.Source, "X"));
            await ReadAllAsync(Framed(random, packet));
            SqlTokens.Of(System.Text.Encoding.Latin1.GetString(packet));
        }
    }

    [Fact]
    public async Task A_row_of_many_packets_is_put_together_whatever_the_pieces()
    {
        var row = new byte[0xFFFFFF * 2 + 5];
        new Random(3).NextBytes(row);
        (row[0], row[1], row[2], row[3]) = (0xFD, 0x00, 0x00, 0x10);
        byte[] wire = [0xFF, 0xFF, 0xFF, 0, .. row[..0xFFFFFF], 0xFF, 0xFF, 0xFF, 1, .. row[0xFFFFFF..(2 * 0xFFFFFF)], 5, 0, 0, 2, .. row[^5..], 1, 0, 0, 3, 42];
        using var large = new LargeRows();
        using var reader = new PacketReader(MySqlLimits.Standard, large) { Stream = new MemoryStream(wire) };
        Assert.True((await reader.ReadAsync(1 << 30, default)).Span.SequenceEqual(row));
        Assert.Equal([42], (await reader.ReadAsync(100, default)).ToArray());
    }

    [Fact]
    public async Task A_row_larger_than_allowed_is_given_up()
    {
        byte[] head = [0xFF, 0xFF, 0xFF, 0];
        using var large = new LargeRows();
        using var reader = new PacketReader(new() { Row = 1 << 24 }, large) { Stream = new Repeating([.. head, .. new byte[0xFFFFFF]]) };
        await Assert.ThrowsAsync<MySqlSyntaxException>(async () => await reader.ReadAsync(1 << 24, default));
    }

    private static async Task ReadAllAsync(byte[] wire)
    {
        using var large = new LargeRows();
        using var reader = new PacketReader(new() { Row = 1 << 16 }, large) { Stream = new MemoryStream(wire) };
        try
        {
            for (var packets = 0; packets < 100; packets++)
                if (!reader.TryRead(out _)) await reader.ReadAsync(1 << 16, default);
        }
        catch (Exception expected) when (expected is MySqlSyntaxException or EndOfStreamException)
        {
            // the two ways in which a conversation may end
        }
    }

    private static byte[] Framed(Random random, byte[] packet) =>
        [(byte)(packet.Length + random.Next(-1, 2)), (byte)(random.Next(8) == 0 ? 1 : 0), (byte)(random.Next(16) == 0 ? 255 : 0), 0, .. packet, 1, 0, 0, 1, 0];

    private static byte[] Mutate(Random random, byte[] packet)
    {
        var made = packet.ToList();
        for (var change = random.Next(1, 5); change > 0 && made.Count > 0; change--)
        {
            var at = random.Next(made.Count);
            var value = (byte)(random.Next(2) == 0 ? random.Next(256) : random.Next(0xFA, 0x100));
            if (random.Next(3) == 0) made.RemoveAt(at);
            else if (random.Next(2) == 0) made.Insert(at, value);
            else made[at] = value;
        }

        return [.. made];
    }

    private static void Try(Action parse)
    {
        try
        {
            parse();
        }
        catch (MySqlSyntaxException)
        {
            // the parser's own exception
        }
    }

    /// <summary>The same bytes again and again.</summary>
    private sealed class Repeating(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == Length) Position = 0;
            return base.ReadAsync(buffer, cancellationToken);
        }
    }
}
