namespace Cassiopea.MySql.Engine;

/// <summary>Looks for views, routines, triggers and events whose definer is gone: at the source they fail already, and a dump stops at them.</summary>
internal static class Definers
{
    private const string Listed = """
        SELECT 'view', TABLE_NAME, DEFINER FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()
        UNION ALL SELECT LOWER(ROUTINE_TYPE), ROUTINE_NAME, DEFINER FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()
        UNION ALL SELECT 'trigger', TRIGGER_NAME, DEFINER FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()
        UNION ALL SELECT 'event', EVENT_NAME, DEFINER FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()
        """;

    private const int NoSuchDefiner = 1449;

    /// <summary>What an account without SUPER is told in its place; missing rights of a definer who is there have other numbers.</summary>
    private const int NoSuchDefinerHidden = 1045;

    private const string Action = "Nothing: at the new place it runs as the account of the new database, and the report lists it.";

    /// <summary>One finding per object. Three round trips, and one per view of another account.</summary>
    public static async Task<IReadOnlyList<Finding>> CheckAsync(MySqlConnection source, CancellationToken token)
    {
        var self = (await source.QueryAsync("SELECT CURRENT_USER()", token)).Scalar;
        var objects = (await source.QueryAsync(Listed, token)).Rows
            .Select(static row => (Kind: MySqlResult.Text(row[0])!, Name: MySqlResult.Text(row[1])!, Definer: MySqlResult.Text(row[2]) ?? ""))
            .Where(o => o.Definer.Length > 0 && o.Definer != self).ToList();
        if (objects.Count == 0) return [];
        var accounts = await AccountsAsync(source, token);
        List<Finding> found = [];
        foreach (var (kind, name, definer) in objects)
        {
            var gone = accounts is not null ? !accounts.Contains(definer) : kind == "view" && await FailsAsync(source, name, token);
            if (gone) found.Add(new(FindingCode.OrphanDefiner, $"{kind} {name}", $"Its definer {definer} is no account of the old server any more.", Action, false));
            else if (accounts is null) found.Add(new(FindingCode.OtherDefiner, $"{kind} {name}", $"Its definer is another account, {definer}.", Action, false));
        }

        return found;
    }

    /// <summary>Null when the account may not look them up, as at most shared hosts.</summary>
    private static async Task<HashSet<string>?> AccountsAsync(MySqlConnection source, CancellationToken token)
    {
        try
        {
            return (await source.QueryAsync("SELECT CONCAT(User, '@', Host) FROM mysql.user", token)).Rows.Select(static row => MySqlResult.Text(row[0])!).ToHashSet(StringComparer.Ordinal);
        }
        catch (MySqlException refused) when (refused.ConnectionUsable)
        {
            return null;
        }
    }

    private static async Task<bool> FailsAsync(MySqlConnection source, string view, CancellationToken token)
    {
        try
        {
            await source.QueryAsync($"SELECT 1 FROM {MySqlConnection.Name(view)} LIMIT 0", token);
            return false;
        }
        catch (MySqlException refused) when (refused.ConnectionUsable)
        {
            return refused.Number is NoSuchDefiner or NoSuchDefinerHidden;
        }
    }
}
