using System.Globalization;
using System.IO.Compression;
using System.Text;
using Cassiopea.Imap.Archive.Index;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Stores.Files;

namespace Cassiopea.Imap.Archive;

/// <summary>Writes one zip part.</summary>
/// <param name="directory">The archive.</param>
/// <param name="index">Name of the HTML index of a Maildir part.</param>
/// <param name="zip">The part.</param>
internal sealed class ArchivePart(string directory, string index, ZipArchive zip)
{
    private const string Tree = "Maildir/";
    private readonly List<ArchivedLine> _lines = [];
    private readonly ArchiveFiles _files = new(directory);
    private readonly byte[] _part = new byte[64 << 10];
    private readonly byte[] _made = new byte[LineConversion.Most(64 << 10)];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private (string Folder, string Entry, Stream Octets, long Position)? _mbox;

    /// <summary>Octets given to the compressor that may not be in the file yet.</summary>
    public long Pending { get; private set; }

    public async Task AddFileAsync(ArchivedLine line, CancellationToken token)
    {
        if (_files.Find(line) is not { } file) return;
        var folder = MaildirName.Folder(NameStyle.FromPath(line.Folder));
        var name = $"{Tree}{(folder.Length > 0 ? folder + "/" : "")}cur/{Path.GetFileName(file)}";
        var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = Time(line);
        await using var octets = await entry.OpenAsync(token);
        await using var from = Open(file);
        await from.CopyToAsync(octets, token);
        _lines.Add(line with { Entry = name, Length = line.Size });
    }

    /// <summary>A message in an mboxrd file: what stands there can be turned back exactly, for the manifest has its place and its length.</summary>
    public async Task AddToMboxAsync(ArchivedLine line, CancellationToken token)
    {
        if (_files.Find(line) is not { } file) return;
        if (_mbox?.Folder != line.Folder)
        {
            await EndMboxAsync();
            var name = MboxName(line.Folder);
            var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
            _mbox = (line.Folder, name, await entry.OpenAsync(token), 0);
        }

        var (folder, entryName, octets, position) = _mbox.Value;
        var head = Encoding.ASCII.GetBytes("From - " + (line.Received ?? DateTimeOffset.UnixEpoch).ToString("ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture) + "\r\n");
        await octets.WriteAsync(head, token);
        var offset = position + head.Length;
        var conversion = new LineConversion(FromLines.Quote, crlf: false);
        long length = 0;
        byte last = 0;
        await using (var from = Open(file))
        {
            for (int got; (got = await from.ReadAsync(_part, token)) > 0;)
            {
                last = _part[got - 1];
                length += await WriteAsync(octets, conversion.Convert(_part.AsSpan(0, got), _made), token);
            }
        }

        length += await WriteAsync(octets, conversion.End(_made), token);
        var end = last == '\n' ? "\r\n"u8.ToArray() : "\r\n\r\n"u8.ToArray();
        await octets.WriteAsync(end, token);
        _mbox = (folder, entryName, octets, offset + length + end.Length);
        Pending += head.Length + length + end.Length;
        _lines.Add(line with { Entry = entryName, Offset = offset, Length = length });
    }

    public async Task EndAsync(string folders, CancellationToken token)
    {
        await EndMboxAsync();
        await IndexAsync(token);
        await TextAsync(ArchivePacking.ManifestName, string.Concat(_lines.Select(static line => line + "\n")), token);
        await TextAsync(ArchivePacking.FoldersName, File.Exists(folders) ? await File.ReadAllTextAsync(folders, token) : "", token);
    }

    /// <summary>Pages for what this part holds, under the part's own name: parts may be unpacked over one another.</summary>
    private Task IndexAsync(CancellationToken token)
    {
        var messages = _lines.Where(static line => line.Entry.StartsWith(Tree, StringComparison.Ordinal)).ToList();
        return messages.Count == 0 ? Task.CompletedTask : new IndexPages(index, Tree, _files, directory, TextAsync).WriteAsync(messages, [], token);
    }

    private async Task EndMboxAsync()
    {
        if (_mbox is { } open) await open.Octets.DisposeAsync();
        _mbox = null;
        Pending = 0;
    }

    private async Task<int> WriteAsync(Stream octets, int count, CancellationToken token)
    {
        await octets.WriteAsync(_made.AsMemory(0, count), token);
        return count;
    }

    private async Task TextAsync(string name, string text, CancellationToken token)
    {
        await using var octets = await zip.CreateEntry(name, CompressionLevel.Optimal).OpenAsync(token);
        await octets.WriteAsync(Encoding.UTF8.GetBytes(text), token);
    }

    /// <summary>A name that every system can have as a file, and no other folder of the part has.</summary>
    private string MboxName(string folder)
    {
        var plain = string.Concat(folder.Normalize().Select(static letter => letter is '/' ? "." : char.IsLetterOrDigit(letter) || letter is ' ' or '-' or '_' ? letter.ToString() : "_")).Trim(' ', '.');
        if (plain.Length == 0) plain = "_";
        if (plain.Length > 80) plain = plain[..80];
        var name = plain;
        for (var number = 2; !_names.Add(name); number++) name = string.Create(CultureInfo.InvariantCulture, $"{plain} ({number})");
        return $"mbox/{name}.mbox";
    }

    private static FileStream Open(string file) => new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);

    private static DateTimeOffset Time(ArchivedLine line) => line.Received is { Year: >= 1980 and <= 2107 } date ? date : new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
}
