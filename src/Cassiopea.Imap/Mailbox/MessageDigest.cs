using System.Security.Cryptography;

namespace Cassiopea.Imap.Mailbox;

/// <summary>
/// Hashes a message that passes by in parts. The canonical hash leaves out CR and takes 0x80 for NUL: equal for a message and for what a
/// server made of it by mending its line ends.
/// </summary>
internal sealed class MessageDigest : IDisposable
{
    private readonly IncrementalHash _exact = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _canonical = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _kept = new byte[16 << 10];
    private MessageScan _scan;

    public long Size { get; private set; }

    public void Feed(ReadOnlySpan<byte> part)
    {
        _exact.AppendData(part);
        _scan.Feed(part);
        Canonical(part);
        Size += part.Length;
    }

    public (Hash256 Hash, Hash256 Canonical, Oddity Oddity) End()
    {
        Hash256 exact = default, canonical = default;
        _exact.GetHashAndReset(exact);
        _canonical.GetHashAndReset(canonical);
        var oddity = _scan.End();
        (_scan, Size) = (default, 0);
        return (exact, canonical, oddity);
    }

    public static Hash256 CanonicalOf(ReadOnlySpan<byte> message)
    {
        using var digest = new MessageDigest();
        digest.Canonical(message);
        Hash256 canonical = default;
        digest._canonical.GetHashAndReset(canonical);
        return canonical;
    }

    public void Dispose()
    {
        _exact.Dispose();
        _canonical.Dispose();
    }

    private void Canonical(ReadOnlySpan<byte> part)
    {
        var used = 0;
        while (!part.IsEmpty)
        {
            var run = part.IndexOfAny((byte)'\r', (byte)0);
            if (run < 0) run = part.Length;
            for (var from = part[..run]; !from.IsEmpty;)
            {
                var some = Math.Min(from.Length, _kept.Length - used);
                from[..some].CopyTo(_kept.AsSpan(used));
                used += some;
                from = from[some..];
                if (used == _kept.Length) Drain(ref used);
            }

            if (run == part.Length) break;
            if (part[run] == 0) _kept[used++] = 0x80;
            if (used == _kept.Length) Drain(ref used);
            part = part[(run + 1)..];
        }

        Drain(ref used);
    }

    private void Drain(ref int used)
    {
        _canonical.AppendData(_kept.AsSpan(0, used));
        used = 0;
    }
}
