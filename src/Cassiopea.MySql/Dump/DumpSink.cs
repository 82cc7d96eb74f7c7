using System.Text;
using Cassiopea.MySql.Schema;
using Cassiopea.MySql.Wire;

namespace Cassiopea.MySql.Dump;

/// <summary>
/// Rows as INSERT statements of about 1 MB. Text and bytes stand in quotes as they are; what a client would change on its way (NUL,
/// line ends, Ctrl-Z) stands behind a backslash.
/// </summary>
internal sealed class DumpSink : IRowSink
{
    private const int Batch = 1 << 20;
    private const int Piece = 64 << 10;

    private readonly DumpFile _file;
    private readonly byte[] _head;
    private readonly bool[] _plain;
    private readonly bool[] _json;
    private readonly byte[] _buffer = new byte[2 * Piece + 1024];
    private int _at;
    private long _inStatement;

    public DumpSink(DumpFile file, TableInfo table, bool mariaDb)
    {
        _file = file;
        var stored = table.Stored;
        _head = Encoding.UTF8.GetBytes($"INSERT INTO {table.Quoted} ({string.Join(',', stored.Select(static c => c.Quoted))}) VALUES\n");
        _plain = [.. stored.Select(static c => c.Type is "tinyint" or "smallint" or "mediumint" or "int" or "bigint" or "decimal" or "float" or "double" or "year")];
        _json = [.. stored.Select(c => c.Type == "json" && !mariaDb)];
    }

    public long Rows { get; private set; }

    public async ValueTask RowAsync(ReadOnlyMemory<byte> row, CancellationToken token)
    {
        Rows++;
        await PutAsync(_inStatement == 0 ? _head : ",\n"u8.ToArray(), token);
        var at = 0;
        for (var i = 0; i < _plain.Length; i++)
        {
            await PutAsync(i == 0 ? "("u8.ToArray() : ","u8.ToArray(), token);
            var (start, length) = Next(row.Span, ref at);
            if (length < 0) await PutAsync("NULL"u8.ToArray(), token);
            else if (_plain[i]) await PutAsync(row.Slice(start, length), token);
            else await QuoteAsync(row.Slice(start, length), _json[i], token);
        }

        await PutAsync(")"u8.ToArray(), token);
        _inStatement += row.Length + 1;
        if (_inStatement >= Batch) await EndStatementAsync(token);
    }

    public async ValueTask FinishAsync(CancellationToken token)
    {
        if (_inStatement > 0) await EndStatementAsync(token);
        await FlushAsync(token);
    }

    private async ValueTask EndStatementAsync(CancellationToken token)
    {
        await PutAsync(";\n"u8.ToArray(), token);
        _inStatement = 0;
        if (!_file.IsFull(_at)) return;
        await FlushAsync(token);
        await _file.EndFileAsync(token);
    }

    private async ValueTask QuoteAsync(ReadOnlyMemory<byte> field, bool json, CancellationToken token)
    {
        await PutAsync(json ? "_utf8mb4'"u8.ToArray() : "_binary'"u8.ToArray(), token);
        for (var done = 0; done < field.Length; done += Piece)
        {
            var part = field.Slice(done, Math.Min(Piece, field.Length - done));
            if (_buffer.Length - _at < 2 * part.Length) await FlushAsync(token);
            Escape(part.Span);
        }

        await PutAsync("'"u8.ToArray(), token);
    }

    private void Escape(ReadOnlySpan<byte> part)
    {
        foreach (var b in part)
        {
            var escaped = b switch { 0 => (byte)'0', (byte)'\n' => (byte)'n', (byte)'\r' => (byte)'r', 26 => (byte)'Z', (byte)'\\' => (byte)'\\', (byte)'\'' => (byte)'\'', _ => (byte)0 };
            if (escaped != 0) _buffer[_at++] = (byte)'\\';
            _buffer[_at++] = escaped != 0 ? escaped : b;
        }
    }

    private async ValueTask PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        if (_buffer.Length - _at < bytes.Length) await FlushAsync(token);
        if (bytes.Length > _buffer.Length)
        {
            await _file.WriteAsync(bytes, token);
            return;
        }

        bytes.Span.CopyTo(_buffer.AsSpan(_at));
        _at += bytes.Length;
    }

    private async ValueTask FlushAsync(CancellationToken token)
    {
        await _file.WriteAsync(_buffer.AsMemory(0, _at), token);
        _at = 0;
    }

    private static (int Start, int Length) Next(ReadOnlySpan<byte> row, ref int at)
    {
        var payload = new Payload(row[at..]);
        var isNull = !payload.TryField(out var field);
        at = row.Length - payload.Rest.Length;
        return isNull ? (at, -1) : (at - field.Length, field.Length);
    }
}
