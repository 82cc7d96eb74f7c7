using Cassiopea.Imap.Mailbox;

namespace Cassiopea.Imap.Archive;

/// <summary>What is in an archive, read again from its files: octets from the file, date and flags from the manifest, which knows every keyword.</summary>
internal sealed class ArchivedMessages
{
    private readonly string _root;
    private readonly Dictionary<(string Path, uint Validity, uint Uid), (InternalDate Date, FlagSet Flags)> _manifest = [];

    public ArchivedMessages(string root)
    {
        _root = root;
        var file = Path.Combine(root, ArchivePacking.ManifestName);
        if (!File.Exists(file)) return;
        using var text = File.OpenText(file);
        foreach (var line in ArchivedLine.Read(text)) _manifest[(line.Folder, line.Validity, line.Uid)] = (line.InternalDate, FlagSet.FromText(line.Flags));
    }

    /// <summary>The messages of one folder; of the UIDs of another UIDVALIDITY too, for the source may have got new ones since.</summary>
    public async Task<List<ScannedMessage>> ReadAsync(IReadOnlyList<string> levels, CancellationToken token)
    {
        var found = new List<ScannedMessage>();
        var (directory, path) = (Path.Combine(_root, MaildirName.Folder(levels)), NameStyle.Path(levels));
        var keywords = KeywordLetters.Load(directory).Known;
        foreach (var part in (string[])["cur", "new"])
        {
            var files = Path.Combine(directory, part);
            if (!Directory.Exists(files)) continue;
            foreach (var file in Directory.EnumerateFiles(files))
            {
                if (MaildirName.TryRead(Path.GetFileName(file), out var uid, out var validity)) found.Add(await ReadAsync(file, path, validity, uid, keywords, token));
            }
        }

        return found;
    }

    private async Task<ScannedMessage> ReadAsync(string file, string path, uint validity, uint uid, IReadOnlyList<string> keywords, CancellationToken token)
    {
        using var digest = new MessageDigest();
        var part = new byte[256 << 10];
        long size = 0;
        await using (var stream = File.OpenRead(file))
        {
            for (int got; (got = await stream.ReadAsync(part, token)) > 0; size += got) digest.Feed(part.AsSpan(0, got));
        }

        var (hash, canonical, oddity) = digest.End();
        var (date, flags) = _manifest.TryGetValue((path, validity, uid), out var known)
            ? known
            : (new InternalDate(new DateTimeOffset(File.GetLastWriteTimeUtc(file)).ToUnixTimeSeconds(), 0), MaildirName.Flags(file, keywords));
        return new(uid, size, date, flags, hash, canonical, oddity);
    }
}
