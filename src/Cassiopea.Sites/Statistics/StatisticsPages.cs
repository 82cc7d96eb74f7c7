using System.Globalization;
using System.Net;
using System.Text;

namespace Cassiopea.Sites.Statistics;

/// <summary>Visit statistics as the member gets them: a table for a spreadsheet, and pages to print for a funding body.</summary>
public static class StatisticsPages
{
    /// <summary>Languages of the pages.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["fr", "nl", "en"];

    private static readonly Dictionary<string, string[]> Words = new(StringComparer.Ordinal)
    {
        ["fr"] = ["Statistiques de visites", "Mois", "Visites", "Visiteurs", "Pages", "Requêtes", "Volume (Mo)", "Total", "Pages les plus vues"],
        ["nl"] = ["Bezoekersstatistieken", "Maand", "Bezoeken", "Bezoekers", "Pagina's", "Aanvragen", "Volume (MB)", "Totaal", "Meest bekeken pagina's"],
        ["en"] = ["Visit statistics", "Month", "Visits", "Visitors", "Pages", "Requests", "Volume (MB)", "Total", "Most seen pages"],
    };

    /// <summary>A name may be anything at the old host; as a file here it is one name that can be no path.</summary>
    /// <param name="path">Path of a file or page.</param>
    public static string FileName(string path) => string.Concat(path.TrimStart('/').Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_'));

    /// <summary>One line a month, RFC 4180; the columns are named in English.</summary>
    /// <param name="statistics">As read.</param>
    public static string ToCsv(VisitStatistics statistics)
    {
        StringBuilder csv = new("tool,site,year,month,visits,visitors,pages,hits,bytes\r\n");
        foreach (var m in statistics.Months)
            csv.Append(CultureInfo.InvariantCulture, $"{m.Tool},{Quoted(m.Site)},{m.Year},{m.Month},{m.Visits},{m.Visitors},{m.Pages},{m.Hits},{m.Bytes}\r\n");
        return csv.ToString();
    }

    /// <summary>One page with all years; it needs nothing else to be read or printed.</summary>
    /// <param name="site">The site's name.</param>
    /// <param name="language"><c>fr</c>, <c>nl</c> or <c>en</c>; French for any other.</param>
    /// <param name="statistics">As read.</param>
    public static string ToHtml(string site, string language, VisitStatistics statistics)
    {
        var words = Words.GetValueOrDefault(language) ?? Words["fr"];
        var culture = CultureInfo.GetCultureInfo(Words.ContainsKey(language) ? language : "fr");
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"<!DOCTYPE html>\n<html lang=\"{culture.TwoLetterISOLanguageName}\"><meta charset=\"utf-8\"><title>{words[0]} – {WebUtility.HtmlEncode(site)}</title>\n");
        page.Append("<style>body{font-family:sans-serif}table{border-collapse:collapse;margin-bottom:1em}td,th{border:1px solid #999;padding:.2em .6em;text-align:right}td:first-child,th:first-child{text-align:left}section{break-inside:avoid}</style>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{words[0]} – {WebUtility.HtmlEncode(site)}</h1>\n");
        foreach (var year in statistics.Months.GroupBy(static m => (m.Year, m.Tool, m.Site)).OrderByDescending(static y => y.Key.Year))
        {
            page.Append(CultureInfo.InvariantCulture, $"<section><h2>{year.Key.Year} ({year.Key.Tool}{(year.Key.Site.Length > 0 ? ", " + WebUtility.HtmlEncode(year.Key.Site) : "")})</h2>\n<table><tr>");
            foreach (var word in words[1..7])
                page.Append("<th>").Append(word).Append("</th>");
            page.Append("</tr>\n");
            foreach (var m in year)
                Row(page, culture, culture.DateTimeFormat.GetMonthName(m.Month), [m.Visits, m.Visitors, m.Pages, m.Hits], m.Bytes);
            Row(page, culture, words[7], [year.Sum(static m => m.Visits), year.Sum(static m => m.Visitors), year.Sum(static m => m.Pages), year.Sum(static m => m.Hits)], year.Sum(static m => m.Bytes));
            page.Append("</table></section>\n");
        }

        foreach (var year in statistics.Pages.GroupBy(static p => p.Year).OrderByDescending(static y => y.Key))
        {
            page.Append(CultureInfo.InvariantCulture, $"<section><h2>{words[8]} {year.Key}</h2>\n<table>\n");
            foreach (var seen in year)
                page.Append(CultureInfo.InvariantCulture, $"<tr><td>{WebUtility.HtmlEncode(seen.Page)}</td><td>{seen.Views.ToString("N0", culture)}</td></tr>\n");
            page.Append("</table></section>\n");
        }

        return page.Append("</html>\n").ToString();
    }

    private static void Row(StringBuilder page, CultureInfo culture, string name, ReadOnlySpan<long> numbers, long bytes)
    {
        page.Append("<tr><td>").Append(WebUtility.HtmlEncode(name)).Append("</td>");
        foreach (var number in numbers)
            page.Append("<td>").Append(number.ToString("N0", culture)).Append("</td>");
        page.Append("<td>").Append((bytes / 1e6).ToString("N1", culture)).Append("</td></tr>\n");
    }

    private static string Quoted(string field) => field.AsSpan().IndexOfAny(',', '"') < 0 ? field : "\"" + field.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}
