using System.Text;
using Cassiopea.Sites.Cms;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.WebHosting;

/// <summary>What the systems of a site make again by themselves: it does not move, and writes to it are no news.</summary>
internal sealed class SiteCache
{
    public Guid ItemId { get; set; }

    /// <summary>One byte of the name per character.</summary>
    public string Path { get; set; } = "";

    public static async Task KeepAsync(WebHostingContext db, Guid item, IEnumerable<CmsFound> systems, CancellationToken token)
    {
        await db.Caches.Where(x => x.ItemId == item).ExecuteDeleteAsync(token);
        db.Caches.AddRange(systems.SelectMany(CmsScan.CachesOf).Distinct(StringComparer.Ordinal).Select(path => new SiteCache { ItemId = item, Path = path }));
    }

    /// <summary>
    /// As the engine's patterns. A cache that is a folder at the root moves all the same: its <c>.htaccess</c> may protect it, and a pattern without
    /// a slash would fit that name everywhere.
    /// </summary>
    public static async Task<IReadOnlyList<string>> PatternsAsync(WebHostingContext db, Guid item, CancellationToken token)
    {
        var paths = await db.Caches.AsNoTracking().Where(x => x.ItemId == item).Select(x => x.Path).Order().ToListAsync(token);
        return [.. paths.Where(static p => p.Contains('/', StringComparison.Ordinal)).Select(Pattern).SelectMany(static p => new[] { p, p + "/**" })];
    }

    /// <summary>Bytes that are no ASCII match by number.</summary>
    private static string Pattern(string path)
    {
        StringBuilder pattern = new(path.Length);
        foreach (var c in path)
            pattern.Append(c < 0x80 ? c : '?');
        return pattern.ToString();
    }
}
