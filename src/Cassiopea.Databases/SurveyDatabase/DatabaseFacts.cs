using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.MySql.Charsets;
using Cassiopea.MySql.Engine;

namespace Cassiopea.Databases;

/// <summary>What a survey measured, as named facts.</summary>
internal static class DatabaseFacts
{
    private const int LargestTables = 5;
    private const int MostColumns = 100;

    public static IEnumerable<Fact> OfSource(DatabaseSurveyResult found)
    {
        yield return Number("tables", found.Tables.Count, "tables");
        yield return Number("rows", found.Rows, "rows");
        yield return Number("bytes", found.Bytes, "bytes");
        yield return Number("views", found.Views, "views");
        yield return Number("routines", found.Routines, "routines");
        yield return Number("triggers", found.Triggers, "triggers");
        yield return Number("events", found.Events, "events");
        if (found.LastChangedAt is { } changed)
            yield return new Fact("last-used", changed.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
        foreach (var table in found.Tables.Take(LargestTables))
            yield return new Fact("largest-table", string.Create(CultureInfo.InvariantCulture, $"{table.Name}: {table.Rows} rows, {table.Bytes} bytes"));
        if (found.Tables.Count(static t => !t.HasKey) is > 0 and var keyless)
            yield return Number("tables-without-key", keyless, "tables");
        if (found.MissingRights.Count > 0)
        {
            yield return new Fact("rights-missing", string.Join(", ", found.MissingRights));
            yield return new Fact("read-only-account", found.ReadOnlyAccount);
        }

        foreach (var fact in OfServer(found, ""))
            yield return fact;
        yield return new Fact("protocol-seen", "mysql");
    }

    public static IEnumerable<Fact> OfTarget(DatabaseSurveyResult found)
    {
        yield return Number("target-tables", found.Tables.Count, "tables");
        yield return Number("target-largest-row-bytes", found.MaxAllowedPacket, "bytes");
        yield return new Fact("target-load-data", found.LocalInfile ? "allowed" : "forbidden: rows are inserted");
        if (found.MissingRights.Count > 0)
            yield return new Fact("target-rights-missing", string.Join(", ", found.MissingRights));
        foreach (var fact in OfServer(found, "target-"))
            yield return fact;
    }

    /// <summary>Columns whose text is encoded twice: repaired only where a person approves (<see cref="DatabaseChoices.RepairedColumns"/>).</summary>
    public static IEnumerable<Fact> OfCharsets(IReadOnlyList<ColumnCharset> columns)
    {
        var doubled = columns.Where(static c => c.Proposal != CharsetProposal.None).ToList();
        yield return Number("double-encoded-columns", doubled.Count, "columns");
        foreach (var column in doubled.Take(MostColumns))
            yield return new Fact("double-encoded", string.Create(CultureInfo.InvariantCulture, $"{column.Name}: {column.Doubled} of {column.NonAscii} values beyond ASCII ({column.Charset})"));
    }

    private static IEnumerable<Fact> OfServer(DatabaseSurveyResult found, string prefix)
    {
        yield return new Fact(prefix + "software", found.Server);
        yield return new Fact(prefix + "charset", found.Charset);
        yield return new Fact(prefix + "sql-mode", found.SqlMode);
    }

    private static Fact Number(string name, long value, string unit) => new(name, value.ToString(CultureInfo.InvariantCulture), unit);
}
