using System.Security.Cryptography;
using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Mailbox;

/// <summary>A message of the target as a scan found it.</summary>
internal readonly record struct ScannedMessage(uint Uid, long Size, InternalDate Date, FlagSet Flags, Hash256 Hash, Hash256 Canonical, Oddity Oddity);

/// <summary>Reads messages of a folder to their hashes, in constant memory: after a crash, after new UIDs, and to compare.</summary>
internal sealed class TargetScan(ImapConnection connection) : ILiteralSink, IDisposable
{
    private readonly MessageDigest _digest = new();
    private readonly IncrementalHash _mapped = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private Hash256 _withoutNul;
    private readonly byte[] _part = new byte[64 << 10];
    private readonly FlagCatalog _flags = new();
    private (long Size, Hash256 Hash, Hash256 Canonical, Oddity Oddity)? _body;

    /// <summary>The opened folder's messages of a set, or from a UID on.</summary>
    /// <param name="uids">A set or <c>n:*</c>.</param>
    /// <param name="from">Smaller UIDs are passed over (<c>n:*</c> includes the last message even when it is smaller).</param>
    /// <param name="body"><c>BODY.PEEK[]</c> or <c>BINARY.PEEK[]</c>.</param>
    /// <param name="token">Stops the scan.</param>
    public async Task<List<ScannedMessage>> ReadAsync(string uids, uint from, string body, CancellationToken token)
    {
        var found = new List<ScannedMessage>();
        var tag = connection.BeginBodies(uids, body);
        await connection.EndOkAsync(tag, "UID FETCH", (uint _, ReadOnlySpan<byte> name, ref ImapTokens rest) =>
        {
            if (!System.Text.Ascii.EqualsIgnoreCase(name, "FETCH"u8)) return;
            var items = FetchItems.Read(ref rest);
            var whole = _body;
            _body = null;
            if (whole is null && items.HasBody)
            {
                _digest.Feed(items.Body);
                var size = _digest.Size;
                var (exact, canonical, oddity) = _digest.End();
                whole = (size, exact, canonical, oddity);
            }

            if (whole is { } read && items.Uid >= from) found.Add(new(items.Uid, read.Size, InternalDate.Parse(items.InternalDate), _flags.Get(items.Flags), read.Hash, read.Canonical, read.Oddity));
        }, token, this);
        return found;
    }

    /// <summary>
    /// The same with true NUL octets: a message that may hold them is read again with BINARY.PEEK[], and that answer is believed where it
    /// differs by nothing else.
    /// </summary>
    public async Task<List<ScannedMessage>> ReadExactlyAsync(string uids, CancellationToken token)
    {
        var found = await ReadAsync(uids, 1, "BODY.PEEK[]", token);
        if (!connection.Capabilities.Binary) return found;
        for (var i = 0; i < found.Count; i++)
        {
            if ((found[i].Oddity & Oddity.PerhapsNul) == Oddity.None) continue;
            try
            {
                var uid = found[i].Uid;
                var binary = await ReadAsync(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{uid}"), 1, "BINARY.PEEK[]", token);
                if (binary is [var one] && one.Uid == uid && one.Size == found[i].Size && _withoutNul.Equals(found[i].Hash)) found[i] = one;
            }
            catch (ImapException refused) when (refused.ConnectionUsable)
            {
                // NO [UNKNOWN-CTE]: the server cannot give this message in binary, so what BODY[] says is all there is.
            }
        }

        return found;
    }

    public void Dispose()
    {
        _digest.Dispose();
        _mapped.Dispose();
    }

    public async ValueTask<bool> TryReceiveAsync(ReadOnlyMemory<byte> head, long size, ImapReader reader, CancellationToken token)
    {
        if (!FetchItems.EndsWithBody(head.Span)) return false;
        var binary = head.Span.TrimEnd((byte)' ').EndsWith("BINARY[]"u8);
        while (reader.LiteralLeft > 0)
        {
            var length = await reader.ReadLiteralAsync(_part.AsMemory(0, (int)Math.Min(_part.Length, reader.LiteralLeft)), token);
            _digest.Feed(_part.AsSpan(0, length));
            if (!binary) continue;
            _part.AsSpan(0, length).Replace((byte)0, (byte)0x80);
            _mapped.AppendData(_part.AsSpan(0, length));
        }

        if (binary) _mapped.GetHashAndReset(_withoutNul);
        var (hash, canonical, oddity) = _digest.End();
        _body = (size, hash, canonical, oddity);
        return true;
    }
}
