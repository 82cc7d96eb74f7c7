namespace Cassiopea.MySql.Wire;

/// <summary>The fields of one row.</summary>
internal delegate byte[]?[] RowParser(ReadOnlySpan<byte> row, IReadOnlyList<MySqlColumn> columns);

/// <summary>Passes rows over.</summary>
internal sealed class NoRows : IRowSink
{
    public static NoRows Instance { get; } = new();

    public ValueTask RowAsync(ReadOnlyMemory<byte> row, CancellationToken token) => default;
}

/// <summary>Holds rows, as many as is allowed.</summary>
internal sealed class HeldRows(MySqlLimits limits, RowParser parse) : IRowSink
{
    private long _bytes;

    public IReadOnlyList<MySqlColumn> Columns { get; private set; } = [];

    public List<byte[]?[]> Rows { get; } = [];

    public void Begin(IReadOnlyList<MySqlColumn> columns) => Columns = columns;

    public ValueTask RowAsync(ReadOnlyMemory<byte> row, CancellationToken token)
    {
        _bytes += row.Length;
        if (Rows.Count >= limits.Rows || _bytes > limits.ResultBytes) throw new MySqlSyntaxException("A result is larger than is allowed here.");
        Rows.Add(parse(row.Span, Columns));
        return default;
    }
}
