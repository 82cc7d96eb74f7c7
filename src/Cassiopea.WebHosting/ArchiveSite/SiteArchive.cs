using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;
using Cassiopea.Sites.Tree;

namespace Cassiopea.WebHosting;

/// <summary>All files of a site as tar files that any computer opens, read again before they count.</summary>
internal sealed class SiteArchive(string folder, long partBytes)
{
    private const string Pattern = "site-*.tar";
    private readonly SortedDictionary<string, string> _hashes = new(StringComparer.Ordinal);

    /// <summary>Files that the old place did not give.</summary>
    public List<ItemException> Missing { get; } = [];

    /// <summary>Writes the parts anew.</summary>
    /// <exception cref="InvalidDataException">The disk gave back something else than was written.</exception>
    public async Task<ItemArchive> WriteAsync(ISiteTree tree, TimeProvider time, CancellationToken token)
    {
        foreach (var old in Directory.EnumerateFiles(folder, Pattern))
            File.Delete(old);
        List<string> parts = [];
        long bytes = 0, inPart = 0;
        TarWriter? writer = null;
        try
        {
            await foreach (var entry in tree.ListAsync(token))
            {
                if (entry.Kind != SiteEntryKind.File)
                    continue;
                await using FileStream content = new(Path.Combine(folder, "one.part"), new FileStreamOptions { Access = FileAccess.ReadWrite, Mode = FileMode.Create, Options = FileOptions.DeleteOnClose });
                if (!await FetchAsync(tree, entry, content, token))
                    continue;
                if (writer is null || inPart + content.Length > partBytes)
                {
                    if (writer is not null)
                        await writer.DisposeAsync();
                    var part = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"site-{parts.Count + 1:000}.tar"));
                    writer = new TarWriter(File.Create(part), TarEntryFormat.Pax, leaveOpen: false);
                    parts.Add(part);
                    inPart = 0;
                }

                await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, entry.Path.ToString()) { DataStream = content, ModificationTime = entry.ModifiedAt ?? time.GetUtcNow() }, token);
                (bytes, inPart) = (bytes + content.Length, inPart + content.Length);
            }
        }
        finally
        {
            if (writer is not null)
                await writer.DisposeAsync();
        }

        await ReadAgainAsync(parts, token);
        List<ArchivePart> made = [];
        foreach (var part in parts)
        {
            await using var file = File.OpenRead(part);
            made.Add(new ArchivePart(Path.GetFileName(part), file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, token))));
        }

        var manifest = string.Concat(_hashes.Select(static h => $"{h.Value}  {h.Key}\n"));
        return new ItemArchive(_hashes.Count, bytes, null, Missing.Count == 0, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(manifest))), made, time.GetUtcNow());
    }

    private async Task<bool> FetchAsync(ISiteTree tree, SiteEntry entry, FileStream content, CancellationToken token)
    {
        try
        {
            await using var from = await tree.OpenAsync(entry.Path, token);
            await from.CopyToAsync(content, token);
        }
        catch (FileNotFoundException)
        {
            return false; // deleted meanwhile
        }
        catch (IOException e) when (e.InnerException is Ftp.SiteException { SessionUsable: true })
        {
            Missing.Add(SiteEnds.Exception(entry.Path.ToString(), FailureSide.Source, FailureCode.ItemUnreadable, "The old server does not give this file.", "The old host makes it readable, or it is left out."));
            return false;
        }

        content.Position = 0;
        _hashes[entry.Path.ToString()] = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, token));
        content.Position = 0;
        return true;
    }

    private async Task ReadAgainAsync(IEnumerable<string> parts, CancellationToken token)
    {
        var found = 0;
        foreach (var part in parts)
        {
            await using TarReader reader = new(File.OpenRead(part));
            while (await reader.GetNextEntryAsync(copyData: false, token) is { } entry)
            {
                var hash = entry.DataStream is null ? SHA256.HashData([]) : await SHA256.HashDataAsync(entry.DataStream, token);
                if (_hashes.GetValueOrDefault(entry.Name) != Convert.ToHexStringLower(hash))
                    throw new InvalidDataException("A file of the archive reads otherwise than it was written.");
                found++;
            }
        }

        if (found != _hashes.Count)
            throw new InvalidDataException("A file is missing in the archive.");
    }
}
