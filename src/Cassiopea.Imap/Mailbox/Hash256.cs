using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Cassiopea.Imap.Mailbox;

/// <summary>A SHA-256 as a value.</summary>
[InlineArray(32)]
internal struct Hash256 : IEquatable<Hash256>
{
    private byte _first;

    public static Hash256 Of(ReadOnlySpan<byte> octets)
    {
        Hash256 hash = default;
        SHA256.HashData(octets, hash);
        return hash;
    }

    public static Hash256 From(ReadOnlySpan<byte> hash)
    {
        Hash256 made = default;
        hash.CopyTo(made);
        return made;
    }

    public readonly bool Equals(Hash256 other) => ((ReadOnlySpan<byte>)this).SequenceEqual(other);

    public readonly int Order(in Hash256 other) => ((ReadOnlySpan<byte>)this).SequenceCompareTo(other);

    public override readonly bool Equals(object? obj) => obj is Hash256 other && Equals(other);

    public override readonly int GetHashCode() => MemoryMarshal.Read<int>(this);

    public override readonly string ToString() => Convert.ToHexStringLower(this);
}
