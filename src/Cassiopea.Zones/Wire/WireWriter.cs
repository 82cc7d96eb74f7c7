using System.Buffers.Binary;

namespace Cassiopea.Zones.Wire;

/// <summary>Writes a message without compression: ours are small, and nobody has to trust our pointers.</summary>
internal sealed class WireWriter
{
    private byte[] _octets = new byte[512];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _octets.AsSpan(0, Length);

    public byte[] ToArray() => Written.ToArray();

    public WireWriter Octet(byte value)
    {
        Room(1)[0] = value;
        return this;
    }

    public WireWriter Number16(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(Room(2), (ushort)value);
        return this;
    }

    public WireWriter Number32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Room(4), value);
        return this;
    }

    public WireWriter Octets(ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(Room(octets.Length));
        return this;
    }

    public WireWriter Name(DnsName name) => Octets(name.Wire);

    /// <summary>Changes a number that was written before, for example a count or a length.</summary>
    public void Patch16(int at, int value) => BinaryPrimitives.WriteUInt16BigEndian(_octets.AsSpan(at), (ushort)value);

    private Span<byte> Room(int count)
    {
        if (Length + count > _octets.Length) Array.Resize(ref _octets, Math.Max(_octets.Length * 2, Length + count));
        var room = _octets.AsSpan(Length, count);
        Length += count;
        return room;
    }
}
