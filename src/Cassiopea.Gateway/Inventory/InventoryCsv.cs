using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Api;

namespace Cassiopea.Gateway.Inventory;

/// <summary>What members use, from a CSV file: columns reference, kind, name in any order; name may be empty.</summary>
internal static class InventoryCsv
{
    static readonly string[] Columns = ["reference", "kind", "name"];

    public static (IReadOnlyList<KnownService> Services, IReadOnlyDictionary<string, string[]> Errors) Read(byte[] content)
    {
        if (MemberCsv.Text(content) is not { } text)
            return ([], new Dictionary<string, string[]> { ["file"] = ["must be UTF-8"] });
        var rows = MemberCsv.Split(text);
        var at = rows.Count == 0 ? [] : Columns.Select(column => Array.FindIndex(rows[0].Fields, field => field.Trim().Equals(column, StringComparison.OrdinalIgnoreCase))).ToArray();
        if (at.Length == 0 || at.Contains(-1))
            return ([], new Dictionary<string, string[]> { ["line 1"] = [$"must name the columns {string.Join(", ", Columns)}"] });
        var services = new List<KnownService>();
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var (line, fields) in rows.Skip(1))
        {
            string Field(int column) => at[column] < fields.Length ? fields[at[column]].Trim() : "";
            var check = new Check().Reference(Field(0), "reference")
                .That(Enum.TryParse<ItemKind>(Field(1), ignoreCase: true, out var kind) && Enum.IsDefined(kind), "kind", $"must be one of {string.Join(", ", Enum.GetNames<ItemKind>())}")
                .Text(Field(2), "name", 0, 320);
            if (!check.IsFine)
                errors[string.Create(CultureInfo.InvariantCulture, $"line {line}")] = [.. check.Errors.SelectMany(e => e.Value.Select(problem => $"{e.Key} {problem}"))];
            services.Add(new KnownService(Field(0), kind, Field(2)));
        }

        return services.Count == 0 && errors.Count == 0 ? ([], new Dictionary<string, string[]> { ["file"] = ["has no line after the header"] }) : (services, errors);
    }
}
