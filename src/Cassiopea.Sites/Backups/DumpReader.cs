using System.IO.Compression;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Backups;

/// <summary>Finds and test-reads the backups that SPIP writes into <c>tmp/dump</c>, <c>ecrire/data</c> or <c>dump</c>.</summary>
public static class DumpReader
{
    private const long LongestDump = 2L << 30;

    /// <summary>The format that a file's place and name promise; null when it is no dump. No exclusion of caches may skip such a file.</summary>
    /// <param name="path">A file.</param>
    public static DumpFormat? FormatOf(SitePath path)
    {
        var folder = "/" + path.Folder + "/";
        if (!folder.Contains("/dump/", StringComparison.Ordinal) && !folder.EndsWith("/ecrire/data/", StringComparison.Ordinal))
            return null;
        var name = path.Name.ToLowerInvariant();
        return name.EndsWith(".sqlite", StringComparison.Ordinal) ? DumpFormat.SpipSqlite
            : name.EndsWith(".xml", StringComparison.Ordinal) || name.EndsWith(".xml.gz", StringComparison.Ordinal) ? DumpFormat.SpipXml
            : null;
    }

    /// <summary>Reads a dump from its first to its last byte and counts its tables and rows; keeps nothing.</summary>
    /// <param name="tree">The site.</param>
    /// <param name="entry">The dump, as listed.</param>
    /// <param name="token">Stops it.</param>
    public static async Task<SiteDump> ReadAsync(ISiteTree tree, SiteEntry entry, CancellationToken token)
    {
        var format = FormatOf(entry.Path) ?? throw new ArgumentException("Not a dump.", nameof(entry));
        SiteDump dump = new(entry.Path, format, entry.Bytes, entry.ModifiedAt, [], "");
        if (entry.Bytes > LongestDump)
            return dump with { Problem = "It is larger than 2 GB and was not test-read." };
        try
        {
            await using var source = await tree.OpenAsync(entry.Path, token);
            if (format == DumpFormat.SpipXml)
            {
                await using var plain = entry.Path.Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(source, CompressionMode.Decompress) : source;
                return dump with { Tables = await SpipXmlDump.CountAsync(plain, token) };
            }

            await using FileStream local = new(Path.GetTempFileName(), new FileStreamOptions { Access = FileAccess.ReadWrite, Mode = FileMode.Create, Options = FileOptions.DeleteOnClose });
            await source.CopyToAsync(local, token);
            return dump with { Tables = new SqliteDump(local).Count() };
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or EndOfStreamException)
        {
            return dump with { Problem = e.Message };
        }
    }
}
