using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cassiopea.MySql.Engine;
using Cassiopea.MySql.Schema;

namespace Cassiopea.MySql.Replace;

/// <summary>How texts are replaced in a database.</summary>
public sealed record ReplacementOptions
{
    /// <summary>Only count.</summary>
    /// <value>true: writing is asked for.</value>
    public bool DryRun { get; init; } = true;

    /// <summary>Tables to look into; empty = all.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Columns that are never touched.</summary>
    /// <value><c>guid</c>: feed readers know articles by it.</value>
    public IReadOnlyCollection<string> ExcludedColumns { get; init; } = ["guid"];

    /// <summary>Certificates to trust instead of the system's; null = the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }
}

/// <summary>What was found, or replaced, in one column.</summary>
/// <param name="Table">The table.</param>
/// <param name="Column">The column.</param>
/// <param name="Values">Values changed.</param>
/// <param name="Places">Places replaced in them.</param>
/// <param name="Damaged">Values left alone, since they are serialised PHP that PHP cannot read.</param>
/// <param name="TooLong">Values left alone, since the new one does not fit into the column.</param>
public sealed record ReplacedColumn(string Table, string Column, long Values, long Places, long Damaged, long TooLong);

/// <summary>What was found, or replaced, in a database.</summary>
/// <param name="DryRun">True when nothing was written.</param>
/// <param name="Columns">Columns in which something was found.</param>
public sealed record ReplacementResult(bool DryRun, IReadOnlyList<ReplacedColumn> Columns)
{
    /// <summary>Values changed, in all columns.</summary>
    public long Values => Columns.Sum(static column => column.Values);

    /// <summary>Places replaced, in all columns.</summary>
    public long Places => Columns.Sum(static column => column.Places);
}

/// <summary>Replaces texts in all columns of a database that may hold them, tables without key included. Times of last change stay.</summary>
public static class DatabaseReplacement
{
    private const int Page = 200;

    /// <summary>Counts, or replaces. Each table is one transaction where its engine knows them.</summary>
    /// <param name="account">The database, usually the new one.</param>
    /// <param name="replacements">What is replaced by what.</param>
    /// <param name="options">How.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="MySqlException">The server refused, or the connection was lost.</exception>
    public static async Task<ReplacementResult> RunAsync(MySqlAccount account, IReadOnlyList<Replacement> replacements, ReplacementOptions options, CancellationToken token)
    {
        var replacer = new SerializedReplacer(replacements);
        using var sessions = new Sessions(account, account, new() { TrustedRoots = options.TrustedRoots, Method = WriteMethod.Insert });
        var connection = await sessions.OpenTargetAsync(token);
        try
        {
            var schema = await SchemaReader.ReadAsync(connection, account.Endpoint.Database, token);
            List<ReplacedColumn> found = [];
            foreach (var table in schema.Tables.Where(t => options.Tables.Count == 0 || options.Tables.Contains(t.Name, StringComparer.Ordinal)))
            {
                var work = new TableReplacement(connection, table, replacer, schema.Server.IsMariaDb, options);
                found.AddRange(await work.RunAsync(token));
            }

            return new(options.DryRun, found);
        }
        finally
        {
            await sessions.CloseAsync(connection);
        }
    }

    private sealed class TableReplacement(MySqlConnection connection, TableInfo table, SerializedReplacer replacer, bool mariaDb, ReplacementOptions options)
    {
        private readonly Dictionary<string, ReplacedColumn> _found = new(StringComparer.Ordinal);

        private readonly List<ColumnInfo> _columns =
        [
            .. table.Stored.Where(column =>
                (column.IsText || column.Type is "json" or "tinyblob" or "blob" or "mediumblob" or "longblob" or "varbinary")
                && !options.ExcludedColumns.Contains(column.Name, StringComparer.OrdinalIgnoreCase) && table.Key.All(key => key.Name != column.Name)),
        ];

        public async Task<IEnumerable<ReplacedColumn>> RunAsync(CancellationToken token)
        {
            if (_columns.Count == 0) return [];
            if (!options.DryRun) await connection.ExecuteAsync("START TRANSACTION", token);
            if (table.Key.Count > 0) await ByKeyAsync(token);
            else foreach (var column in _columns) await ByValueAsync(column, token);
            if (!options.DryRun) await connection.ExecuteAsync("COMMIT", token);
            return _found.Values;
        }

        private string Holds(ColumnInfo column) =>
            string.Join(" OR ", replacer.Forms.Select(form => $"INSTR(CAST({column.Quoted} AS BINARY), x'{Convert.ToHexString(form)}') > 0"));

        private async Task ByKeyAsync(CancellationToken token)
        {
            var key = table.Key;
            var keys = string.Join(',', key.Select(static column => column.Quoted));
            byte[][]? last = null;
            while (true)
            {
                var range = new ChunkRange(last, null).Where(key);
                var where = $"{(range.Length == 0 ? " WHERE " : range + " AND ")}({string.Join(" OR ", _columns.Select(Holds))})";
                var rows = (await connection.QueryAsync(FormattableString.Invariant($"SELECT {keys},{string.Join(',', _columns.Select(static c => c.Quoted))} FROM {table.Quoted}{where} ORDER BY {keys} LIMIT {Page}"), token)).Rows;
                foreach (var row in rows)
                {
                    var place = string.Join(" AND ", key.Select((column, i) => $"{column.Quoted} = {ChunkRange.Literal(column, row[i]!)}"));
                    var sets = _columns.Select((column, i) => Changed(column, row[key.Count + i])).OfType<string>().ToList();
                    if (sets.Count > 0) await UpdateAsync(sets, place, token);
                }

                if (rows.Count < Page) return;
                last = [.. rows[^1].Take(key.Count).Select(static value => value!)];
            }
        }

        /// <summary>Without key, equal values are changed together.</summary>
        private async Task ByValueAsync(ColumnInfo column, CancellationToken token)
        {
            var rows = (await connection.QueryAsync($"SELECT CAST({column.Quoted} AS BINARY), COUNT(*) FROM {table.Quoted} WHERE {Holds(column)} GROUP BY 1", token)).Rows;
            foreach (var row in rows)
                if (Changed(column, row[0], MySqlResult.Number(row[1])) is { } set)
                    await UpdateAsync([set], $"CAST({column.Quoted} AS BINARY) = x'{Convert.ToHexString(row[0]!)}'", token);
        }

        private Task UpdateAsync(IEnumerable<string> sets, string place, CancellationToken token)
        {
            if (options.DryRun) return Task.CompletedTask;
            var kept = table.Columns.Where(static column => column.Extra.Contains("on update", StringComparison.OrdinalIgnoreCase)).Select(static column => $"{column.Quoted} = {column.Quoted}");
            return connection.ExecuteAsync($"UPDATE {table.Quoted} SET {string.Join(", ", sets.Concat(kept))} WHERE {place}", token);
        }

        private string? Changed(ColumnInfo column, byte[]? value, long rows = 1)
        {
            if (value is null) return null;
            var made = replacer.Replace(value);
            if (made.Bytes is null && !made.Damaged) return null;
            var tooLong = made.Bytes is { } bytes && Length(column, bytes) > Limit(column);
            var before = _found.GetValueOrDefault(column.Name) ?? new(table.Name, column.Name, 0, 0, 0, 0);
            var changes = made.Bytes is not null && !tooLong;
            _found[column.Name] = before with
            {
                Values = before.Values + (changes ? rows : 0),
                Places = before.Places + (changes ? made.Count * rows : 0),
                Damaged = before.Damaged + (made.Damaged ? rows : 0),
                TooLong = before.TooLong + (tooLong ? rows : 0),
            };
            return changes ? $"{column.Quoted} = {Literal(column, made.Bytes!)}" : null;
        }

        private string Literal(ColumnInfo column, byte[] value)
        {
            var hex = $"x'{Convert.ToHexString(value)}'";
            return column.Type == "json" && !mariaDb ? $"CONVERT({hex} USING utf8mb4)" : column.Charset is { } charset && column.IsText ? $"_{charset} {hex}" : hex;
        }

        private static long Length(ColumnInfo column, byte[] value) =>
            column.Type is "char" or "varchar" && column.Charset is { } charset && charset.StartsWith("utf8", StringComparison.Ordinal) ? Encoding.UTF8.GetCharCount(value) : value.Length;

        private static long Limit(ColumnInfo column) => column.Type switch
        {
            "tinytext" or "tinyblob" => 255,
            "text" or "blob" => 65_535,
            "mediumtext" or "mediumblob" => 16_777_215,
            "char" or "varchar" or "varbinary" => column.Characters,
            _ => uint.MaxValue,
        };
    }
}
