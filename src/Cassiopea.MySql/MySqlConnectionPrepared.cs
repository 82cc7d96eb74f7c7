using System.Buffers.Binary;
using System.Text;
using Cassiopea.MySql.Wire;

namespace Cassiopea.MySql;

public sealed partial class MySqlConnection
{
    private const byte Prepare = 0x16, Execute = 0x17, CloseStatement = 0x19;

    /// <summary>
    /// Runs a query with values in the places of its question marks, and holds its rows. The values never stand in the statement: those that come from outside
    /// are passed in this way. Two round trips.
    /// </summary>
    /// <param name="sql">One statement with <c>?</c> for each value.</param>
    /// <param name="values">Texts, bytes, <see cref="long"/>, <see cref="double"/> or null.</param>
    /// <param name="token">Cancels, and closes the connection.</param>
    /// <exception cref="ArgumentException">There are other values than question marks, or of another type.</exception>
    /// <exception cref="MySqlException">The server refused, the result is too large to be held, or the connection was lost.</exception>
    public async Task<MySqlResult> QueryAsync(string sql, IReadOnlyList<object?> values, CancellationToken token)
    {
        var types = values.Select(TypeOf).ToArray();
        StartCommand(Prepare);
        _out.Text(sql);
        var statement = await GuardAsync(() => PrepareAsync(Doing(sql), token), token);
        try
        {
            if (statement.Values != values.Count) throw new ArgumentException($"The statement has {statement.Values} question marks, and {values.Count} values were given.", nameof(values));
            StartCommand(Execute);
            _out.Int(statement.Id);
            _out.Byte(0);
            _out.Int(1);
            await WriteValuesAsync(values, types, token);
            var held = new HeldRows(_options.Limits, BinaryRow.Fields);
            await GuardAsync(() => ExecuteAsync(Doing(sql), held, token), token);
            return new(held.Columns, held.Rows);
        }
        finally
        {
            if (!Closed) await ForgetAsync(statement.Id, token);
        }
    }

    private void StartCommand(byte command)
    {
        if (Closed) throw MySqlException.Lost(Side, "The connection is closed.");
        _out.Discard();
        (_out.Sequence, _in.Sequence) = (0, 1);
        _out.Byte(command);
    }

    private async Task<(uint Id, int Values)> PrepareAsync(string doing, CancellationToken token)
    {
        await SendAsync(token);
        var (id, columns, values) = Prepared((await AnswerAsync(token)).Span, doing);
        foreach (var count in new[] { values, columns })
        {
            if (count > _options.Limits.Columns) throw new MySqlSyntaxException($"A statement of {count} columns or values.");
            for (var i = 0; i < count; i++) Column((await _in.ReadAsync(_options.Limits.Message, token)).Span);
            if (count > 0) await EndOfColumnsAsync(token);
        }

        return (id, values);
    }

    private (uint Id, int Columns, int Values) Prepared(ReadOnlySpan<byte> packet, string doing)
    {
        if (packet[0] == 0xFF) throw ServerError.Parse(packet).ToException(Side, doing);
        var payload = new Payload(packet);
        if (payload.Byte() != 0) throw new MySqlSyntaxException("The answer to a statement to be prepared is neither OK nor an error.");
        return (payload.Int(), payload.Short(), payload.Short());
    }

    private async Task<bool> ExecuteAsync(string doing, HeldRows held, CancellationToken token)
    {
        await SendAsync(token);
        var packet = await AnswerAsync(token);
        if (packet.Span[0] is 0x00 or 0xFF)
        {
            Ok(packet.Span, doing);
            return true;
        }

        if (packet.Span[0] == 0xFB) throw FileNotOffered();
        var columns = await ColumnsAsync(packet, token);
        held.Begin(columns);
        await RowsAsync(held, BinaryRow.Least(columns.Length), doing, token);
        return true;
    }

    /// <summary>The server keeps nothing of it; it does not answer.</summary>
    private async Task ForgetAsync(uint id, CancellationToken token)
    {
        StartCommand(CloseStatement);
        _out.Int(id);
        await GuardAsync(
            async () =>
            {
                await _out.SendAsync(token);
                return true;
            },
            token);
    }

    private async Task WriteValuesAsync(IReadOnlyList<object?> values, byte[] types, CancellationToken token)
    {
        if (values.Count == 0) return;
        var nulls = new byte[(values.Count + 7) / 8];
        for (var i = 0; i < values.Count; i++)
            if (values[i] is null) nulls[i / 8] |= (byte)(1 << i % 8);
        _out.Write(nulls);
        _out.Byte(1);
        foreach (var type in types) _out.Write([type, 0]);
        foreach (var value in values)
        {
            var bytes = value switch { string text => Encoding.UTF8.GetBytes(text), byte[] raw => raw, _ => null };
            if (bytes is not null) await WriteLargeAsync(Sized(bytes.Length), token);
            if (bytes is not null) await WriteLargeAsync(bytes, token);
            else if (value is long or double) await WriteLargeAsync(Number(value), token);
        }
    }

    private static byte[] Number(object value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value is double real ? BitConverter.DoubleToInt64Bits(real) : (long)value);
        return bytes;
    }

    /// <summary>A length-encoded number.</summary>
    private static byte[] Sized(int length)
    {
        if (length < 0xFB) return [(byte)length];
        var bytes = new byte[9];
        bytes[0] = 0xFE;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), length);
        return bytes;
    }

    private static byte TypeOf(object? value) => value switch
    {
        null => FieldType.Null,
        string => FieldType.VarString,
        byte[] => FieldType.Blob,
        long => FieldType.LongLong,
        double => FieldType.Double,
        _ => throw new ArgumentException($"A value of type {value.GetType().Name} cannot be passed.", nameof(value)),
    };
}
