using Cassiopea.Transfer;

namespace Cassiopea.Imap.Journal;

/// <summary>Which folder copies a message that a Gmail-like source shows in several: kept for all passes, so that a changed label makes no second copy.</summary>
internal sealed class GmailClaims : IDisposable
{
    private readonly Dictionary<ulong, (int Folder, uint Uid)> _claims = [];
    private readonly JournalWriter _writer = new();
    private readonly RecordLog _log;

    private GmailClaims(string path) => _log = RecordLog.Open(path, Replay);

    public static GmailClaims OpenFile(string path)
    {
        try
        {
            return new(path);
        }
        catch (InvalidDataException damaged)
        {
            throw new TransferException(TransferSide.Us, TransferFailureKind.Broken, TransferCode.InternalError, $"The journal {Path.GetFileName(path)} is damaged: {damaged.Message}", damaged);
        }
    }

    public (int Folder, uint Uid)? Find(ulong id) => _claims.TryGetValue(id, out var claim) ? claim : null;

    /// <summary>The UIDs that a folder copies.</summary>
    public HashSet<uint> Of(int folder) => [.. _claims.Values.Where(claim => claim.Folder == folder).Select(static claim => claim.Uid)];

    public void Claim(ulong id, int folder, uint uid)
    {
        if (_claims.TryGetValue(id, out var known) && known == (folder, uid)) return;
        _claims[id] = (folder, uid);
        _log.Append(_writer.Start(RecordType.Claim).Number(id).Number((ulong)folder).Number(uid).Written);
    }

    public void FlushToDisk() => _log.FlushToDisk();

    public void Dispose() => _log.Dispose();

    private void Replay(ReadOnlySpan<byte> record)
    {
        var reader = new JournalReader(record);
        if ((RecordType)reader.Byte() != RecordType.Claim) throw new InvalidDataException("A record of an unknown kind.");
        _claims[reader.Number()] = ((int)Math.Min(reader.Number(), int.MaxValue), reader.Uid());
    }
}
