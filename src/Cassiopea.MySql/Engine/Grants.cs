using System.Text.RegularExpressions;

namespace Cassiopea.MySql.Engine;

/// <summary>The rights of an account on one database, from SHOW GRANTS.</summary>
/// <param name="Words">Rights in capitals; <c>ALL PRIVILEGES</c> stands for all.</param>
/// <param name="HasRoles">True when roles may give more than is listed.</param>
internal sealed partial record Grants(IReadOnlySet<string> Words, bool HasRoles)
{
    public static async Task<Grants> ReadAsync(MySqlConnection connection, string database, CancellationToken token) =>
        Parse((await connection.QueryAsync("SHOW GRANTS", token)).Rows.Select(static row => MySqlResult.Text(row[0]) ?? ""), database);

    public static Grants Parse(IEnumerable<string> lines, string database)
    {
        var words = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var roles = false;
        foreach (var line in lines)
        {
            var grant = Line().Match(line);
            if (!grant.Success)
            {
                roles |= line.StartsWith("GRANT ", StringComparison.OrdinalIgnoreCase) || line.StartsWith("SET DEFAULT ROLE", StringComparison.OrdinalIgnoreCase);
                continue;
            }

            if (!Covers(grant.Groups["scope"].Value, database)) continue;
            foreach (var word in grant.Groups["words"].Value.Split(',')) words.Add(word.Trim());
        }

        return new(words, roles);
    }

    public bool Has(string right) => HasRoles || Words.Contains("ALL PRIVILEGES") || Words.Contains("ALL") || Words.Contains(right);

    private static bool Covers(string scope, string database)
    {
        if (scope == "*.*") return true;
        var name = Database().Match(scope);
        if (!name.Success) return false;
        var pattern = name.Groups["name"].Value.Replace("``", "`", StringComparison.Ordinal);
        var regex = Regex.Escape(pattern).Replace(@"\\_", "\u0001", StringComparison.Ordinal).Replace(@"\\%", "\u0002", StringComparison.Ordinal)
            .Replace("_", ".", StringComparison.Ordinal).Replace("%", ".*", StringComparison.Ordinal)
            .Replace("\u0001", "_", StringComparison.Ordinal).Replace("\u0002", "%", StringComparison.Ordinal);
        return Regex.IsMatch(database, $"^{regex}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }

    [GeneratedRegex(@"^GRANT (?<words>.+?) ON (?<scope>\S+) TO ", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Line();

    [GeneratedRegex(@"^`(?<name>([^`]|``)+)`\.\*$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Database();
}
