using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Sites.Statistics;
using Cassiopea.Sites.Tree;

namespace Cassiopea.WebHosting;

/// <summary>
/// Visit statistics as one file that any computer opens: a table, pages to print in three languages, the raw files, the rendered pages, and what could not
/// be read. The file comes under its name when it was read again and holds what was put in.
/// </summary>
internal sealed class StatisticsPacket : IAsyncDisposable
{
    private const string LeftOutName = "left-out.txt";

    private readonly SortedDictionary<string, byte[]> _hashes = new(StringComparer.Ordinal);
    private readonly List<string> _leftOut = [];
    private readonly string _site, _file;
    private readonly ZipArchive _zip;

    /// <param name="site">The site's host name.</param>
    /// <param name="file">Where the file goes.</param>
    public StatisticsPacket(string site, string file)
    {
        (_site, _file) = (site, file);
        _zip = new ZipArchive(File.Create(Unfinished), ZipArchiveMode.Create);
    }

    public int RawFiles { get; private set; }

    public int Pages { get; private set; }

    /// <summary>Files and pages that could not be read.</summary>
    public int LeftOut => _leftOut.Count;

    private string Unfinished => _file + ".new";

    public async Task AddFilesAsync(ISiteTree tree, VisitStatistics statistics, CancellationToken token)
    {
        foreach (var file in statistics.Files)
        {
            if (!await AddFileAsync(tree, file, token))
                _leftOut.Add(file.ToString());
        }

        _leftOut.AddRange(statistics.Unreadable.Select(static f => f.ToString()).Where(f => !_leftOut.Contains(f)).Select(static f => f + " (kept as a file; its numbers are not in the table)"));
        if (statistics.Files.Count == 0)
            return;
        await AddAsync("visits.csv", Encoding.UTF8.GetBytes(StatisticsPages.ToCsv(statistics)), token);
        foreach (var language in StatisticsPages.Languages)
            await AddAsync($"visits.{language}.html", Encoding.UTF8.GetBytes(StatisticsPages.ToHtml(_site, language, statistics)), token);
    }

    /// <summary>Puts a rendered page in.</summary>
    public async Task AddPageAsync(StatisticsPage page, CancellationToken token)
    {
        if (page.Content is null)
        {
            _leftOut.Add(page.Path);
            return;
        }

        var name = StatisticsPages.FileName(page.Path);
        if (page.Type.Contains("html", StringComparison.Ordinal) && !name.EndsWith(".html", StringComparison.Ordinal))
            name += name.Length == 0 || name.EndsWith('_') ? "index.html" : ".html";
        await AddAsync("pages/" + name, page.Content, token);
        Pages++;
    }

    /// <summary>Ends the file, reads it again, and gives its size and hash.</summary>
    /// <exception cref="InvalidDataException">The disk gave back something else than was written.</exception>
    public async Task<(long Bytes, string Sha256)> FinishAsync(CancellationToken token)
    {
        if (_leftOut.Count > 0)
            await AddAsync(LeftOutName, Encoding.UTF8.GetBytes(string.Concat(_leftOut.Select(static l => l + "\n"))), token);
        await _zip.DisposeAsync();
        await using var from = File.OpenRead(Unfinished);
        await using (ZipArchive zip = new(from, ZipArchiveMode.Read, leaveOpen: true))
        {
            foreach (var (name, hash) in _hashes)
            {
                await using var entry = await (zip.GetEntry(name) ?? throw new InvalidDataException("A part of the statistics is missing in the file.")).OpenAsync(token);
                if (!(await SHA256.HashDataAsync(entry, token)).AsSpan().SequenceEqual(hash))
                    throw new InvalidDataException("A part of the statistics reads otherwise than it was written.");
            }
        }

        from.Position = 0;
        var whole = Convert.ToHexStringLower(await SHA256.HashDataAsync(from, token));
        File.Move(Unfinished, _file, overwrite: true);
        return (from.Length, whole);
    }

    /// <summary>A file that was not finished goes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _zip.DisposeAsync();
        File.Delete(Unfinished);
    }

    /// <summary>False when the old server does not give the file to its end; what came of it stays out.</summary>
    private async Task<bool> AddFileAsync(ISiteTree tree, SitePath file, CancellationToken token)
    {
        await using FileStream whole = new(_file + ".one", new FileStreamOptions { Access = FileAccess.ReadWrite, Mode = FileMode.Create, Options = FileOptions.DeleteOnClose });
        try
        {
            await using var from = await tree.OpenAsync(file, token);
            await from.CopyToAsync(whole, token);
        }
        catch (Exception e) when (FtpSiteTree.IsNotGiven(e))
        {
            return false;
        }

        whole.Position = 0;
        var isPage = file.Name.EndsWith(".html", StringComparison.Ordinal) || file.Name.EndsWith(".png", StringComparison.Ordinal);
        await AddAsync((isPage ? "pages/" : "files/") + StatisticsPages.FileName(file.ToString()), whole, token);
        (RawFiles, Pages) = isPage ? (RawFiles, Pages + 1) : (RawFiles + 1, Pages);
        return true;
    }

    private async Task AddAsync(string name, byte[] content, CancellationToken token)
    {
        using MemoryStream stream = new(content, writable: false);
        await AddAsync(name, stream, token);
    }

    /// <summary>Two names of the old place may become one here.</summary>
    private async Task AddAsync(string name, Stream content, CancellationToken token)
    {
        var hash = await SHA256.HashDataAsync(content, token);
        content.Position = 0;
        var free = name;
        for (var number = 2; !_hashes.TryAdd(free, hash); number++)
            free = $"{Path.ChangeExtension(name, null)}-{number}{Path.GetExtension(name)}";
        await using var entry = await _zip.CreateEntry(free).OpenAsync(token);
        await content.CopyToAsync(entry, token);
    }
}
