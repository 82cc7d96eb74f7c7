using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Cassiopea.Cli.Api;

/// <summary>Prints answers: as they are with <c>--json</c>, else for people.</summary>
internal static class Output
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Json<T>(T value) => Console.WriteLine(JsonSerializer.Serialize(value, Indented));

    public static void Line(string text) => Console.WriteLine(text);

    public static void Note(string text) => Console.Error.WriteLine(text);

    public static void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.ToList();
        if (Console.IsOutputRedirected)
        {
            // for other programs: no drawing, one row a line
            Line(string.Join('\t', columns));
            foreach (var row in all) Line(string.Join('\t', row.Select(static cell => cell.Replace('\t', ' ').Replace('\n', ' '))));
            return;
        }

        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in columns) table.AddColumn(new TableColumn(new Text(column)));
        foreach (var row in all) table.AddRow(row.Select(static cell => new Text(cell)).ToArray());
        AnsiConsole.Write(table);
    }

    public static void Fields(IEnumerable<(string Name, string Value)> fields)
    {
        foreach (var (name, value) in fields.Where(static f => f.Value.Length > 0)) Line($"{name + ":",-16} {value}");
    }
}
