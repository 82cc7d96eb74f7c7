using Cassiopea.MySql.Schema;
using Cassiopea.MySql.Wire;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>
/// Turns the source's rows into the target's LOAD DATA LOCAL stream: tab between fields, newline after rows, backslash before
/// backslash, tab and newline, <c>\N</c> for NULL. Bytes stay bytes; no file, no row twice in memory.
/// </summary>
internal sealed class LoadSink(MySqlConnection target, int columns, Throttle throttle) : IRowSink
{
    private const int Head = 4;
    private const int Size = 256 << 10;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(Head + Size);
    private int _at = Head;

    public long Rows { get; private set; }

    public long Bytes { get; private set; }

    public static string Statement(TableInfo table, string quotedName, bool realMySql)
    {
        var stored = table.Stored;
        var list = string.Join(',', stored.Select((column, i) => column.Type == "json" && realMySql ? $"@j{i}" : column.Quoted));
        var set = string.Join(',', stored.Select((column, i) => column.Type == "json" && realMySql ? $"{column.Quoted}=CONVERT(@j{i} USING utf8mb4)" : null).OfType<string>());
        return $"LOAD DATA LOCAL INFILE 'rows' INTO TABLE {quotedName} CHARACTER SET binary FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' ({list}){(set.Length > 0 ? " SET " + set : "")}";
    }

    public ValueTask RowAsync(ReadOnlyMemory<byte> row, CancellationToken token)
    {
        Rows++;
        Bytes += row.Length;
        var most = 2 * (row.Length + columns);
        if (_buffer.Length - _at >= most)
        {
            Encode(row.Span);
            return default;
        }

        return most <= Size ? FlushedAsync(row, token) : LargeAsync(row, token);
    }

    public async ValueTask FinishAsync(CancellationToken token)
    {
        if (_at > Head) await FlushAsync(token);
    }

    private void Encode(ReadOnlySpan<byte> row)
    {
        var fields = new Payload(row);
        var into = _buffer.AsSpan();
        var at = _at;
        for (var i = 0; i < columns; i++)
        {
            if (i > 0) into[at++] = (byte)'\t';
            if (fields.TryField(out var field)) at = Escape(field, into, at);
            else
            {
                into[at++] = (byte)'\\';
                into[at++] = (byte)'N';
            }
        }

        into[at++] = (byte)'\n';
        _at = at;
    }

    private static int Escape(ReadOnlySpan<byte> field, Span<byte> into, int at)
    {
        while (true)
        {
            var special = field.IndexOfAny((byte)'\\', (byte)'\t', (byte)'\n');
            var plain = special < 0 ? field : field[..special];
            plain.CopyTo(into[at..]);
            at += plain.Length;
            if (special < 0) return at;
            into[at++] = (byte)'\\';
            into[at++] = field[special] switch { (byte)'\t' => (byte)'t', (byte)'\n' => (byte)'n', _ => (byte)'\\' };
            field = field[(special + 1)..];
        }
    }

    private async ValueTask FlushedAsync(ReadOnlyMemory<byte> row, CancellationToken token)
    {
        await FlushAsync(token);
        Encode(row.Span);
    }

    /// <summary>A row that is larger than the buffer goes out in pieces.</summary>
    private async ValueTask LargeAsync(ReadOnlyMemory<byte> row, CancellationToken token)
    {
        const int piece = Size / 2;
        var at = 0;
        for (var i = 0; i < columns; i++)
        {
            if (_buffer.Length - _at < 3) await FlushAsync(token);
            if (i > 0) _buffer[_at++] = (byte)'\t';
            var (start, length) = Next(row.Span, ref at);
            if (length < 0)
            {
                _buffer[_at++] = (byte)'\\';
                _buffer[_at++] = (byte)'N';
            }

            for (var done = 0; done < length; done += piece)
            {
                var part = row.Slice(start + done, Math.Min(piece, length - done));
                if (_buffer.Length - _at < 2 * part.Length) await FlushAsync(token);
                _at = Escape(part.Span, _buffer, _at);
            }
        }

        if (_buffer.Length == _at) await FlushAsync(token);
        _buffer[_at++] = (byte)'\n';
    }

    private static (int Start, int Length) Next(ReadOnlySpan<byte> row, ref int at)
    {
        var payload = new Payload(row[at..]);
        var isNull = !payload.TryField(out var field);
        at = row.Length - payload.Rest.Length;
        return isNull ? (at, -1) : (at - field.Length, field.Length);
    }

    private async ValueTask FlushAsync(CancellationToken token)
    {
        var packet = _buffer.AsMemory(0, _at);
        _at = Head;
        if (throttle.Limited) await throttle.WaitAsync(packet.Length, token);
        await target.SendLoadAsync(packet, token);
    }
}
