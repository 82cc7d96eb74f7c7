using System.Net;

namespace Cassiopea.Sites.Checks;

/// <summary>How one page answered.</summary>
/// <param name="Path">From the site's root, with its query.</param>
/// <param name="Status">HTTP status; 0 when there was no answer.</param>
/// <param name="Title">Of the page; empty when it has none.</param>
/// <param name="Location">Where it sends to, without this site's own address; empty when it does not.</param>
/// <param name="Links">Paths of this site that it links to.</param>
/// <param name="Problem">Why there was no answer, or what PHP says is wrong; empty when nothing is.</param>
public sealed record PageSeen(string Path, int Status, string Title, string Location, IReadOnlyList<string> Links, string Problem);

/// <summary>One page at both places.</summary>
/// <param name="Path">The page.</param>
/// <param name="Before">At the old place.</param>
/// <param name="After">At the new one.</param>
public sealed record PageCompared(string Path, PageSeen Before, PageSeen After)
{
    /// <summary>Same status, title and destination, and no message of PHP at the new place that the old one did not show.</summary>
    public bool Equal => Before.Status == After.Status && Before.Status != 0 && Before.Title == After.Title && Before.Location == After.Location && (After.Problem.Length == 0 || After.Problem == Before.Problem);
}

/// <summary>Where a site answers before its name leads there: the address is connected to, the name is asked for.</summary>
/// <param name="Site">For example <c>http://www.asbl.example/</c>.</param>
/// <param name="ConnectTo">The server's address and port; checked by the caller that it may be connected to.</param>
public sealed record SitePlace(Uri Site, IPEndPoint ConnectTo);

/// <summary>Looks at the front page and some of the pages it links to, at the old and the new place.</summary>
public static class SiteCheck
{
    private const int MostPages = 12;

    /// <summary>Compares both places; at most 12 pages are asked for, one after another.</summary>
    /// <param name="before">The old place; null when nothing is known to answer there.</param>
    /// <param name="after">The new one.</param>
    /// <param name="idle">Longest wait for one page.</param>
    /// <param name="token">Stops it.</param>
    public static async Task<IReadOnlyList<PageCompared>> RunAsync(SitePlace? before, SitePlace after, TimeSpan idle, CancellationToken token)
    {
        using PageReader @new = new(after, idle);
        using var old = before is null ? null : new PageReader(before, idle);
        List<PageCompared> compared = [];
        Queue<string> waiting = new(["/"]);
        HashSet<string> known = new(["/"], StringComparer.Ordinal);
        while (compared.Count < MostPages && waiting.TryDequeue(out var path))
        {
            var seen = old is null ? new PageSeen(path, 0, "", "", [], "No address.") : await old.ReadAsync(path, token);
            var now = await @new.ReadAsync(path, token);
            compared.Add(new PageCompared(path, seen, now));
            foreach (var link in Sample(seen.Status == 0 ? now : seen))
            {
                if (known.Add(link))
                    waiting.Enqueue(link);
            }
        }

        return compared;
    }

    /// <summary>Where the front page sends to, and links spread over the page: menus, articles and the foot are not alike.</summary>
    private static IEnumerable<string> Sample(PageSeen seen)
    {
        if (seen.Location.StartsWith('/'))
            yield return seen.Location;
        var step = Math.Max(1, seen.Links.Count / (MostPages - 1));
        for (var i = 0; i < seen.Links.Count; i += step)
            yield return seen.Links[i];
    }
}
