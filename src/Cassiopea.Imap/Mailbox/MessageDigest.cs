using System.Security.Cryptography;

namespace Cassiopea.Imap.Mailbox;

/// <summary>
/// Hashes a message that passes by in parts. The canonical hash is of the first 64 KB without CR and with 0x80 for NUL: equal for a message
/// and for what a server made of it by mending its line ends.
/// </summary>
internal sealed class MessageDigest : IDisposable
{
    private const int CanonicalSize = 64 << 10;
    private readonly IncrementalHash _exact = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _canonical = new byte[CanonicalSize];
    private int _kept;
    private MessageScan _scan;

    public long Size { get; private set; }

    public void Feed(ReadOnlySpan<byte> part)
    {
        _exact.AppendData(part);
        _scan.Feed(part);
        Keep(part);
        Size += part.Length;
    }

    public (Hash256 Hash, Hash256 Canonical, Oddity Oddity) End()
    {
        Hash256 exact = default;
        _exact.GetHashAndReset(exact);
        var canonical = Hash256.Of(_canonical.AsSpan(0, _kept));
        var oddity = _scan.End();
        (_scan, _kept, Size) = (default, 0, 0);
        return (exact, canonical, oddity);
    }

    public static Hash256 CanonicalOf(ReadOnlySpan<byte> message)
    {
        using var digest = new MessageDigest();
        digest.Keep(message);
        return Hash256.Of(digest._canonical.AsSpan(0, digest._kept));
    }

    public void Dispose() => _exact.Dispose();

    private void Keep(ReadOnlySpan<byte> part)
    {
        while (!part.IsEmpty && _kept < CanonicalSize)
        {
            var run = part.IndexOfAny((byte)'\r', (byte)0);
            var plain = part[..Math.Min(run < 0 ? part.Length : run, CanonicalSize - _kept)];
            plain.CopyTo(_canonical.AsSpan(_kept));
            _kept += plain.Length;
            part = part[plain.Length..];
            if (part.IsEmpty || _kept == CanonicalSize) return;
            if (part[0] == 0) _canonical[_kept++] = 0x80;
            part = part[1..];
        }
    }
}
