using System.Text.RegularExpressions;
using Cassiopea.MySql.Schema;

namespace Cassiopea.MySql.Engine;

/// <summary>Makes a table's statement ready for the target.</summary>
internal static partial class TableDdl
{
    /// <summary>Collations of one family that the other does not know, and what comes nearest.</summary>
    private static readonly (string Unknown, string Instead)[] Collations =
    [
        ("utf8mb4_0900_ai_ci", "utf8mb4_unicode_520_ci"),
        ("utf8mb4_0900_as_ci", "utf8mb4_unicode_520_ci"),
        ("utf8mb4_0900_as_cs", "utf8mb4_bin"),
        ("utf8mb4_0900_bin", "utf8mb4_bin"),
        ("utf8mb4_uca1400_ai_ci", "utf8mb4_unicode_520_ci"),
        ("utf8mb3_uca1400_ai_ci", "utf8_unicode_520_ci"),
    ];

    /// <summary>The statement, and what was changed in it besides names.</summary>
    /// <param name="sql">What SHOW CREATE TABLE says at the source.</param>
    /// <param name="table">The table.</param>
    /// <param name="names">Names at the target.</param>
    /// <param name="known">Names of the source that may be changed.</param>
    /// <param name="engines">Engines of the target.</param>
    /// <param name="collations">Collations of the target.</param>
    public static (string Sql, IReadOnlyList<string> Changes) For(
        string sql, TableInfo table, TargetNames names, IReadOnlySet<string> known, IReadOnlySet<string> engines, IReadOnlySet<string> collations)
    {
        List<string> changes = [];
        var made = SqlRewriter.Rewrite(sql, names, known).Sql;
        var cut = made.LastIndexOf("\n)", StringComparison.Ordinal);
        var (body, options) = cut < 0 ? (made, "") : (made[..cut], made[cut..]);
        var moved = Directory().Replace(options, "");
        if (moved != options) changes.Add("its directory on the old server's disk was left out");
        options = moved;
        if (table.Engine.Length > 0 && !engines.Contains(table.Engine))
        {
            options = Engine().Replace(options, "ENGINE=InnoDB");
            changes.Add($"engine {table.Engine} → InnoDB");
        }

        foreach (var (unknown, instead) in Collations)
        {
            if (collations.Contains(unknown) || !(body + options).Contains(unknown, StringComparison.Ordinal)) continue;
            (body, options) = (body.Replace(unknown, instead, StringComparison.Ordinal), options.Replace(unknown, instead, StringComparison.Ordinal));
            changes.Add($"collation {unknown} → {instead}");
        }

        return (body + options, changes);
    }

    /// <summary>The same statement with the row format that allows long index keys.</summary>
    public static string Dynamic(string sql) => RowFormat().IsMatch(sql) ? RowFormat().Replace(sql, "ROW_FORMAT=DYNAMIC") : sql + " ROW_FORMAT=DYNAMIC";

    [GeneratedRegex(@"\s(DATA|INDEX) DIRECTORY='([^'\\]|\\.|'')*'", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Directory();

    [GeneratedRegex(@"\bENGINE=\w+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Engine();

    [GeneratedRegex(@"\bROW_FORMAT=\w+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex RowFormat();
}
