using Cassiopea.MySql.Schema;
using Cassiopea.MySql.Wire;

namespace Cassiopea.MySql.Engine;

/// <summary>How many rows of a chunk are equal, and how the others differ.</summary>
internal readonly record struct RowDifference(long Equal, long Missing, long Altered, long Extra)
{
    /// <summary>Compares row by row: key and MD5 of each are read from both ends; without key, equal rows are paired.</summary>
    public static async Task<RowDifference> OfAsync(TableInfo table, string quotedName, ChunkRange range, MySqlConnection source, MySqlConnection target, CancellationToken token)
    {
        var there = new Hashes(table.Key.Count);
        var here = new Hashes(table.Key.Count);
        await Task.WhenAll(
            source.StreamAsync(Select(table, table.Quoted, range), there, token),
            target.StreamAsync(Select(table, quotedName, range), here, token));
        return table.Key.Count > 0 ? ByKey(there.ByKey, here.ByKey) : ByValue(there.Counts, here.Counts);
    }

    private static string Select(TableInfo table, string name, ChunkRange range) =>
        $"SELECT MD5({RowHash.Expression(table)}){string.Concat(table.Key.Select(static column => $",MD5(CAST({column.Quoted} AS BINARY))"))} FROM {name}{range.Where(table.Key)}";

    private static RowDifference ByKey(Dictionary<string, UInt128> there, Dictionary<string, UInt128> here)
    {
        var (equal, missing, altered) = (0L, 0L, 0L);
        foreach (var (key, hash) in there)
        {
            if (!here.TryGetValue(key, out var other)) missing++;
            else if (other == hash) equal++;
            else altered++;
        }

        return new(equal, missing, altered, here.Count - equal - altered);
    }

    private static RowDifference ByValue(Dictionary<UInt128, long> there, Dictionary<UInt128, long> here)
    {
        var equal = there.Sum(pair => Math.Min(pair.Value, here.GetValueOrDefault(pair.Key)));
        return new(equal, there.Values.Sum() - equal, 0, here.Values.Sum() - equal);
    }

    private sealed class Hashes(int keys) : IRowSink
    {
        public Dictionary<string, UInt128> ByKey { get; } = new(StringComparer.Ordinal);

        public Dictionary<UInt128, long> Counts { get; } = [];

        public ValueTask RowAsync(ReadOnlyMemory<byte> row, CancellationToken token)
        {
            var fields = new Payload(row.Span);
            fields.TryField(out var md5);
            var hash = UInt128.Parse(md5, System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
            if (keys > 0) ByKey[System.Text.Encoding.ASCII.GetString(fields.Rest)] = hash;
            else Counts[hash] = Counts.GetValueOrDefault(hash) + 1;
            return default;
        }
    }
}
