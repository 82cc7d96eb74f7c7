using System.Globalization;
using System.Text;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Statistics;

/// <summary>Reads the data files of AWStats and Webalizer; the pages that they made are kept as files.</summary>
public static class StatisticsReader
{
    private const int LongestFile = 64 << 20;
    private const int PagesPerYear = 25;

    /// <summary>True for data and pages of AWStats and Webalizer, wherever they lie.</summary>
    /// <param name="path">A file.</param>
    public static bool Wants(SitePath path)
    {
        var name = path.Name;
        return AwstatsName(name) is not null || name is "webalizer.hist" or "webalizer.current"
            || (name.StartsWith("usage_", StringComparison.Ordinal) && (name.EndsWith(".html", StringComparison.Ordinal) || name.EndsWith(".png", StringComparison.Ordinal)))
            || name is "usage.png" || (name.StartsWith("awstats.", StringComparison.Ordinal) && name.EndsWith(".html", StringComparison.Ordinal));
    }

    /// <summary>Reads what is there.</summary>
    /// <param name="tree">Where they lie.</param>
    /// <param name="files">Those that <see cref="Wants"/> answers true for.</param>
    /// <param name="token">Stops it.</param>
    public static async Task<VisitStatistics> ReadAsync(ISiteTree tree, IEnumerable<SitePath> files, CancellationToken token)
    {
        var all = files.Where(Wants).OrderBy(static f => f, SitePath.InOrder).ToList();
        List<VisitMonth> months = [];
        Dictionary<(int Year, string Page), long> pages = [];
        List<SitePath> unreadable = [];
        foreach (var file in all)
        {
            var isAwstats = AwstatsName(file.Name) is not null;
            if (!isAwstats && file.Name != "webalizer.hist")
                continue;
            var before = months.Count;
            if (await ReadAsync(tree, file, token) is { } bytes)
            {
                if (isAwstats)
                    Awstats(file.Name, Encoding.Latin1.GetString(bytes), months, pages);
                else
                    Webalizer(Encoding.Latin1.GetString(bytes), months);
            }

            if (months.Count == before)
                unreadable.Add(file);
        }

        var most = pages.GroupBy(static p => p.Key.Year).OrderBy(static y => y.Key)
            .SelectMany(static y => y.OrderByDescending(static p => p.Value).ThenBy(static p => p.Key.Page, StringComparer.Ordinal).Take(PagesPerYear).Select(static p => new PageViews(p.Key.Year, p.Key.Page, p.Value)));
        return new VisitStatistics(
            [.. months.OrderBy(static m => m.Tool, StringComparer.Ordinal).ThenBy(static m => m.Site, StringComparer.Ordinal).ThenBy(static m => (m.Year, m.Month))], [.. most], all, unreadable);
    }

    /// <summary>Null when it is gone, too long, or not given: the others are read all the same.</summary>
    private static async Task<byte[]?> ReadAsync(ISiteTree tree, SitePath file, CancellationToken token)
    {
        try
        {
            return await tree.ReadAsync(file, LongestFile, token);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary><c>awstatsMMYYYY.site.txt</c>.</summary>
    private static (int Month, int Year, string Site)? AwstatsName(string name)
    {
        if (!name.StartsWith("awstats", StringComparison.Ordinal) || !name.EndsWith(".txt", StringComparison.Ordinal) || name.Length < 17)
            return null;
        return int.TryParse(name.AsSpan(7, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var month) && month is >= 1 and <= 12
            && int.TryParse(name.AsSpan(9, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is > 1990 and < 2100
            ? (month, year, name[13..^4].Trim('.'))
            : null;
    }

    private static void Awstats(string name, string text, List<VisitMonth> months, Dictionary<(int Year, string Page), long> pages)
    {
        var (month, year, site) = AwstatsName(name)!.Value;
        var section = "";
        long visits = 0, visitors = 0, seen = 0, hits = 0, bytes = 0;
        var any = false;
        foreach (var line in text.Split('\n'))
        {
            var words = line.TrimEnd('\r').Split(' ');
            if (words[0].StartsWith("BEGIN_", StringComparison.Ordinal))
                section = words[0][6..];
            else if (words[0].StartsWith("END_", StringComparison.Ordinal))
                section = "";
            else if (section == "GENERAL" && words.Length > 1)
            {
                visits = words[0] == "TotalVisits" ? Number(words[1]) : visits;
                visitors = words[0] == "TotalUnique" ? Number(words[1]) : visitors;
                any |= words[0] is "TotalVisits" or "TotalUnique";
            }
            else if (section == "DAY" && words.Length > 3)
            {
                (seen, hits, bytes, any) = (seen + Number(words[1]), hits + Number(words[2]), bytes + Number(words[3]), true);
            }
            else if (section == "SIDER" && words.Length > 1)
            {
                pages[(year, words[0])] = pages.GetValueOrDefault((year, words[0])) + Number(words[1]);
            }
        }

        if (any)
            months.Add(new VisitMonth("awstats", site, year, month, visits, visitors, seen, hits, bytes));
    }

    /// <summary>Month, year, hits, files, sites, kbytes, first day, last day, pages, visits; older versions stop after the last day.</summary>
    private static void Webalizer(string text, List<VisitMonth> months)
    {
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length < 8 || Number(words[0]) is not (>= 1 and <= 12) || Number(words[1]) is not (> 1990 and < 2100))
                continue;
            months.Add(new VisitMonth(
                "webalizer", "", (int)Number(words[1]), (int)Number(words[0]), words.Length > 9 ? Number(words[9]) : 0, Number(words[4]), words.Length > 8 ? Number(words[8]) : 0, Number(words[2]), Number(words[5]) * 1024));
        }
    }

    private static long Number(string word) => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
