using System.Buffers;
using System.Buffers.Binary;

namespace Cassiopea.Ftp.Sftp;

/// <summary>Packet types of SFTP version 3 (draft-ietf-secsh-filexfer-02 §3).</summary>
internal enum SftpType : byte
{
    None = 0,
    Init = 1,
    Version = 2,
    Open = 3,
    Close = 4,
    Read = 5,
    Write = 6,
    Lstat = 7,
    SetStat = 9,
    FsetStat = 10,
    OpenDir = 11,
    ReadDir = 12,
    Remove = 13,
    MakeDir = 14,
    RemoveDir = 15,
    RealPath = 16,
    Stat = 17,
    Rename = 18,
    ReadLink = 19,
    Symlink = 20,
    Status = 101,
    Handle = 102,
    Data = 103,
    Name = 104,
    Attrs = 105,
    Extended = 200,
}

/// <summary>Status codes (§7).</summary>
internal static class SftpStatus
{
    public const uint Ok = 0;
    public const uint Eof = 1;
    public const uint NoSuchFile = 2;
    public const uint PermissionDenied = 3;
    public const uint Failure = 4;
    public const uint Unsupported = 8;
}

/// <summary>Attributes of a file (§5); a field that the server did not send is null.</summary>
internal readonly record struct SftpAttributes(long? Size, int? Mode, long? Modified)
{
    private const int KindMask = 0xF000;

    public SiteEntryKind Kind => (Mode & KindMask) switch
    {
        0x4000 => SiteEntryKind.Directory,
        0xA000 => SiteEntryKind.Link,
        0x8000 or null or 0 => SiteEntryKind.File,
        _ => SiteEntryKind.Special,
    };
}

/// <summary>Builds one request.</summary>
internal sealed class SftpWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(256);

    public SftpWriter(SftpType type, uint id)
    {
        UInt32(0);
        _bytes.Write([(byte)type]);
        UInt32(id);
    }

    public SftpWriter UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
        return this;
    }

    public SftpWriter UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
        return this;
    }

    public SftpWriter String(ReadOnlySpan<byte> value)
    {
        UInt32((uint)value.Length);
        _bytes.Write(value);
        return this;
    }

    /// <summary>The attributes to set: permission bits, access and modification time.</summary>
    public SftpWriter Attributes(int? mode, long? modified)
    {
        UInt32((mode is null ? 0u : 4u) | (modified is null ? 0u : 8u));
        if (mode is { } bits) UInt32((uint)bits);
        if (modified is { } seconds) UInt32((uint)seconds).UInt32((uint)seconds);
        return this;
    }

    /// <summary>The packet with its length in front.</summary>
    public byte[] ToArray()
    {
        var packet = _bytes.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(packet, (uint)packet.Length - 4);
        return packet;
    }
}

/// <summary>Takes an answer apart; throws <see cref="InvalidDataException"/> when it is not what it says.</summary>
internal ref struct SftpReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public byte Byte() => Take(1)[0];

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public ReadOnlySpan<byte> String()
    {
        var length = UInt32();
        return length <= _rest.Length ? Take((int)length) : throw Short();
    }

    public SftpAttributes Attributes()
    {
        var flags = UInt32();
        long? size = (flags & 1) != 0 ? (long)Math.Min(UInt64(), long.MaxValue) : null;
        if ((flags & 2) != 0) Take(8);
        int? mode = (flags & 4) != 0 ? (int)(UInt32() & 0xFFFF) : null;
        long? modified = null;
        if ((flags & 8) != 0)
        {
            Take(4);
            modified = UInt32();
        }

        if ((flags & 0x80000000) == 0) return new(size, mode, modified);
        for (var extended = UInt32(); extended > 0; extended--)
        {
            String();
            String();
        }

        return new(size, mode, modified);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw Short();
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static InvalidDataException Short() => new("An SFTP packet is shorter than it says.");
}
