using System.Buffers.Binary;

namespace Cassiopea.Zones.Wire;

/// <summary>Reads a message octet by octet; whatever it is given, it ends with a value or with <see cref="ZoneException"/>.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> message, int position = 0)
{
    private const int MostHops = 64;

    private readonly ReadOnlySpan<byte> _message = message;

    public int Position { get; private set; } = position;

    public readonly int Left => _message.Length - Position;

    public byte Octet()
    {
        Need(1);
        return _message[Position++];
    }

    public ushort Number16()
    {
        Need(2);
        var value = BinaryPrimitives.ReadUInt16BigEndian(_message[Position..]);
        Position += 2;
        return value;
    }

    public uint Number32()
    {
        Need(4);
        var value = BinaryPrimitives.ReadUInt32BigEndian(_message[Position..]);
        Position += 4;
        return value;
    }

    public ReadOnlySpan<byte> Octets(int count)
    {
        Need(count);
        var octets = _message.Slice(Position, count);
        Position += count;
        return octets;
    }

    /// <summary>A name, compressed or not; pointers go backwards only (RFC 1035 §4.1.4), so no loop is possible.</summary>
    public DnsName Name()
    {
        Span<byte> labels = stackalloc byte[DnsName.LongestWire];
        var (length, at, hops, lowest, jumped) = (0, Position, 0, Position, false);
        while (true)
        {
            if (at >= _message.Length) throw ZoneException.Malformed("A name ends outside the message.");
            int octet = _message[at];
            if ((octet & 0xC0) == 0xC0)
            {
                if (at + 1 >= _message.Length) throw ZoneException.Malformed("A pointer is cut.");
                var to = ((octet & 0x3F) << 8) | _message[at + 1];
                if (!jumped) Position = at + 2;
                if (to >= lowest || ++hops > MostHops) throw ZoneException.Malformed("A pointer in a name does not go backwards.");
                (at, lowest, jumped) = (to, to, true);
                continue;
            }

            if (octet > DnsName.LongestLabel) throw ZoneException.Malformed("A label has a type that nobody uses.");
            if (length + octet + 1 > DnsName.LongestWire || at + octet >= _message.Length) throw ZoneException.Malformed("A name is too long.");
            _message.Slice(at, octet + 1).CopyTo(labels[length..]);
            length += octet + 1;
            at += octet + 1;
            if (octet != 0) continue;
            if (!jumped) Position = at;
            return DnsName.FromWire(labels[..length]);
        }
    }

    private readonly void Need(int count)
    {
        if (count > Left) throw ZoneException.Malformed("The message is shorter than it says.");
    }
}
