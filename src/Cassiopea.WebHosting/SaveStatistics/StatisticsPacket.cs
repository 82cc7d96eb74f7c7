using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Sites.Statistics;
using Cassiopea.Sites.Tree;

namespace Cassiopea.WebHosting;

/// <summary>
/// Visit statistics as one file that any computer opens: a table, pages to print in three languages, the raw files, the rendered pages. The file
/// comes under its name when it was read again and holds what was put in.
/// </summary>
internal sealed class StatisticsPacket(string site)
{
    private readonly SortedDictionary<string, byte[]> _entries = new(StringComparer.Ordinal);

    public int RawFiles { get; private set; }

    public int Pages { get; private set; }

    public async Task AddFilesAsync(ISiteTree tree, VisitStatistics statistics, CancellationToken token)
    {
        foreach (var file in statistics.Files)
        {
            await using var from = await tree.OpenAsync(file, token);
            using MemoryStream bytes = new();
            await from.CopyToAsync(bytes, token);
            var isPage = file.Name.EndsWith(".html", StringComparison.Ordinal) || file.Name.EndsWith(".png", StringComparison.Ordinal);
            Add((isPage ? "pages/" : "files/") + StatisticsPages.FileName(file.ToString()), bytes.ToArray());
            (RawFiles, Pages) = isPage ? (RawFiles, Pages + 1) : (RawFiles + 1, Pages);
        }

        if (statistics.Files.Count == 0)
            return;
        Add("visits.csv", Encoding.UTF8.GetBytes(StatisticsPages.ToCsv(statistics)));
        foreach (var language in StatisticsPages.Languages)
            Add($"visits.{language}.html", Encoding.UTF8.GetBytes(StatisticsPages.ToHtml(site, language, statistics)));
    }

    public void AddPages(IReadOnlyList<StatisticsPage> pages)
    {
        foreach (var page in pages)
        {
            var name = StatisticsPages.FileName(page.Path);
            if (page.Type.Contains("html", StringComparison.Ordinal) && !name.EndsWith(".html", StringComparison.Ordinal))
                name += name.Length == 0 || name.EndsWith('_') ? "index.html" : ".html";
            Add("pages/" + name, page.Content);
            Pages++;
        }
    }

    /// <summary>Writes the file, reads it again, and gives its size and hash.</summary>
    /// <exception cref="InvalidDataException">The disk gave back something else than was written.</exception>
    public async Task<(long Bytes, string Sha256)> WriteAsync(string file, CancellationToken token)
    {
        var unfinished = file + ".new";
        await using (var to = File.Create(unfinished))
        await using (ZipArchive zip = new(to, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in _entries)
            {
                await using var entry = await zip.CreateEntry(name).OpenAsync(token);
                await entry.WriteAsync(content, token);
            }
        }

        await using (var from = File.OpenRead(unfinished))
        {
            await using (ZipArchive zip = new(from, ZipArchiveMode.Read, leaveOpen: true))
            {
                foreach (var (name, content) in _entries)
                {
                    await using var entry = await (zip.GetEntry(name) ?? throw new InvalidDataException("A part of the statistics is missing in the file.")).OpenAsync(token);
                    if (!(await SHA256.HashDataAsync(entry, token)).AsSpan().SequenceEqual(SHA256.HashData(content)))
                        throw new InvalidDataException("A part of the statistics reads otherwise than it was written.");
                }
            }

            from.Position = 0;
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(from, token));
            File.Move(unfinished, file, overwrite: true);
            return (from.Length, hash);
        }
    }

    /// <summary>Two names of the old place may become one here.</summary>
    private void Add(string name, byte[] content)
    {
        var free = name;
        for (var number = 2; !_entries.TryAdd(free, content); number++)
            free = $"{Path.ChangeExtension(name, null)}-{number}{Path.GetExtension(name)}";
    }
}
