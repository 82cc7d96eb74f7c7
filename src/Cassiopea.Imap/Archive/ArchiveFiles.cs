using Cassiopea.Imap.Mailbox;

namespace Cassiopea.Imap.Archive;

/// <summary>Finds the file of a line of the manifest in an archive's tree; its name may have got other flags since.</summary>
internal sealed class ArchiveFiles(string root)
{
    private readonly Dictionary<string, Dictionary<(uint Validity, uint Uid), string>> _known = new(StringComparer.Ordinal);

    public string? Find(ArchivedLine line)
    {
        var directory = Path.Combine(root, MaildirName.Folder(NameStyle.FromPath(line.Folder)));
        if (!_known.TryGetValue(directory, out var files))
        {
            _known.Clear(); // folders come one after the other: one is remembered
            _known[directory] = files = [];
            foreach (var file in ((string[])["cur", "new"]).Select(part => Path.Combine(directory, part)).Where(Directory.Exists).SelectMany(Directory.EnumerateFiles))
            {
                if (MaildirName.TryRead(Path.GetFileName(file), out var uid, out var validity)) files[(validity, uid)] = file;
            }
        }

        return files.GetValueOrDefault((line.Validity, line.Uid));
    }
}
