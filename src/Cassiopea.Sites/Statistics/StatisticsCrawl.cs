using Cassiopea.Sites.Checks;

namespace Cassiopea.Sites.Statistics;

/// <summary>A page of visit statistics, or a picture of it, as the old place shows it.</summary>
/// <param name="Path">From the site's root, with its query.</param>
/// <param name="Type">Media type, in lower case.</param>
/// <param name="Content">As it came; null = it was linked to and could not be had, or was more than is saved.</param>
public sealed record StatisticsPage(string Path, string Type, byte[]? Content);

/// <summary>Saves rendered statistics that exist only over HTTP: a start page, and what it links to and shows under the same folder.</summary>
public static class StatisticsCrawl
{
    private static readonly string[] UsualPages = ["/stats/", "/usage/", "/awstats/", "/webalizer/", "/statistiques/"];
    private static readonly string[] Programs = ["awstats", "webalizer", "usage statistics"];

    private const int MostPages = 600;
    private const int LongestPage = 8 << 20;
    private const long MostBytes = 128L << 20;

    /// <summary>Looks at the paths where hosts show them; a page counts that names the program which made it. Empty when there is none.</summary>
    /// <param name="place">The old place.</param>
    /// <param name="idle">Longest wait for one page.</param>
    /// <param name="token">Stops it.</param>
    /// <exception cref="HttpRequestException">The place does not answer.</exception>
    public static async Task<IReadOnlyList<StatisticsPage>> RunAsync(SitePlace place, TimeSpan idle, CancellationToken token)
    {
        using PageReader reader = new(place, idle);
        foreach (var usual in UsualPages)
        {
            var (status, html) = await reader.TextAsync(usual, token);
            if (status == 200 && Programs.Any(p => html.Contains(p, StringComparison.OrdinalIgnoreCase)))
                return await RunAsync(place, usual, idle, token);
        }

        return [];
    }

    /// <summary>Reads the pages; empty when the start page does not answer with a page.</summary>
    /// <param name="place">The old place.</param>
    /// <param name="start">Path of the start page.</param>
    /// <param name="idle">Longest wait for one page.</param>
    /// <param name="token">Stops it.</param>
    /// <exception cref="HttpRequestException">The place does not answer.</exception>
    public static async Task<IReadOnlyList<StatisticsPage>> RunAsync(SitePlace place, string start, TimeSpan idle, CancellationToken token)
    {
        using var client = PlaceClient.Make(place, idle);
        var folder = start[..(start.Split('?')[0].LastIndexOf('/') + 1)];
        List<StatisticsPage> pages = [];
        Queue<string> waiting = new([start]);
        HashSet<string> known = new([start], StringComparer.Ordinal);
        var bytes = 0L;
        while (waiting.TryDequeue(out var path) && pages.Count < MostPages && bytes < MostBytes)
        {
            using var answer = await client.GetAsync(new Uri(place.Site, path), HttpCompletionOption.ResponseHeadersRead, token);
            if (path == start && !answer.IsSuccessStatusCode)
                break;
            var type = answer.Content.Headers.ContentType?.MediaType?.ToLowerInvariant() ?? "";
            if (path == start && !type.Contains("html", StringComparison.Ordinal))
                break;
            var content = answer.IsSuccessStatusCode && answer.Content.Headers.ContentLength is null or <= LongestPage ? await ReadAsync(answer.Content, token) : null;
            pages.Add(new StatisticsPage(path, type, content));
            bytes += content?.Length ?? 0;
            if (content is null || !type.Contains("html", StringComparison.Ordinal))
                continue;
            var html = System.Text.Encoding.Latin1.GetString(content);
            foreach (var link in HtmlScan.Links(html, place.Site, path).Concat(HtmlScan.Shown(html, place.Site, path)))
            {
                // AWStats' script answers from another folder than its pictures
                if ((link.StartsWith(folder, StringComparison.Ordinal) || link.StartsWith("/awstats", StringComparison.Ordinal) || link.StartsWith("/icon", StringComparison.Ordinal)) && known.Add(link))
                    waiting.Enqueue(link);
            }
        }

        return [.. pages, .. waiting.Select(static p => new StatisticsPage(p, "", null))];
    }

    /// <summary>Null when it is longer than a page of statistics can be.</summary>
    private static async Task<byte[]?> ReadAsync(HttpContent answer, CancellationToken token)
    {
        await using var body = await answer.ReadAsStreamAsync(token);
        using MemoryStream bytes = new();
        var buffer = new byte[32 << 10];
        for (var read = await body.ReadAsync(buffer, token); read > 0; read = await body.ReadAsync(buffer, token))
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > LongestPage)
                return null;
        }

        return bytes.ToArray();
    }
}
