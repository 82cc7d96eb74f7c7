using System.Buffers.Binary;
using System.Text;

namespace Cassiopea.MySql.Wire;

/// <summary>Reads one packet from left to right.</summary>
internal ref struct Payload(ReadOnlySpan<byte> bytes)
{
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    public readonly bool AtEnd => Rest.IsEmpty;

    public byte Byte() => Take(1)[0];

    public ushort Short() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint Int() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > Rest.Length) throw new MySqlSyntaxException("A packet ends too early.");
        var taken = Rest[..count];
        Rest = Rest[count..];
        return taken;
    }

    /// <summary>Bytes up to a zero byte, which is passed over; the rest when there is none.</summary>
    public ReadOnlySpan<byte> ToZero()
    {
        var at = Rest.IndexOf((byte)0);
        if (at < 0) return Take(Rest.Length);
        var taken = Take(at);
        Take(1);
        return taken;
    }

    public string TextToZero() => Encoding.UTF8.GetString(ToZero());

    /// <summary>A length-encoded number; false at the end of what was received. NULL is told apart.</summary>
    public bool TryLength(out long value, out bool isNull)
    {
        (value, isNull) = (0, false);
        if (Rest.IsEmpty) return false;
        var first = Rest[0];
        switch (first)
        {
            case < 0xFB:
                value = first;
                Rest = Rest[1..];
                return true;
            case 0xFB:
                isNull = true;
                Rest = Rest[1..];
                return true;
            case 0xFF:
                return false;
        }

        var size = first == 0xFC ? 2 : first == 0xFD ? 3 : 8;
        if (Rest.Length <= size) return false;
        ulong number = 0;
        for (var i = size; i > 0; i--) number = number << 8 | Rest[i];
        if (number > long.MaxValue) return false;
        value = (long)number;
        Rest = Rest[(size + 1)..];
        return true;
    }

    public long Length()
    {
        if (!TryLength(out var value, out var isNull) || isNull) throw new MySqlSyntaxException("A length is expected.");
        return value;
    }

    /// <summary>A field of a text row; false when it is NULL.</summary>
    public bool TryField(out ReadOnlySpan<byte> field)
    {
        if (!TryLength(out var length, out var isNull)) throw new MySqlSyntaxException("A field's length is not readable.");
        if (isNull)
        {
            field = default;
            return false;
        }

        if (length > Rest.Length) throw new MySqlSyntaxException("A field is longer than its row.");
        field = Take((int)length);
        return true;
    }

    public string Text()
    {
        TryField(out var field);
        return Encoding.UTF8.GetString(field);
    }
}
