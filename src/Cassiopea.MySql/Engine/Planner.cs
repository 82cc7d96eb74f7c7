using System.Globalization;
using Cassiopea.MySql.Schema;

namespace Cassiopea.MySql.Engine;

/// <summary>Cuts tables into chunks along their keys.</summary>
internal static class Planner
{
    /// <summary>Walks the key at the source; a small table, or one without key, is one chunk. One round trip per chunk.</summary>
    public static async Task<List<ChunkRange>> CutAsync(MySqlConnection source, TableInfo table, DatabaseCopyOptions options, CancellationToken token)
    {
        var rows = RowsPerChunk(table, options);
        var key = table.Key;
        if (key.Count == 0 || table.EstimatedRows < rows * 3 / 2 && table.DataBytes < options.ChunkBytes * 3 / 2) return [ChunkRange.All];
        List<ChunkRange> chunks = [];
        var columns = string.Join(',', key.Select(static column => column.Quoted));
        byte[][]? last = null;
        while (true)
        {
            var from = new ChunkRange(last, null).Where(key);
            var next = await source.QueryAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT {columns} FROM {table.Quoted}{from} ORDER BY {columns} LIMIT 1 OFFSET {rows - 1}"), token);
            var bound = next.Rows.Count == 0 ? null : next.Rows[0]!;
            chunks.Add(new(last, bound!));
            if (bound is null) return chunks;
            last = bound!;
        }
    }

    private static long RowsPerChunk(TableInfo table, DatabaseCopyOptions options)
    {
        var row = table.EstimatedRows > 0 ? Math.Max(1, table.DataBytes / table.EstimatedRows) : 1;
        return Math.Clamp(options.ChunkBytes / row, 1, options.ChunkRows);
    }
}
