using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Stores.Files;
using Cassiopea.Transfer;
using Cassiopea.Transfer.Messages;

namespace Cassiopea.Imap.Archive;

/// <summary>
/// An archive as a source: the tree that <see cref="MailboxArchive"/> wrote, or the zip parts of <see cref="ArchivePacking"/>. Names inside a zip
/// never become paths, for nothing is unpacked. A message whose octets are not those of the manifest is not given.
/// </summary>
public sealed class ArchiveStore : IMessageStore
{
    private readonly string _root;
    private readonly List<(ArchivedLine Line, string Zip)> _lines;
    private readonly Dictionary<StoredFolder, List<StoredMessage>> _folders = [];
    private readonly Dictionary<string, (ArchivedLine Line, string Zip)> _byPlace = new(StringComparer.Ordinal);
    private readonly ArchiveFiles _files;
    private readonly Dictionary<string, ZipArchive> _zips = new(StringComparer.Ordinal);
    private (string Entry, Stream Octets, long Position)? _open;

    private ArchiveStore(string root, List<(ArchivedLine, string)> lines) => (_root, _lines, _files) = (root, lines, new(root));

    /// <summary>Opens the directory of an archive, or one zip part of it with all others of its name.</summary>
    /// <param name="path">The directory or the file.</param>
    /// <exception cref="TransferException">It is no archive of this program, or a part is damaged.</exception>
    public static IMessageStore Open(string path)
    {
        path = Path.GetFullPath(path);
        try
        {
            var manifest = Path.Combine(path, ArchivePacking.ManifestName);
            if (File.Exists(manifest))
            {
                using var text = File.OpenText(manifest);
                return new ArchiveStore(path, [.. ArchivedLine.Read(text).Select(static line => (line, ""))]);
            }

            var parts = ArchivePacking.Parts(path).ToList();
            if (parts.Count == 0) throw Unusable($"There is no archive at {path}: neither a manifest.tsv nor zip parts.");
            return new ArchiveStore(path, [.. parts.SelectMany(static zip => ArchivePacking.ReadManifest(zip).Select(line => (line, zip)))]);
        }
        catch (Exception damaged) when (damaged is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw Unusable($"The archive at {path} cannot be read: {damaged.Message}");
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredFolder>> FoldersAsync(CancellationToken token)
    {
        _folders.Clear();
        foreach (var group in _lines.GroupBy(static one => one.Line.Folder, StringComparer.Ordinal))
        {
            var lines = group.OrderBy(static one => one.Line.Validity).ThenBy(static one => one.Line.Uid).ToList();
            var single = lines[0].Line.Validity == lines[^1].Line.Validity;
            var messages = new List<StoredMessage>(lines.Count);
            foreach (var (line, zip) in lines)
            {
                _byPlace[line.Key] = (line, zip);
                messages.Add(line.Stored(single ? line.Uid : (uint)messages.Count + 1, line.Key));
            }

            _folders[new(NameStyle.FromPath(group.Key), Math.Max(1, lines[0].Line.Validity), messages[^1].Uid + 1, messages.Count, messages.Sum(static message => message.Size))] = messages;
        }

        foreach (var empty in EmptyFolders()) _folders[new(empty, 1, 1, 0, 0)] = [];
        return new([.. _folders.Keys]);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredMessage>> MessagesAsync(StoredFolder folder, CancellationToken token) => new(_folders[folder]);

    /// <inheritdoc />
    public async IAsyncEnumerable<DateTimeOffset?> DatesAsync(StoredFolder folder, IReadOnlyList<StoredMessage> messages, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (var message in messages) yield return await ValueTask.FromResult(message.Received);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<StoredContent> ReadAsync(StoredFolder folder, IReadOnlyList<StoredMessage> messages, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (var message in messages)
        {
            var (line, zip) = _byPlace[message.Place];
            await using var spool = new Spooled();
            string? problem = null;
            try
            {
                problem = await FillAsync(spool, line, zip, token);
            }
            catch (Exception damaged) when (damaged is InvalidDataException or IOException)
            {
                problem = $"The archive does not give it: {damaged.Message}";
            }

            yield return problem is null ? new(message, message.Received, spool.Length, spool.Open()) : new(message, message.Received, 0, null, problem);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_open is { } open) await open.Octets.DisposeAsync();
        foreach (var zip in _zips.Values) await zip.DisposeAsync();
    }

    /// <summary>The octets into the spool; what is wrong with them, or null.</summary>
    private async Task<string?> FillAsync(Spooled spool, ArchivedLine line, string zip, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var part = new byte[64 << 10];
        var made = new byte[LineConversion.Most(part.Length)];
        var mbox = line.Entry.EndsWith(".mbox", StringComparison.Ordinal);
        var conversion = new LineConversion(mbox ? FromLines.Unquote : FromLines.AsTheyAre, crlf: false);
        await foreach (var octets in RawAsync(line, zip, part, token))
        {
            var length = conversion.Convert(octets.Span, made);
            hash.AppendData(made, 0, length);
            await spool.AddAsync(made.AsMemory(0, length), token);
            if (spool.Length > line.Size) break;
        }

        var rest = conversion.End(made);
        hash.AppendData(made, 0, rest);
        await spool.AddAsync(made.AsMemory(0, rest), token);
        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
        return found == line.Hash ? null : $"The archive holds other octets than its manifest says (SHA-256 {found}, not {line.Hash}).";
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> RawAsync(ArchivedLine line, string zip, byte[] part, [EnumeratorCancellation] CancellationToken token)
    {
        if (zip.Length == 0)
        {
            var file = _files.Find(line) ?? throw new FileNotFoundException("The file of this message is missing.");
            await using var octets = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            for (int got; (got = await octets.ReadAsync(part, token)) > 0;) yield return part.AsMemory(0, got);
            yield break;
        }

        var stream = await SeekAsync(line, zip, part, token);
        for (var left = line.Length; left > 0;)
        {
            var got = await stream.ReadAsync(part.AsMemory(0, (int)Math.Min(part.Length, left)), token);
            if (got == 0) throw new EndOfStreamException("A part of the archive is cut.");
            left -= got;
            _open = _open!.Value with { Position = _open.Value.Position + got };
            yield return part.AsMemory(0, got);
        }
    }

    /// <summary>The entry at the message: messages come in the order of the file, so that it is read once from its beginning to its end.</summary>
    private async Task<Stream> SeekAsync(ArchivedLine line, string zip, byte[] part, CancellationToken token)
    {
        var name = zip + "\n" + line.Entry;
        if (_open is not { } open || open.Entry != name || open.Position > line.Offset)
        {
            if (_open is { } before) await before.Octets.DisposeAsync();
            if (!_zips.TryGetValue(zip, out var archive)) _zips[zip] = archive = await ZipFile.OpenReadAsync(zip, token);
            var entry = archive.GetEntry(line.Entry) ?? throw new InvalidDataException($"{Path.GetFileName(zip)} has no {line.Entry}.");
            _open = open = (name, await entry.OpenAsync(token), 0);
        }

        while (open.Position < line.Offset)
        {
            var got = await open.Octets.ReadAsync(part.AsMemory(0, (int)Math.Min(part.Length, line.Offset - open.Position)), token);
            if (got == 0) throw new EndOfStreamException("A part of the archive is cut.");
            _open = open = open with { Position = open.Position + got };
        }

        return open.Octets;
    }

    /// <summary>Folders without a message have no line: they are in the list of folders beside the manifest.</summary>
    private IEnumerable<string[]> EmptyFolders()
    {
        var known = _lines.Select(static one => one.Line.Folder).ToHashSet(StringComparer.Ordinal);
        return ArchivePacking.ReadFolders(_root, _lines.Select(static one => one.Zip)).Where(folder => !known.Contains(folder)).Select(NameStyle.FromPath);
    }

    private static TransferException Unusable(string text) => new(TransferSide.Source, TransferFailureKind.Refused, TransferCode.Unreachable, text);
}
