using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Cassiopea.Architecture.Tests;

/// <summary>docs/protocols.md: number, title and status are written by people; the files are those that cite the RFC.</summary>
public sealed partial class ProtocolsDocumentTests
{
    private const string File = "docs/protocols.md";
    private static readonly string[] States = ["Yes", "Partial", "No"];

    [Fact]
    public void The_table_of_protocols_names_the_files_that_cite_each_RFC() => Snapshot.Matches(File, Table());

    [Fact]
    public void Every_RFC_has_a_title_and_a_status() =>
        Expect.None(
            from row in Rows()
            where row.Title.Length == 0 || !States.Contains(row.Status)
            select $"RFC {row.Number}",
            "Write its title, and Yes, Partial or No with the reason, in docs/protocols.md:");

    [Fact]
    public void An_RFC_that_is_spoken_is_cited_and_one_that_is_cited_is_listed()
    {
        var cited = Cited();
        Expect.None(
            Rows().Where(r => r.Status != "No" && !cited.ContainsKey(r.Number)).Select(r => $"RFC {r.Number}"),
            "Said to be spoken, cited nowhere in src:");
    }

    private static string Table()
    {
        var cited = Cited();
        var rows = Rows().ToDictionary(r => r.Number);
        var text = new StringBuilder("""
            # Protocols

            What we speak, and where. Title, status (Yes, Partial, No) and remark are written by hand; the files are those in `src`
            that cite the RFC, checked by `tests/Cassiopea.Architecture.Tests` (`CASSIOPEA_UPDATE_SNAPSHOTS=1` rewrites that column).

            | RFC | Title | Status | Remark | Cited in |
            |---|---|---|---|---|

            """);
        foreach (var number in cited.Keys.Union(rows.Keys).Order())
        {
            var row = rows.GetValueOrDefault(number) ?? new Row(number, "", "", "");
            var files = cited.GetValueOrDefault(number) ?? [];
            text.Append(CultureInfo.InvariantCulture, $"| {number} | {row.Title} | {row.Status} | {row.Remark} | {string.Join(", ", files.Select(f => $"`{f}`"))} |\n");
        }

        return text.ToString();
    }

    private static IReadOnlyList<Row> Rows() => !Tree.Exists(File)
        ? []
        : [.. from line in Tree.Lines(File)
              let cells = line.Split('|', StringSplitOptions.TrimEntries)
              where cells.Length >= 6 && int.TryParse(cells[1], CultureInfo.InvariantCulture, out _)
              select new Row(int.Parse(cells[1], CultureInfo.InvariantCulture), cells[2], cells[3], cells[4])];

    private static Dictionary<int, List<string>> Cited() =>
        (from file in Tree.Sources("src/", ".cs")
         from Match match in Citation().Matches(Tree.Read(file))
         select (Number: int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture), file))
        .GroupBy(c => c.Number)
        .ToDictionary(g => g.Key, g => g.Select(c => c.file).Distinct().Order(StringComparer.Ordinal).ToList());

    [GeneratedRegex(@"\bRFC (?<number>\d{3,5})\b", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Citation();

    private sealed record Row(int Number, string Title, string Status, string Remark);
}
