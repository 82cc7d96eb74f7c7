using System.Text;
using Cassiopea.MySql.Schema;
using Cassiopea.MySql.Wire;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>Where the target forbids LOAD DATA LOCAL: INSERT statements of about 1 MB, each sent while the source still delivers.</summary>
internal sealed class InsertSink : IRowSink
{
    private const int Largest = 1 << 20;

    private readonly MySqlConnection _target;
    private readonly byte[] _head;
    private readonly byte[] _opens;
    private readonly byte[] _closes;
    private readonly bool[] _plain;
    private readonly bool[] _json;
    private readonly int _batch;
    private readonly Throttle _throttle;
    private readonly byte[] _piece = GC.AllocateUninitializedArray<byte>(64 << 10);
    private int _inBatch;

    public InsertSink(MySqlConnection target, TableInfo table, string quotedName, ServerInfo server, Throttle throttle)
    {
        (_target, _throttle) = (target, throttle);
        var stored = table.Stored;
        _head = Encoding.UTF8.GetBytes($"INSERT INTO {quotedName} ({string.Join(',', stored.Select(static column => column.Quoted))}) VALUES ");
        _plain = [.. stored.Select(static column => column.Type is "tinyint" or "smallint" or "mediumint" or "int" or "bigint" or "decimal" or "float" or "double" or "year")];
        _json = [.. stored.Select(column => column.Type == "json" && !server.IsMariaDb)];
        (_opens, _closes) = (",_binary'"u8.ToArray(), "'"u8.ToArray());
        _batch = (int)Math.Min(Largest, server.MaxAllowedPacket / 2);
    }

    public long Rows { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Rows that the server says were stored.</summary>
    public long Stored { get; private set; }

    public int Warnings { get; private set; }

    public ValueTask RowAsync(ReadOnlyMemory<byte> row, CancellationToken token)
    {
        Rows++;
        Bytes += row.Length;
        if (_inBatch > 0 && _target.Out.Length + row.Length * 2 > _batch || row.Length > _batch / 4) return OwnAsync(row, token);
        Append(row.Span);
        return default;
    }

    public async ValueTask FinishAsync(CancellationToken token)
    {
        if (_inBatch > 0) await SendAsync(token);
    }

    private async ValueTask OwnAsync(ReadOnlyMemory<byte> row, CancellationToken token)
    {
        if (_inBatch > 0 && _target.Out.Length + row.Length > _batch) await SendAsync(token);
        if (row.Length <= _batch / 4)
        {
            Append(row.Span);
            return;
        }

        await LargeAsync(row, token);
        if (_target.Out.Length > _batch || row.Length > _batch) await SendAsync(token);
    }

    private void Open()
    {
        if (_inBatch++ == 0)
        {
            _target.StartQuery();
            _target.Out.Write(_head);
        }
        else
        {
            _target.Out.Byte((byte)',');
        }

        _target.Out.Byte((byte)'(');
    }

    private void Append(ReadOnlySpan<byte> row)
    {
        Open();
        var fields = new Payload(row);
        for (var i = 0; i < _plain.Length; i++)
        {
            if (!fields.TryField(out var field)) _target.Out.Write(i == 0 ? "NULL"u8 : ",NULL"u8);
            else if (_plain[i])
            {
                if (i > 0) _target.Out.Byte((byte)',');
                _target.Out.Write(field);
            }
            else
            {
                _target.Out.Write(Opening(i));
                Quote(field);
                _target.Out.Write(_closes);
            }
        }

        _target.Out.Byte((byte)')');
    }

    private ReadOnlySpan<byte> Opening(int i)
    {
        if (_json[i]) return i == 0 ? "_utf8mb4'"u8 : ",_utf8mb4'"u8;
        return i == 0 ? _opens.AsSpan(1) : _opens;
    }

    private void Quote(ReadOnlySpan<byte> field)
    {
        while (true)
        {
            var special = field.IndexOfAny((byte)'\\', (byte)'\'', (byte)0);
            if (special < 0)
            {
                _target.Out.Write(field);
                return;
            }

            _target.Out.Write(field[..special]);
            _target.Out.Byte((byte)'\\');
            _target.Out.Byte(field[special] == 0 ? (byte)'0' : field[special]);
            field = field[(special + 1)..];
        }
    }

    /// <summary>A row that may be larger than a packet: field by field, in pieces.</summary>
    private async ValueTask LargeAsync(ReadOnlyMemory<byte> row, CancellationToken token)
    {
        Open();
        var at = 0;
        for (var i = 0; i < _plain.Length; i++)
        {
            var (start, length) = Next(row.Span, ref at);
            if (length < 0)
            {
                _target.Out.Write(i == 0 ? "NULL"u8 : ",NULL"u8);
                continue;
            }

            if (_plain[i])
            {
                if (i > 0) _target.Out.Byte((byte)',');
                _target.Out.Write(row.Span.Slice(start, length));
                continue;
            }

            _target.Out.Write(Opening(i));
            for (var done = 0; done < length; done += _piece.Length / 2)
            {
                var part = row.Slice(start + done, Math.Min(_piece.Length / 2, length - done));
                var size = Escape(part.Span);
                await _target.WriteLargeAsync(_piece.AsMemory(0, size), token);
            }

            _target.Out.Write(_closes);
        }

        _target.Out.Byte((byte)')');
    }

    private int Escape(ReadOnlySpan<byte> part)
    {
        var at = 0;
        foreach (var b in part)
        {
            if (b is 0 or (byte)'\\' or (byte)'\'') _piece[at++] = (byte)'\\';
            _piece[at++] = b == 0 ? (byte)'0' : b;
        }

        return at;
    }

    private static (int Start, int Length) Next(ReadOnlySpan<byte> row, ref int at)
    {
        var payload = new Payload(row[at..]);
        var isNull = !payload.TryField(out var field);
        at = row.Length - payload.Rest.Length;
        return isNull ? (at, -1) : (at - field.Length, field.Length);
    }

    private async ValueTask SendAsync(CancellationToken token)
    {
        if (_throttle.Limited) await _throttle.WaitAsync(_target.Out.Length, token);
        _inBatch = 0;
        var ok = await _target.FinishExecuteAsync("INSERT", token);
        Stored += ok.Affected;
        Warnings += ok.Warnings;
    }
}
