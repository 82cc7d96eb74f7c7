using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using Cassiopea.Contracts;
using Cassiopea.Sites.Tree;

namespace Cassiopea.WebHosting;

/// <summary>
/// All files, folders and links of a site as tar files that any computer opens, with their hashes as <c>sha256sum -c</c> reads them. They are drafted beside the earlier
/// archive, and take its place only when each reads again as it was written.
/// </summary>
/// <param name="folder">What the member downloads.</param>
/// <param name="round">Which archive it is; in the names of its files.</param>
/// <param name="partBytes">Longest tar file; one that holds a single longer file of the site is longer.</param>
internal sealed class SiteArchive(string folder, int round, long partBytes)
{
    private const string Start = "site-", DraftStart = ".draft-";
    private const long HeaderMost = 4096, PartsEnd = 1024;

    private readonly string _draft = Path.Combine(folder, DraftStart + round.ToString(CultureInfo.InvariantCulture));
    private readonly SortedDictionary<string, string> _hashes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _others = new(StringComparer.Ordinal);
    private readonly List<string> _parts = [];

    /// <summary>What is not in it and why.</summary>
    public List<ItemException> Missing { get; } = [];

    /// <summary>Writes it, reads it again, and puts it beside the earlier one. A draft of a run that was killed goes.</summary>
    /// <exception cref="InvalidDataException">The disk gave back something else than was written.</exception>
    public async Task<ItemArchive> WriteAsync(FtpSiteTree tree, TimeProvider time, CancellationToken token)
    {
        foreach (var left in Directory.EnumerateDirectories(folder, DraftStart + "*"))
            Directory.Delete(left, recursive: true);
        Directory.CreateDirectory(_draft);
        try
        {
            var bytes = await WritePartsAsync(tree, time, token);
            foreach (var unreadable in tree.Unreadable)
                Leave(unreadable, "The old server does not list this folder.");
            await ReadAgainAsync(token);
            var manifest = Path.Combine(_draft, Name("sha256.txt"));
            await File.WriteAllTextAsync(manifest, string.Concat(_hashes.Select(static h => $"{h.Value}  {h.Key}\n")), token);
            List<ArchivePart> made = [];
            foreach (var part in _parts.Append(manifest))
            {
                await using var file = File.OpenRead(part);
                made.Add(new ArchivePart(Path.GetFileName(part), file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, token))));
            }

            foreach (var part in made)
                File.Move(Path.Combine(_draft, part.Name), Path.Combine(folder, part.Name), overwrite: true);
            return new ItemArchive(_hashes.Count, bytes, null, Missing.Count == 0, made[^1].Sha256, made, time.GetUtcNow());
        }
        finally
        {
            Directory.Delete(_draft, recursive: true);
        }
    }

    /// <summary>The files of earlier archives: once this one is told, no link leads to them.</summary>
    public void RemoveEarlier(ItemArchive made)
    {
        foreach (var old in Directory.EnumerateFiles(folder, Start + "*").Where(f => made.Parts.All(p => p.Name != Path.GetFileName(f))))
            File.Delete(old);
    }

    private async Task<long> WritePartsAsync(FtpSiteTree tree, TimeProvider time, CancellationToken token)
    {
        var bytes = 0L;
        FileStream? part = null;
        TarWriter? writer = null;
        try
        {
            await foreach (var entry in tree.ListAsync(token))
            {
                await using FileStream content = new(Path.Combine(_draft, "one"), new FileStreamOptions { Access = FileAccess.ReadWrite, Mode = FileMode.Create, Options = FileOptions.DeleteOnClose });
                if (!await IsWholeAsync(tree, entry, content, token))
                    continue;
                if (writer is null || part!.Position + HeaderMost + content.Length + PartsEnd > partBytes)
                {
                    if (writer is not null)
                        await writer.DisposeAsync();
                    part = File.Create(Path.Combine(_draft, Name(string.Create(CultureInfo.InvariantCulture, $"{_parts.Count + 1:000}.tar"))));
                    writer = new TarWriter(part, TarEntryFormat.Pax, leaveOpen: false);
                    _parts.Add(part.Name);
                }

                PaxTarEntry packed = entry.Kind switch
                {
                    SiteEntryKind.Folder => new(TarEntryType.Directory, entry.Path + "/"),
                    SiteEntryKind.Link => new(TarEntryType.SymbolicLink, entry.Path.ToString()) { LinkName = entry.LeadsTo.ToString() },
                    _ => new(TarEntryType.RegularFile, entry.Path.ToString()) { DataStream = content },
                };
                packed.ModificationTime = entry.ModifiedAt ?? time.GetUtcNow();
                await writer.WriteEntryAsync(packed, token);
                bytes += content.Length;
            }
        }
        finally
        {
            if (writer is not null)
                await writer.DisposeAsync();
        }

        return bytes;
    }

    /// <summary>True when the entry can go into the archive; a file's bytes are in <paramref name="content"/> then.</summary>
    private async Task<bool> IsWholeAsync(FtpSiteTree tree, SiteEntry entry, FileStream content, CancellationToken token)
    {
        switch (entry.Kind)
        {
            case SiteEntryKind.File:
                return await FetchAsync(tree, entry, content, token);
            case SiteEntryKind.Folder:
            case SiteEntryKind.Link when entry.LeadsTo.Bytes.Length > 0:
                return _others.Add(entry.Path.ToString());
            case SiteEntryKind.Link:
                Leave(entry.Path.ToString(), "A link of which the server does not say where it leads.");
                return false;
            default:
                Leave(entry.Path.ToString(), "It is neither a file nor a folder.");
                return false;
        }
    }

    private async Task<bool> FetchAsync(FtpSiteTree tree, SiteEntry entry, FileStream content, CancellationToken token)
    {
        var name = entry.Path.ToString();
        try
        {
            await using var from = await tree.OpenAsync(entry.Path, token);
            await from.CopyToAsync(content, token);
        }
        catch (Exception e) when (FtpSiteTree.IsNotGiven(e))
        {
            Leave(name, "The old server lists this file and does not give it: it may not be read, or was deleted meanwhile.");
            return false;
        }

        content.Position = 0;
        if (!_hashes.TryAdd(name, Convert.ToHexStringLower(await SHA256.HashDataAsync(content, token))))
        {
            Leave(name, "Another file has this name in UTF-8 already.");
            return false;
        }

        content.Position = 0;
        return true;
    }

    private void Leave(string name, string why) =>
        Missing.Add(SiteEnds.Exception(name, FailureSide.Source, FailureCode.ItemUnreadable, why, "The old host makes it readable, or the member agrees that it is left out."));

    private async Task ReadAgainAsync(CancellationToken token)
    {
        var (files, others) = (0, 0);
        foreach (var part in _parts)
        {
            await using TarReader reader = new(File.OpenRead(part));
            while (await reader.GetNextEntryAsync(copyData: false, token) is { } entry)
            {
                if (entry.EntryType is TarEntryType.Directory or TarEntryType.SymbolicLink)
                {
                    others++;
                    continue;
                }

                var hash = entry.DataStream is null ? SHA256.HashData([]) : await SHA256.HashDataAsync(entry.DataStream, token);
                if (_hashes.GetValueOrDefault(entry.Name) != Convert.ToHexStringLower(hash))
                    throw new InvalidDataException("A file of the archive reads otherwise than it was written.");
                files++;
            }
        }

        if ((files, others) != (_hashes.Count, _others.Count))
            throw new InvalidDataException("A file, a folder or a link is missing in the archive.");
    }

    private string Name(string end) => string.Create(CultureInfo.InvariantCulture, $"{Start}{round}-{end}");
}
