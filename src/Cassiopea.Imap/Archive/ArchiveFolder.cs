using System.Globalization;
using System.Security.Cryptography;
using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Wire;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Archive;

/// <summary>Writes one folder into its Maildir: each message into <c>tmp</c> first and, when it is whole, into <c>cur</c>; what is there is not read again.</summary>
internal sealed class ArchiveFolder(string root, string path, IReadOnlyList<string> levels, DateTimeOffset? before, TimeSpan trialWait, TransferProgress progress) : ILiteralSink
{
    private readonly string _directory = Path.Combine(root, MaildirName.Folder(levels));
    private readonly byte[] _part = new byte[256 << 10];
    private readonly FlagCatalog _flags = new();
    private readonly Suspects _suspects = new();
    private readonly List<(uint Uid, string File, int Line)> _doubtful = [];
    private (string File, Hash256 Hash, long Size, bool PerhapsNul)? _written;
    private RenumberedMessages? _renumbered;
    private uint _validity, _control;
    private bool _binary, _trial;

    public long Source { get; private set; }

    public long Copied { get; private set; }

    public long AlreadyThere { get; private set; }

    /// <summary>Messages left out because they are not old enough.</summary>
    public long Excluded { get; private set; }

    public long Bytes { get; private set; }

    public FolderResult Result => new(path, path, new(Source, Copied, AlreadyThere, Unreadable.Count, Excluded, Math.Max(0, Source - Copied - AlreadyThere - Unreadable.Count - Excluded), 0, 0), Bytes);

    public List<ReportException> Unreadable { get; } = [];

    /// <summary>Lines of the manifest for what this run wrote.</summary>
    public List<ArchivedLine> Manifest { get; } = [];

    /// <summary>The lines that the manifest has already of a folder.</summary>
    public Func<string, IEnumerable<ArchivedLine>> Known { get; init; } = static _ => [];

    /// <summary>The message awaited when the source was lost.</summary>
    private uint Awaited { get; set; }

    /// <summary>The source was lost; how long to wait when it was lost in a trial of one message.</summary>
    public TimeSpan? Lost(TransferException how)
    {
        if (how.Code == TransferCode.Throttled) return null;
        if (Awaited == 0) _suspects.Restart();
        return Awaited != 0 && _suspects.Lost(Awaited, _trial, how.Message) is var factor && _trial ? trialWait * factor : null;
    }

    /// <summary>Reads what is missing. May be called again after the connection was lost.</summary>
    public async Task ReadAsync(ImapConnection source, string name, CancellationToken token)
    {
        (Awaited, _trial, _binary) = (0, false, source.Capabilities.Binary);
        foreach (var part in (string[])["tmp", "cur", "new"]) Directory.CreateDirectory(Path.Combine(_directory, part));
        if (levels is not [var only] || !NameStyle.IsInbox(only)) await File.WriteAllTextAsync(Path.Combine(_directory, "maildirfolder"), "", token);
        var keywords = KeywordLetters.Load(_directory);
        var examine = source.BeginExamine(name);
        var uids = source.BeginUids();
        var (selected, status) = await source.EndSelectAsync(examine, token);
        if (!status.Ok) throw source.Refused(status, "EXAMINE");
        var all = await source.EndUidsAsync(uids, token);
        _validity = selected.UidValidity;
        var there = Present();
        _control = all.Each().FirstOrDefault(there.Contains);
        var missing = new UidSet();
        foreach (var uid in all.Each().Where(uid => !there.Contains(uid) && !Unreadable.Exists(one => one.Item.EndsWith($" {uid}", StringComparison.Ordinal)))) missing.Add(uid);
        if (missing.Count > 0) OfferOlder();
        Source = all.Count;
        AlreadyThere = all.Count - missing.Count - Unreadable.Count - Copied;
        if (before is { } limit) missing = await OldAsync(source, missing, all, limit, token);
        try
        {
            await FetchAsync(source, missing, all, keywords, token);
            await MendAsync(source, token);
        }
        finally
        {
            _renumbered!.Save();
            keywords.Save(_directory);
        }
    }

    private async Task FetchAsync(ImapConnection source, UidSet missing, UidSet all, KeywordLetters keywords, CancellationToken token)
    {
        var rest = new UidSet();
        foreach (var uid in missing.Each())
        {
            if (_suspects.Contains(uid)) await AloneAsync(source, uid, keywords, token);
            else rest.Add(uid);
        }

        foreach (var (text, part) in rest.Chunks(20_000, all))
        {
            var left = part.Each().ToHashSet();
            await FetchAsync(source, text, left, keywords, token);
            foreach (var uid in left.Order()) await AloneAsync(source, uid, keywords, token);
        }
    }

    /// <summary>NULs that the source gave as 0x80 are put back, where it has BINARY (RFC 3516).</summary>
    private async Task MendAsync(ImapConnection source, CancellationToken token)
    {
        var nuls = new ArchiveNuls(source);
        while (_doubtful.Count > 0)
        {
            var (uid, file, number) = _doubtful[^1]; // the last first: lines before it keep their numbers
            var line = Manifest[number];
            if (await nuls.MendAsync(uid, file, token) is { } hash) Manifest[number] = line = line with { Hash = hash.ToString() };
            if (_renumbered!.TryTake(uid, Hash256.From(Convert.FromHexString(line.Hash)), line.Size, line.InternalDate))
            {
                File.Delete(file);
                Manifest.RemoveAt(number);
                (Copied, Bytes, AlreadyThere) = (Copied - 1, Bytes - line.Size, AlreadyThere + 1);
            }

            _doubtful.RemoveAt(_doubtful.Count - 1);
        }
    }

    public async ValueTask<bool> TryReceiveAsync(ReadOnlyMemory<byte> head, long size, ImapReader reader, CancellationToken token)
    {
        if (!FetchItems.EndsWithBody(head.Span)) return false;
        var file = Path.Combine(_directory, "tmp", Guid.NewGuid().ToString("N"));
        using var digest = new MessageDigest();
        await using (var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            while (reader.LiteralLeft > 0)
            {
                var length = 0;
                while (length < _part.Length && reader.LiteralLeft > 0) length += await reader.ReadLiteralAsync(_part.AsMemory(length), token);
                digest.Feed(_part.AsSpan(0, length));
                await stream.WriteAsync(_part.AsMemory(0, length), token);
            }
        }

        var (hash, _, oddity) = digest.End();
        _written = (file, hash, size, (oddity & Oddity.PerhapsNul) != Oddity.None);
        return true;
    }

    private async Task<UidSet> OldAsync(ImapConnection source, UidSet missing, UidSet all, DateTimeOffset limit, CancellationToken token)
    {
        var old = new UidSet();
        foreach (var (text, _) in missing.Chunks(20_000, all))
        {
            await source.FactsAsync(text, "INTERNALDATE", (in FetchItems items) =>
            {
                if (missing.Contains(items.Uid) && InternalDate.Parse(items.InternalDate).IsBefore(limit)) old.Add(items.Uid);
            }, token);
        }

        progress.Expect(Excluded - (missing.Count - old.Count), 0);
        Excluded = missing.Count - old.Count;
        return old;
    }

    private async Task AloneAsync(ImapConnection source, uint uid, KeywordLetters keywords, CancellationToken token)
    {
        var left = new HashSet<uint> { uid };
        var suspect = _suspects.Contains(uid);
        if (suspect) await source.ControlAsync(_control, token);
        if (_suspects.Guilt(uid) is not { } answer)
        {
            _trial = suspect;
            answer = (await FetchAsync(source, uid.ToString(CultureInfo.InvariantCulture), left, keywords, token)).Text;
            _trial = false;
            _suspects.Acquit(uid);
            if (left.Count == 0) return;
            var stillThere = false;
            await source.FactsAsync(uid.ToString(CultureInfo.InvariantCulture), "FLAGS", (in FetchItems items) => stillThere |= items.Uid == uid, token);
            if (!stillThere)
            {
                Source--;
                return;
            }
        }

        Unreadable.Add(new(string.Create(CultureInfo.InvariantCulture, $"{path} ; {_validity} ; {uid}"), TransferSide.Source, TransferFailureKind.Broken, TransferCode.ItemUnreadable, $"The source does not give this message: {answer}", "Ask the old host to mend this message."));
    }

    private async Task<ImapStatus> FetchAsync(ImapConnection source, string uids, HashSet<uint> left, KeywordLetters keywords, CancellationToken token)
    {
        try
        {
            var status = await source.EndAsync(source.BeginBodies(uids, "BODY.PEEK[]"), (uint _, ReadOnlySpan<byte> name, ref ImapTokens rest) =>
            {
                if (System.Text.Ascii.EqualsIgnoreCase(name, "FETCH"u8)) Take(FetchItems.Read(ref rest), left, keywords);
            }, token, this);
            return status.IsBusy(TransferSide.Source) || status.Kind == StatusKind.Bad ? throw source.Refused(status, "UID FETCH") : status;
        }
        catch
        {
            Awaited = left.Count == 0 ? 0 : left.Min();
            throw;
        }
    }

    private void Take(in FetchItems items, HashSet<uint> left, KeywordLetters keywords)
    {
        if (_written is null && items.HasBody) _written = WriteInline(items.Body);
        if (_written is not { } written) return;
        _written = null;
        if (!items.HasFlags || items.InternalDate.Length == 0 || !left.Remove(items.Uid))
        {
            File.Delete(written.File);
            return;
        }

        var (date, flags) = (InternalDate.Parse(items.InternalDate), _flags.Get(items.Flags));
        var doubtful = written.PerhapsNul && _binary;
        if (!doubtful && _renumbered!.TryTake(items.Uid, written.Hash, written.Size, date))
        {
            File.Delete(written.File);
            AlreadyThere++;
            progress.AlreadyThere(1, written.Size);
            return;
        }

        if (date.IsKnown) File.SetLastWriteTimeUtc(written.File, DateTime.UnixEpoch.AddSeconds(date.Seconds));
        var file = Path.Combine(_directory, "cur", MaildirName.File(items.Uid, _validity, date, written.Size, flags, keywords));
        File.Move(written.File, file, overwrite: true);
        if (doubtful) _doubtful.Add((items.Uid, file, Manifest.Count));
        Manifest.Add(new(path, _validity, items.Uid, date.ToString(), flags.Text, written.Size, written.Hash.ToString()));
        Copied++;
        Bytes += written.Size;
        progress.Advance(1, written.Size);
    }

    private (string File, Hash256 Hash, long Size, bool PerhapsNul) WriteInline(ReadOnlySpan<byte> body)
    {
        var file = Path.Combine(_directory, "tmp", Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(file, body);
        return (file, Hash256.Of(body), body.Length, false);
    }

    /// <summary>Lines for files of which the manifest says nothing, because the run that wrote them was killed: their hash is taken from the file.</summary>
    public IEnumerable<ArchivedLine> LinesOfOrphans(IReadOnlySet<string> known)
    {
        var keywords = KeywordLetters.Load(_directory).Known;
        foreach (var (file, validity, uid) in Files())
        {
            if (known.Contains(new ArchivedLine(path, validity, uid, "", "", 0, "").Key)) continue;
            using var stream = File.OpenRead(file);
            var seconds = new DateTimeOffset(File.GetLastWriteTimeUtc(file)).ToUnixTimeSeconds();
            yield return new(path, validity, uid, new InternalDate(seconds, 0).ToString(), MaildirName.Flags(file, keywords).Text, stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
        }
    }

    private IEnumerable<(string File, uint Validity, uint Uid)> Files()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_directory, "cur")).Concat(Directory.EnumerateFiles(Path.Combine(_directory, "new"))))
        {
            if (MaildirName.TryRead(Path.GetFileName(file), out var uid, out var validity)) yield return (file, validity, uid);
        }
    }

    /// <summary>UIDs of this UIDVALIDITY that are there already, under their own name or an older one; what a killed run left half is removed.</summary>
    private HashSet<uint> Present()
    {
        foreach (var half in Directory.EnumerateFiles(Path.Combine(_directory, "tmp"))) File.Delete(half);
        var files = Files().Select(static file => (file.Validity, file.Uid)).ToHashSet();
        _renumbered = RenumberedMessages.Load(_directory, _validity, files);
        var there = files.Where(file => file.Validity == _validity).Select(static file => file.Uid).ToHashSet();
        there.UnionWith(_renumbered.Uids);
        return there;
    }

    /// <summary>What is missing may be there under an older UIDVALIDITY: then it is known again by octets and date.</summary>
    private void OfferOlder()
    {
        var files = Files().Select(static file => (file.Validity, file.Uid)).ToHashSet();
        if (files.All(file => file.Validity == _validity)) return;
        var lines = Known(path).Concat(Manifest).Where(line => files.Contains((line.Validity, line.Uid))).ToList();
        _renumbered!.Offer(lines);
        _renumbered.Offer(LinesOfOrphans(lines.Select(static line => line.Key).ToHashSet(StringComparer.Ordinal)));
    }
}
