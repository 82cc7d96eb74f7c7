using System.Text.RegularExpressions;
using Cassiopea.MySql.Engine;
using Cassiopea.MySql.Schema;
using Cassiopea.MySql.Wire;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Charsets;

/// <summary>What is proposed for a column.</summary>
public enum CharsetProposal
{
    /// <summary>Nothing: no value is encoded twice.</summary>
    None,

    /// <summary>All values beyond ASCII are encoded twice: the whole column is repaired.</summary>
    WholeColumn,

    /// <summary>Some are, some are not: those that are, are repaired one by one.</summary>
    RowByRow,
}

/// <summary>How a column's text is encoded.</summary>
/// <param name="Table">The table.</param>
/// <param name="Column">The column.</param>
/// <param name="Charset">The character set that the column says it has.</param>
/// <param name="NonAscii">Values beyond ASCII.</param>
/// <param name="Doubled">Those that are UTF-8 taken for Latin-1.</param>
public sealed record ColumnCharset(string Table, string Column, string Charset, long NonAscii, long Doubled)
{
    /// <summary>What is proposed.</summary>
    public CharsetProposal Proposal => Doubled == 0 ? CharsetProposal.None : Doubled == NonAscii ? CharsetProposal.WholeColumn : CharsetProposal.RowByRow;

    /// <summary>The name by which a person approves the repair.</summary>
    public string Name => $"{Table}.{Column}";
}

/// <summary>What a repair did to a column.</summary>
/// <param name="Column">As it was found before.</param>
/// <param name="Repaired">Values repaired.</param>
/// <param name="Failure">Why it was left as it is; null when it was repaired.</param>
public sealed record RepairedColumn(ColumnCharset Column, long Repaired, TransferFailure? Failure);

/// <summary>
/// Finds text that is encoded twice, column by column, and repairs it where a person approved. Values that are not encoded twice stay
/// byte for byte what they are; a Latin-1 column becomes utf8mb4, since what was meant may not fit into Latin-1.
/// </summary>
public static partial class DatabaseCharsets
{
    private static readonly string[] Known = ["latin1", "utf8", "utf8mb3", "utf8mb4"];

    /// <summary>Reads every value beyond ASCII once. Writes nothing.</summary>
    /// <param name="account">The database.</param>
    /// <param name="side">Which end it is, for failures.</param>
    /// <param name="options">How to connect, and which tables to leave out.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>Columns that hold values beyond ASCII.</returns>
    /// <exception cref="MySqlException">It cannot be entered or read.</exception>
    public static async Task<IReadOnlyList<ColumnCharset>> DetectAsync(MySqlAccount account, TransferSide side, DatabaseCopyOptions options, CancellationToken token)
    {
        await using var connection = await MySqlConnection.OpenAsync(account, side, new() { Idle = options.Idle, TrustedRoots = options.TrustedRoots }, token);
        await connection.ExecuteAsync("SET character_set_results=NULL", token);
        var schema = await SchemaReader.ReadAsync(connection, account.Endpoint.Database, token);
        List<ColumnCharset> found = [];
        foreach (var table in schema.Tables.Where(t => !options.ExcludedTables.Contains(t.Name, StringComparer.Ordinal)))
            foreach (var column in table.Stored.Where(static c => c.IsText && Known.Contains(c.Charset)))
                if (await DetectAsync(connection, table, column, token) is { NonAscii: > 0 } charset) found.Add(charset);
        return found;
    }

    /// <summary>Repairs the approved columns. Each is looked at again before; what needs no repair stays.</summary>
    /// <param name="account">The new database; the old one is never changed.</param>
    /// <param name="approved">Columns as <see cref="ColumnCharset.Name"/>.</param>
    /// <param name="options">How to connect.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="MySqlException">It cannot be entered or read.</exception>
    public static async Task<IReadOnlyList<RepairedColumn>> RepairAsync(MySqlAccount account, IReadOnlyCollection<string> approved, DatabaseCopyOptions options, CancellationToken token)
    {
        using var sessions = new Sessions(account, account, options with { Method = WriteMethod.Insert });
        var connection = await sessions.OpenTargetAsync(token);
        try
        {
            var schema = await SchemaReader.ReadAsync(connection, account.Endpoint.Database, token);
            List<RepairedColumn> repaired = [];
            foreach (var table in schema.Tables)
                foreach (var column in table.Stored.Where(c => c.IsText && Known.Contains(c.Charset) && approved.Contains($"{table.Name}.{c.Name}")))
                    repaired.Add(await RepairAsync(connection, table, column, token));
            return repaired;
        }
        finally
        {
            await sessions.CloseAsync(connection);
        }
    }

    private static string BeyondAscii(ColumnInfo column) => $"CAST(CONVERT({column.Quoted} USING ascii) AS BINARY) <> CAST({column.Quoted} AS BINARY)";

    private static async Task<ColumnCharset> DetectAsync(MySqlConnection connection, TableInfo table, ColumnInfo column, CancellationToken token)
    {
        var counts = new Counting(column.Charset!);
        await connection.StreamAsync($"SELECT CAST({column.Quoted} AS BINARY) FROM {table.Quoted} WHERE {BeyondAscii(column)}", counts, token);
        return new(table.Name, column.Name, column.Charset!, counts.All, counts.Doubled);
    }

    private static async Task<RepairedColumn> RepairAsync(MySqlConnection connection, TableInfo table, ColumnInfo column, CancellationToken token)
    {
        var found = await DetectAsync(connection, table, column, token);
        if (found.Doubled == 0) return new(found, 0, null);
        try
        {
            var meant = await MeantAsync(connection, table, column, token);
            if (column.Charset is not "utf8mb4") await connection.ExecuteAsync(await AsUtf8Mb4Async(connection, table, column, token), token);
            await connection.ExecuteAsync("START TRANSACTION", token);
            var kept = string.Concat(table.Columns.Where(static c => c.Extra.Contains("on update", StringComparison.OrdinalIgnoreCase)).Select(static c => $", {c.Quoted} = {c.Quoted}"));
            long repaired = 0;
            foreach (var (place, old, value) in meant)
            {
                var where = place ?? $"CAST({column.Quoted} AS BINARY) = CAST(CONVERT(_{column.Charset} x'{Convert.ToHexString(old)}' USING utf8mb4) AS BINARY)";
                repaired += (await connection.ExecuteAsync($"UPDATE {table.Quoted} SET {column.Quoted} = _utf8mb4 x'{Convert.ToHexString(value)}'{kept} WHERE {where}", token)).Affected;
            }

            await connection.ExecuteAsync("COMMIT", token);
            return new(found, repaired, null);
        }
        catch (MySqlException refused) when (refused.ConnectionUsable)
        {
            await connection.ExecuteAsync("ROLLBACK", token);
            return new(found, 0, refused.Failure);
        }
    }

    /// <summary>Where each doubled value is, what it is, and what was meant; without key, equal values are one.</summary>
    private static async Task<List<(string? Place, byte[] Old, byte[] Value)>> MeantAsync(MySqlConnection connection, TableInfo table, ColumnInfo column, CancellationToken token)
    {
        var key = table.Key.Any(k => k.Name == column.Name) ? [] : table.Key;
        var select = key.Count > 0
            ? $"SELECT CAST({column.Quoted} AS BINARY), {string.Join(',', key.Select(static k => k.Quoted))} FROM {table.Quoted} WHERE {BeyondAscii(column)}"
            : $"SELECT DISTINCT CAST({column.Quoted} AS BINARY) FROM {table.Quoted} WHERE {BeyondAscii(column)}";
        List<(string?, byte[], byte[])> meant = [];
        foreach (var row in (await connection.QueryAsync(select, token)).Rows)
        {
            if (DoubleEncoding.Meant(row[0], column.Charset!) is not { } value) continue;
            var place = key.Count > 0 ? string.Join(" AND ", key.Select((k, i) => $"{k.Quoted} = {ChunkRange.Literal(k, row[i + 1]!)}")) : null;
            meant.Add((place, row[0]!, value));
        }

        return meant;
    }

    /// <summary>The column as it is made, with another character set: the server converts, the text stays the same.</summary>
    private static async Task<string> AsUtf8Mb4Async(MySqlConnection connection, TableInfo table, ColumnInfo column, CancellationToken token)
    {
        var create = await SchemaReader.CreateTableAsync(connection, table.Quoted, token);
        var line = create.Split('\n').First(l => l.StartsWith($"  {column.Quoted} ", StringComparison.Ordinal)).Trim().TrimEnd(',');
        var rest = line[(column.Quoted.Length + 1)..];
        var type = Type().Match(rest).Value;
        return $"ALTER TABLE {table.Quoted} MODIFY {column.Quoted} {type} CHARACTER SET utf8mb4 {CharsetWords().Replace(rest[type.Length..], "")}";
    }

    [GeneratedRegex(@"^\w+(\(\d+\))?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Type();

    [GeneratedRegex(@" (CHARACTER SET|COLLATE) \w+", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CharsetWords();

    private sealed class Counting(string charset) : IRowSink
    {
        public long All { get; private set; }

        public long Doubled { get; private set; }

        public ValueTask RowAsync(ReadOnlyMemory<byte> row, CancellationToken token)
        {
            var fields = new Payload(row.Span);
            if (!fields.TryField(out var value)) return default;
            All++;
            if (DoubleEncoding.Meant(value, charset) is not null) Doubled++;
            return default;
        }
    }
}
