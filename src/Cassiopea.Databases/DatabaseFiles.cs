using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;
using Microsoft.Extensions.Options;

namespace Cassiopea.Databases;

/// <summary>Where a database's journal and manifests are, under <see cref="DatabasesOptions.JournalDirectory"/>.</summary>
internal sealed class DatabaseFiles(IOptions<DatabasesOptions> options)
{
    /// <summary>The engine's journal: one per pair of ends, another target is another journal.</summary>
    public string JournalOf(Guid item, Endpoint source, Endpoint target)
    {
        var ends = $"{source.Host}:{source.Port}/{source.Login}/{source.Path}\n{target.Host}:{target.Port}/{target.Login}/{target.Path}";
        return Path.Combine(FolderOf(item), "journal-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ends)).AsSpan(0, 4)));
    }

    /// <summary>The list of all chunks and hashes of the source as a verification compared them; its folder is made.</summary>
    public string ManifestOf(Guid item, int pass)
    {
        Directory.CreateDirectory(FolderOf(item));
        return Path.Combine(FolderOf(item), string.Create(CultureInfo.InvariantCulture, $"manifest-{pass}.tsv"));
    }

    /// <summary>Where a database's archive is, as the gateway looks for it; the folder is made.</summary>
    public string ArchiveOf(Guid migration, Guid item)
    {
        var folder = Path.Combine(ArchivesOf(migration, item), "parts");
        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>Erases all that is kept of these databases; may be called again.</summary>
    public (long Files, long Bytes) Erase(Guid migration, IReadOnlyCollection<Guid> items)
    {
        var (files, bytes) = (0L, 0L);
        foreach (var folder in items.Select(FolderOf).Concat(items.Select(item => ArchivesOf(migration, item))).Where(Directory.Exists))
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
                (files, bytes) = (files + 1, bytes + file.Length);
            Directory.Delete(folder, recursive: true);
        }

        return (files, bytes);
    }

    private string ArchivesOf(Guid migration, Guid item) => Path.Combine(options.Value.ArchiveDirectory, migration.ToString("N"), item.ToString("N"));

    private string FolderOf(Guid item) => Path.Combine(options.Value.JournalDirectory, item.ToString("N"));
}
