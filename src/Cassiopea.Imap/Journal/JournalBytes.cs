using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Cassiopea.Imap.Journal;

/// <summary>Builds one record of a journal.</summary>
internal sealed class JournalWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(512);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public JournalWriter Start(RecordType type)
    {
        _bytes.ResetWrittenCount();
        return Byte((byte)type);
    }

    public JournalWriter Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
        return this;
    }

    public JournalWriter Number(ulong value)
    {
        var span = _bytes.GetSpan(10);
        var used = 0;
        for (; value >= 0x80; value >>= 7) span[used++] = (byte)(value | 0x80);
        span[used++] = (byte)value;
        _bytes.Advance(used);
        return this;
    }

    public JournalWriter Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
        return this;
    }

    public JournalWriter Bytes(ReadOnlySpan<byte> value)
    {
        _bytes.Write(value);
        return this;
    }

    public JournalWriter Text(string value)
    {
        var utf8 = Encoding.UTF8.GetBytes(value);
        return Number((ulong)utf8.Length).Bytes(utf8);
    }
}

/// <summary>Takes one record apart. Throws <see cref="InvalidDataException"/> when it is not what it says.</summary>
internal ref struct JournalReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public byte Byte()
    {
        if (_rest.IsEmpty) throw Short();
        var value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public ulong Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var part = Byte();
            if (shift == 63 && part > 1) break;
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }

        throw new InvalidDataException("A number of a journal record is not valid.");
    }

    public uint Uid()
    {
        var value = Number();
        return value <= uint.MaxValue ? (uint)value : throw new InvalidDataException("A UID of a journal record is not valid.");
    }

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(8));

    public ReadOnlySpan<byte> Bytes(int length)
    {
        if (length < 0 || length > _rest.Length) throw Short();
        var value = _rest[..length];
        _rest = _rest[length..];
        return value;
    }

    public string Text()
    {
        var length = Number();
        return length <= (ulong)_rest.Length ? Encoding.UTF8.GetString(Bytes((int)length)) : throw Short();
    }

    private static InvalidDataException Short() => new("A journal record is too short.");
}

/// <summary>The records of the journals. A number once given is never given again.</summary>
internal enum RecordType : byte
{
    /// <summary>Account journal: for which two accounts it is.</summary>
    Identity = 1,

    /// <summary>Account journal: a folder's number and names.</summary>
    Folder = 2,

    /// <summary>Account journal: the state of a folder after a pass that ran to the folder's end.</summary>
    Snapshot = 3,

    /// <summary>Claims: which folder copies a message with several labels.</summary>
    Claim = 4,

    /// <summary>Folder journal: the UIDVALIDITY of both ends; all messages before it are forgotten.</summary>
    Generation = 16,

    /// <summary>Folder journal: a set of flags gets a number.</summary>
    Flags = 17,

    /// <summary>Folder journal: messages about to be sent, and the target's UIDNEXT before.</summary>
    Intent = 18,

    /// <summary>Folder journal: messages that the target has, with their UIDs there.</summary>
    Done = 19,

    /// <summary>Folder journal: a message that an end refused.</summary>
    Refused = 20,

    /// <summary>Folder journal: the flags of a message as they were last carried over.</summary>
    FlagsCarried = 21,

    /// <summary>Folder journal: the hash of a message whose intent was written before its end was read.</summary>
    Hash = 22,

    /// <summary>Folder journal: an intent that came to nothing.</summary>
    Withdrawn = 23,

    /// <summary>Folder journal: the target's UID of a message, found out later.</summary>
    Located = 24,

    /// <summary>Folder journal: a message was compared at the target after the copy.</summary>
    Checked = 25,

    /// <summary>Folder journal: the folder was deleted at the target and made again; what was in it stays deleted.</summary>
    TargetRenewed = 26,

    /// <summary>Folder journal: a message sent whole that got no answer and was not found; it is sent again, and the first sending may still arrive.</summary>
    Doubted = 27,

    /// <summary>Folder journal: such a sending was found, or is not looked for any more.</summary>
    Settled = 28,
}
