using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;
using Cassiopea.Sites.Statistics;
using Cassiopea.Sites.Tree;
using Microsoft.Extensions.Options;

namespace Cassiopea.WebHosting;

/// <summary>Where a site's journal, listings and statistics are, under <see cref="WebHostingOptions.JournalDirectory"/>.</summary>
internal sealed class SiteFiles(IOptions<WebHostingOptions> options)
{
    /// <summary>The engine's journal: one per pair of ends, another target is another journal.</summary>
    public string JournalOf(Guid item, Endpoint source, Endpoint target)
    {
        var ends = $"{source.Host}:{source.Port}/{source.Login}/{source.Path}\n{target.Host}:{target.Port}/{target.Login}/{target.Path}";
        return Path.Combine(FolderOf(item), "journal-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ends)).AsSpan(0, 4)));
    }

    /// <summary>The list of all files as a verification compared them; its folder is made.</summary>
    public string ManifestOf(Guid item, int pass) => Path.Combine(Made(FolderOf(item)), string.Create(CultureInfo.InvariantCulture, $"manifest-{pass}.txt"));

    /// <summary>The old place as the last delta left it.</summary>
    public string ListingOf(Guid item) => Path.Combine(Made(FolderOf(item)), "last-delta.listing");

    /// <summary>What the member downloads: <c>MIGRATION/ITEM/parts</c>, which is made; the gateway reads it.</summary>
    public string PartsOf(Guid migration, Guid item) => Made(Path.Combine(ArchivesOf(migration, item), "parts"));

    /// <summary>One file of them.</summary>
    public string PartOf(Guid migration, Guid item, string name) => Path.Combine(PartsOf(migration, item), name);

    /// <summary>Erases all that is kept of these sites; may be called again.</summary>
    public (long Files, long Bytes) Erase(Guid migration, IEnumerable<Guid> items)
    {
        var (files, bytes) = (0L, 0L);
        foreach (var folder in items.SelectMany(i => new[] { FolderOf(i), ArchivesOf(migration, i) }).Where(Directory.Exists))
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
                (files, bytes) = (files + 1, bytes + file.Length);
            Directory.Delete(folder, recursive: true);
        }

        return (files, bytes);
    }

    /// <summary>Table, pages in three languages, and the files themselves; a later survey replaces them.</summary>
    public async Task KeepStatisticsAsync(Guid item, string site, ISiteTree tree, VisitStatistics statistics, CancellationToken token)
    {
        if (statistics.Files.Count == 0)
            return;
        var folder = Made(Path.Combine(FolderOf(item), "statistics"));
        await File.WriteAllTextAsync(Path.Combine(folder, "visits.csv"), StatisticsPages.ToCsv(statistics), token);
        foreach (var language in StatisticsPages.Languages)
            await File.WriteAllTextAsync(Path.Combine(folder, $"visits.{language}.html"), StatisticsPages.ToHtml(site, language, statistics), token);
        foreach (var file in statistics.Files)
        {
            var kept = Path.Combine(Made(Path.Combine(folder, "files")), StatisticsPages.FileName(file.ToString()));
            try
            {
                await using var from = await tree.OpenAsync(file, token);
                await using var to = File.Create(kept);
                await from.CopyToAsync(to, token);
            }
            catch (Exception e) when (FtpSiteTree.IsNotGiven(e))
            {
                File.Delete(kept); // the delivered file names it; the survey goes on
            }
        }
    }

    private string FolderOf(Guid item) => Path.Combine(options.Value.JournalDirectory, item.ToString("N"));

    private string ArchivesOf(Guid migration, Guid item) => Path.Combine(options.Value.ArchiveDirectory, migration.ToString("N"), item.ToString("N"));

    private static string Made(string folder)
    {
        Directory.CreateDirectory(folder);
        return folder;
    }
}
