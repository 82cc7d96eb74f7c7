using System.Globalization;
using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Archive;

/// <summary>
/// Puts NULs back that a source gave as 0x80: asks for the message once more by BINARY and takes only what differs in nothing else
/// (docs/quirks.md).
/// </summary>
internal sealed class ArchiveNuls(ImapConnection source) : ILiteralSink
{
    private readonly byte[] _part = new byte[64 << 10];
    private readonly byte[] _there = new byte[64 << 10];
    private FileStream? _file;
    private List<long>? _nuls;

    /// <summary>Mends the file of one message; its new hash, or null when it holds no NUL.</summary>
    public async Task<Hash256?> MendAsync(uint uid, string path, CancellationToken token)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        (_file, _nuls) = (file, null);
        var tag = source.BeginLine(string.Create(CultureInfo.InvariantCulture, $"UID FETCH {uid} (UID BINARY.PEEK[])"));
        var status = await source.EndAsync(tag, null, token, this);
        if (!status.Ok || _nuls is not { Count: > 0 } nuls) return null;
        var modified = File.GetLastWriteTimeUtc(path);
        foreach (var at in nuls)
        {
            file.Position = at;
            file.WriteByte(0);
        }

        file.Position = 0;
        using var digest = new MessageDigest();
        for (int got; (got = await file.ReadAsync(_part, token)) > 0;) digest.Feed(_part.AsSpan(0, got));
        await file.DisposeAsync();
        File.SetLastWriteTimeUtc(path, modified);
        return digest.End().Hash;
    }

    public async ValueTask<bool> TryReceiveAsync(ReadOnlyMemory<byte> head, long size, ImapReader reader, CancellationToken token)
    {
        if (!FetchItems.EndsWithBody(head.Span)) return false;
        var equal = size == _file!.Length;
        var nuls = new List<long>();
        _file.Position = 0;
        for (long at = 0; reader.LiteralLeft > 0;)
        {
            var got = await reader.ReadLiteralAsync(_part, token);
            if (!equal) continue;
            await _file.ReadExactlyAsync(_there.AsMemory(0, got), token);
            for (var i = 0; i < got && equal; i++)
            {
                if (_part[i] == _there[i]) continue;
                if (_part[i] == 0 && _there[i] == 0x80) nuls.Add(at + i);
                else equal = false;
            }

            at += got;
        }

        _nuls = equal ? nuls : null;
        return true;
    }
}
