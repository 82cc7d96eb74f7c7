using System.Globalization;
using Cassiopea.MySql.Schema;

namespace Cassiopea.MySql.Engine;

/// <summary>Looks before the first row for what would go wrong in the middle.</summary>
internal sealed class Checks(SchemaInfo source, SchemaInfo target, TargetNames names, DatabaseCopyOptions options)
{
    private const int LongestName = 64;
    private const int LongestIndex = 3072;
    private const int LongestOldIndexPart = 767;

    /// <summary>Words that MySQL 8 or MariaDB 10 reserve and MySQL 5.5 did not.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "cube", "cume_dist", "dense_rank", "empty", "except", "first_value", "function", "generated", "get", "grouping", "groups", "intersect", "io_after_gtids", "json_table", "lag",
        "last_value", "lateral", "lead", "master_bind", "nth_value", "ntile", "of", "offset", "optimizer_costs", "over", "partition", "percent_rank", "rank", "recursive", "returning",
        "row", "row_number", "rows", "stored", "system", "virtual", "window",
    };

    private readonly List<Finding> _found = [];

    public async Task<IReadOnlyList<Finding>> RunAsync(MySqlConnection from, MySqlConnection to, CancellationToken token)
    {
        var engines = await TablePreparation.EnginesAsync(to, token);
        var rowFormat = (await to.QueryAsync("SHOW VARIABLES LIKE 'innodb_default_row_format'", token)).Rows is [var row] ? MySqlResult.Text(row[1]) : "compact";
        Names();
        foreach (var table in source.Tables)
        {
            Words(table);
            Engine(table, engines);
            Indexes(table, rowFormat is "compact" or "redundant");
            if (table.Key.Count == 0) Add(FindingCode.NoKey, table.Name, "It has no usable key: it is compared and sent as a whole.", "Nothing.");
            if (!table.Transactional) Add(FindingCode.TableLock, table.Name, $"Its engine {table.Engine} knows no snapshot: writers wait while it is read.", "Nothing; the wait is measured.");
        }

        foreach (var other in source.Other) Add(FindingCode.NotMoved, other, "This kind of table is not moved.", "Make it by hand.");
        if (!target.Server.LocalInfile && options.Method == WriteMethod.Auto) Add(FindingCode.LocalInfileOff, "server", "The target forbids LOAD DATA LOCAL: rows are sent as INSERT.", "Nothing; it takes longer.");
        await RightsAsync(from, to, token);
        foreach (var finding in await Definers.CheckAsync(from, token)) _found.Add(finding);
        await RowsAsync(from, token);
        await ZeroDatesAsync(from, token);
        return _found;
    }

    /// <summary>The statement that makes a second, read-only account at the source; the live site's own account stays as it is.</summary>
    /// <param name="database">The database.</param>
    public static string ReadOnlyAccount(string database)
    {
        return $"CREATE USER 'cassiopea_ro'@'%' IDENTIFIED BY '<a new password>'; GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT ON {MySqlConnection.Name(GrantPattern(database))}.* TO 'cassiopea_ro'@'%'; GRANT SELECT ON mysql.proc TO 'cassiopea_ro'@'%';";
    }

    /// <summary>A database's name as GRANT takes it: there <c>_</c> and <c>%</c> stand for others.</summary>
    public static string GrantPattern(string database) =>
        database.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal);

    private void Add(string code, string item, string text, string action, bool blocks = false) =>
        _found.Add(new(code, item, text, action, blocks && !options.AcceptedFindings.Contains(code)));

    private void Names()
    {
        var all = source.Tables.Select(static t => t.Name).Concat(source.Objects.Where(static o => o.Kind == ObjectKind.View).Select(static o => o.Name)).ToList();
        foreach (var name in all.Where(n => names.Of(n).Length > LongestName))
            Add(FindingCode.NameTooLong, name, $"With its new prefix the name has more than {LongestName} characters.", "Choose a shorter prefix.", blocks: true);
        if (target.Server.LowerCaseTableNames > 0)
            foreach (var same in all.GroupBy(n => names.Of(n), StringComparer.OrdinalIgnoreCase).Where(static g => g.Count() > 1))
                Add(FindingCode.NamesCollide, string.Join(", ", same.Order(StringComparer.Ordinal)), "The target does not tell these names apart.", "Rename all but one at the source, or ask for a server with lower_case_table_names=0.", blocks: true);
        var there = target.Tables.Select(static t => t.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var table in source.Tables.Where(t => there.Contains(names.Of(t.Name))))
            Add(FindingCode.TableExists, table.Name, "A table of this name is at the target.", "Nothing when an earlier run made it; else it is only written to when that is accepted.");
    }

    private void Words(TableInfo table)
    {
        var words = table.Columns.Select(static c => c.Name).Append(table.Name).Where(Reserved.Contains).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (words.Count > 0) Add(FindingCode.ReservedWord, table.Name, $"Reserved by newer servers: {string.Join(", ", words)}.", "The site must quote it in its statements.");
    }

    private void Engine(TableInfo table, HashSet<string> engines)
    {
        if (table.Engine.Length > 0 && !engines.Contains(table.Engine))
            Add(FindingCode.EngineMissing, table.Name, $"The target has no engine {table.Engine}.", "Accept that the table becomes InnoDB.", blocks: true);
    }

    private void Indexes(TableInfo table, bool oldFormat)
    {
        if (!table.Transactional) return;
        foreach (var index in table.Indexes.Where(static i => i.Kind == "BTREE"))
        {
            var parts = index.Parts.Select(part => Bytes(table.Columns.FirstOrDefault(c => c.Name == part.Column), part)).ToList();
            if (parts.Sum() > LongestIndex || parts.Exists(static bytes => bytes > LongestIndex))
                Add(FindingCode.IndexTooLong, $"{table.Name}.{index.Name}", string.Create(CultureInfo.InvariantCulture, $"{parts.Sum()} bytes are more than InnoDB takes ({LongestIndex})."), "Shorten the index at the source.", blocks: true);
            else if (oldFormat && parts.Exists(static bytes => bytes > LongestOldIndexPart))
                Add(FindingCode.IndexTooLong, $"{table.Name}.{index.Name}", "Too long for the target's default row format.", "Nothing: the table is made with row format DYNAMIC.");
        }
    }

    private static long Bytes(ColumnInfo? column, IndexPart part)
    {
        if (column is null || column.Charset is null) return part.Prefix ?? 8;
        var width = column.Charset switch { "utf8mb4" or "utf32" or "utf16" => 4, "utf8" or "utf8mb3" => 3, "ucs2" or "sjis" or "gbk" or "big5" => 2, _ => 1 };
        return (part.Prefix ?? column.Characters) * width;
    }

    private async Task RightsAsync(MySqlConnection from, MySqlConnection to, CancellationToken token)
    {
        var mine = await Grants.ReadAsync(to, target.Database, token);
        List<string> needed = ["CREATE", "DROP", "INSERT", "DELETE", "SELECT"];
        if (Has(ObjectKind.View)) needed.AddRange(["CREATE VIEW", "SHOW VIEW"]);
        if (Has(ObjectKind.Function) || Has(ObjectKind.Procedure)) needed.AddRange(["CREATE ROUTINE", "ALTER ROUTINE"]);
        if (Has(ObjectKind.Trigger)) needed.Add("TRIGGER");
        if (Has(ObjectKind.Event)) needed.Add("EVENT");
        var missing = needed.Where(right => !mine.Has(right)).ToList();
        if (missing.Count > 0) Add(FindingCode.RightMissing, "account", $"The target's account lacks {string.Join(", ", missing)}.", "Ask the new host for these rights on the database.", blocks: true);
        if (Has(ObjectKind.Function) && target.Server is { BinaryLog: true, TrustsFunctions: false } && !mine.Has("SUPER"))
            Add(FindingCode.RightMissing, "server", "The target writes a binary log and does not trust functions (error 1418 for those that are not declared deterministic).", "Ask the new host for log_bin_trust_function_creators=1 where a function is refused.");

        var theirs = await Grants.ReadAsync(from, source.Database, token);
        var unseen = new[] { "SHOW VIEW", "TRIGGER", "EVENT" }.Where(right => !theirs.Has(right)).ToList();
        if (unseen.Count > 0)
            Add(FindingCode.SourceRightMissing, "account", $"The source's account lacks {string.Join(", ", unseen)}: what it cannot see is not moved.", "Use a second, read-only account: " + ReadOnlyAccount(source.Database));
    }

    private bool Has(ObjectKind kind) => source.Objects.Any(o => o.Kind == kind);

    /// <summary>Looks at every table with large columns: InnoDB's figures of a table's size lag behind what was written.</summary>
    private async Task RowsAsync(MySqlConnection from, CancellationToken token)
    {
        var limit = target.Server.MaxAllowedPacket;
        foreach (var table in source.Tables.Where(static t => t.Stored.Any(static c => c.IsLarge)))
        {
            if (options.ExcludedTables.Contains(table.Name, StringComparer.Ordinal)) continue;
            var sum = string.Join('+', table.Stored.Where(static c => c.IsLarge || c.IsText || c.IsBinary).Select(static c => $"IFNULL(LENGTH({c.Quoted}),0)"));
            var row = (await from.QueryAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT MAX({sum}), SUM(({sum}) >= {limit}) FROM {table.Quoted}"), token)).Rows[0];
            var (largest, count) = (MySqlResult.Number(row[0]), MySqlResult.Number(row[1]));
            if (count > 0)
            {
                Add(FindingCode.RowTooLarge, table.Name, string.Create(CultureInfo.InvariantCulture, $"{count} rows are larger than the target's max_allowed_packet of {limit} bytes; the largest has {largest}."),
                    string.Create(CultureInfo.InvariantCulture, $"Ask the new host for max_allowed_packet={largest / (1 << 20) + 2}M."), blocks: true);
            }
        }
    }

    private async Task ZeroDatesAsync(MySqlConnection from, CancellationToken token)
    {
        if (!target.Server.SqlMode.Contains("NO_ZERO", StringComparison.OrdinalIgnoreCase)) return;
        foreach (var table in source.Tables)
        {
            var dates = table.Stored.Where(static c => c.HasDate).ToList();
            if (dates.Count == 0) continue;
            var counts = (await from.QueryAsync($"SELECT {string.Join(',', dates.Select(static c => $"SUM(MONTH({c.Quoted})=0 OR DAY({c.Quoted})=0)"))} FROM {table.Quoted}", token)).Rows[0];
            for (var i = 0; i < dates.Count; i++)
                if (MySqlResult.Number(counts[i]) is > 0 and var count)
                    Add(FindingCode.ZeroDates, $"{table.Name}.{dates[i].Name}", string.Create(CultureInfo.InvariantCulture, $"{count} dates such as 0000-00-00. They arrive as they are; the target's mode refuses them to the site and to ALTER TABLE."), "Ask the new host for a sql_mode without NO_ZERO_DATE, or have them set to NULL.");
        }
    }
}
