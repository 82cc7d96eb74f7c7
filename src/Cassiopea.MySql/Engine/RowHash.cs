using Cassiopea.MySql.Schema;

namespace Cassiopea.MySql.Engine;

/// <summary>What a server says of the rows of a chunk: how many, and the sum of 64 bits of each row's MD5. The order of rows makes no difference.</summary>
internal readonly record struct ChunkHash(long Rows, string Sum);

/// <summary>Has a server hash rows by itself, so that equal chunks cost no traffic.</summary>
internal static class RowHash
{
    /// <summary>The hash of a chunk. One round trip; the server reads the chunk.</summary>
    public static async Task<ChunkHash> OfAsync(MySqlConnection connection, TableInfo table, string quotedName, ChunkRange range, CancellationToken token)
    {
        var row = (await connection.QueryAsync(
            $"SELECT COUNT(*), COALESCE(SUM(CAST(CONV(LEFT(MD5({Expression(table)}),16),16,10) AS UNSIGNED)),0) FROM {quotedName}{range.Where(table.Key)}", token)).Rows[0];
        return new(MySqlResult.Number(row[0]), MySqlResult.Text(row[1])!);
    }

    /// <summary>One string per row that differs whenever a value differs: lengths keep neighbours apart, the last part tells NULL from empty.</summary>
    public static string Expression(TableInfo table)
    {
        var columns = table.Stored;
        var parts = columns.Select(Part).Append($"CONCAT({string.Join(',', columns.Select(static column => $"ISNULL({column.Quoted})"))})");
        return $"CONCAT_WS('#',{string.Join(',', parts)})";
    }

    private static string Part(ColumnInfo column) => column.Type switch
    {
        "json" => $"MD5(CAST({column.Quoted} AS CHAR))",
        _ when column.IsLarge => $"MD5({column.Quoted})",
        "float" => $"{column.Quoted}+0e0",
        "bit" => $"{column.Quoted}+0",
        "char" or "varchar" or "binary" or "varbinary" => $"LENGTH({column.Quoted}),CAST({column.Quoted} AS BINARY)",
        "enum" or "set" => $"LENGTH({column.Quoted}),CAST({column.Quoted} AS BINARY)",
        _ => column.Quoted,
    };
}
