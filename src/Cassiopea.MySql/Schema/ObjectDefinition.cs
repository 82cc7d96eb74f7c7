using System.Globalization;

namespace Cassiopea.MySql.Schema;

/// <summary>How a view, routine, trigger or event is made.</summary>
/// <param name="Sql">What SHOW CREATE says.</param>
/// <param name="SqlMode">The mode that it runs under; empty for a view.</param>
/// <param name="Collation">Collation of its texts.</param>
/// <param name="TimeZone">An event's; else empty.</param>
internal sealed record ObjectDefinition(string Sql, string SqlMode, string Collation, string TimeZone)
{
    /// <summary>Asks the server; null when the account may not see it. One round trip.</summary>
    public static async Task<ObjectDefinition?> ReadAsync(MySqlConnection connection, ObjectKind kind, string name, CancellationToken token)
    {
        var word = kind.ToString().ToUpperInvariant();
        var row = (await connection.QueryAsync($"SHOW CREATE {word} {MySqlConnection.Name(name)}", token)).First();
        var sql = row.GetValueOrDefault(kind == ObjectKind.Trigger ? "SQL Original Statement" : $"Create {CultureInfo.InvariantCulture.TextInfo.ToTitleCase(word.ToLowerInvariant())}");
        return string.IsNullOrEmpty(sql)
            ? null
            : new(sql, row.GetValueOrDefault("sql_mode") ?? "", row.GetValueOrDefault("collation_connection") ?? "utf8mb4_general_ci", row.GetValueOrDefault("time_zone") ?? "");
    }

    /// <summary>An event that does not run, or runs.</summary>
    public static string WithEvent(string sql, bool enabled)
    {
        foreach (var token in SqlTokens.Of(sql))
        {
            if (token.Kind != SqlKind.Word) continue;
            var word = token.In(sql);
            if (word.Equals("DO", StringComparison.OrdinalIgnoreCase)) break;
            if (!enabled && word.Equals("ENABLE", StringComparison.OrdinalIgnoreCase)) return sql[..token.Start] + "DISABLE" + sql[token.End..];
        }

        return sql;
    }
}
