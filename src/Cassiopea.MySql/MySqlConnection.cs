using System.Net.Sockets;
using System.Text;
using Cassiopea.MySql.Wire;
using Cassiopea.Transfer;
using Cassiopea.Transfer.Net;

namespace Cassiopea.MySql;

/// <summary>Takes the rows of a result one by one; the memory is valid during the call only.</summary>
internal interface IRowSink
{
    void Begin(IReadOnlyList<MySqlColumn> columns)
    {
    }

    ValueTask RowAsync(ReadOnlyMemory<byte> row, CancellationToken token);
}

/// <summary>One connection: one statement at a time, results as text rows, those of prepared statements as binary rows. Not safe for several threads.</summary>
public sealed partial class MySqlConnection : IAsyncDisposable
{
    private readonly IdleGuardStream _stream;
    private readonly PacketReader _in;
    private readonly PacketWriter _out;
    private readonly MySqlConnectionOptions _options;
    private readonly LargeRows? _ownLargeRows;
    private bool _loading;

    private MySqlConnection(IdleGuardStream stream, TransferSide side, MySqlConnectionOptions options)
    {
        (_stream, Side, _options) = (stream, side, options);
        if (options.LargeRows is null) _ownLargeRows = new();
        _in = new(options.Limits, options.LargeRows ?? _ownLargeRows!) { Stream = stream };
        _out = new() { Stream = stream };
    }

    /// <summary>Which end this is.</summary>
    public TransferSide Side { get; }

    /// <summary>The server's version as it greets, for example <c>5.5.5-10.11.6-MariaDB</c>.</summary>
    public string Version { get; private set; } = "";

    /// <summary>True when nothing more can be sent.</summary>
    public bool Closed { get; private set; }

    /// <summary>Times that an answer was waited for.</summary>
    public long RoundTrips => _stream.RoundTrips;

    internal PacketWriter Out => _out;

    /// <summary>Runs a statement without result. One round trip.</summary>
    /// <param name="sql">One statement, without values of people's making in it.</param>
    /// <param name="token">Cancels, and closes the connection.</param>
    /// <exception cref="MySqlException">The server refused, or the connection was lost.</exception>
    public async Task<MySqlOk> ExecuteAsync(string sql, CancellationToken token)
    {
        StartQuery();
        _out.Text(sql);
        return await FinishExecuteAsync(Doing(sql), token);
    }

    /// <summary>Runs a query and holds its rows. One round trip.</summary>
    /// <param name="sql">One statement.</param>
    /// <param name="token">Cancels, and closes the connection.</param>
    /// <exception cref="MySqlException">The server refused, the result is too large to be held, or the connection was lost.</exception>
    public async Task<MySqlResult> QueryAsync(string sql, CancellationToken token)
    {
        var held = new HeldRows(_options.Limits, static (row, columns) => Fields(row, columns.Count));
        await StreamAsync(sql, held, token);
        return new(held.Columns, held.Rows);
    }

    /// <summary>Runs a query and hands each row to a sink. A sink that throws closes the connection.</summary>
    internal async Task<long> StreamAsync(string sql, IRowSink sink, CancellationToken token)
    {
        StartQuery();
        _out.Text(sql);
        return await GuardAsync(() => StreamedAsync(Doing(sql), sink, token), token);
    }

    internal void StartQuery() => StartCommand(0x03);

    /// <summary>Writes a part of a statement that may be larger than a packet.</summary>
    internal async ValueTask WriteLargeAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        try
        {
            await _out.WriteLargeAsync(bytes, token);
        }
        catch (Exception lost) when (IsLoss(lost, token))
        {
            throw Loss(lost);
        }
    }

    /// <summary>Sends what was written since <see cref="StartQuery"/> and waits for the end of it.</summary>
    internal Task<MySqlOk> FinishExecuteAsync(string doing, CancellationToken token) => GuardAsync(
        async () =>
        {
            await SendAsync(token);
            var packet = await AnswerAsync(token);
            if (packet.Span[0] is 0x00 or 0xFF) return Ok(packet.Span, doing);
            if (packet.Span[0] == 0xFB) throw FileNotOffered();
            await SkipResultAsync(packet, token);
            return default;
        },
        token);

    /// <summary>Starts <c>LOAD DATA LOCAL INFILE</c>; data and <see cref="EndLoadAsync"/> follow.</summary>
    internal Task BeginLoadAsync(string sql, CancellationToken token)
    {
        StartQuery();
        _out.Text(sql);
        return GuardAsync(
            async () =>
            {
                await SendAsync(token);
                var packet = await AnswerAsync(token);
                if (packet.Span[0] != 0xFB)
                {
                    Ok(packet.Span, "LOAD DATA");
                    throw new MySqlSyntaxException("The server did not ask for the data of LOAD DATA.");
                }

                _out.Sequence = _in.Sequence;
                _loading = true;
                return true;
            },
            token);
    }

    /// <summary>Sends one packet of load data; the first four bytes are left for its head.</summary>
    internal async ValueTask SendLoadAsync(Memory<byte> packet, CancellationToken token)
    {
        var length = packet.Length - 4;
        var head = packet.Span;
        (head[0], head[1], head[2], head[3]) = ((byte)length, (byte)(length >> 8), (byte)(length >> 16), _out.Sequence++);
        try
        {
            await _stream.WriteAsync(packet, token);
        }
        catch (Exception lost) when (IsLoss(lost, token))
        {
            throw Loss(lost);
        }
    }

    /// <summary>Says that the data is complete, and waits until the server has stored it.</summary>
    internal Task<MySqlOk> EndLoadAsync(CancellationToken token) => GuardAsync(
        async () =>
        {
            await _out.SendAsync(token);
            _loading = false;
            _in.Sequence = _out.Sequence;
            return Ok((await AnswerAsync(token)).Span, "LOAD DATA");
        },
        token);

    /// <summary>Ends the connection; a load that was not ended is not stored.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Closed && !_loading)
        {
            try
            {
                _out.Discard();
                _out.Sequence = 0;
                _out.Byte(0x01);
                _stream.Limit = TimeSpan.FromSeconds(2);
                await _out.SendAsync(CancellationToken.None);
            }
            catch (Exception lost) when (lost is IOException or SocketException or ObjectDisposedException)
            {
                // it is gone already
            }
        }

        Close();
        _in.Dispose();
        _ownLargeRows?.Dispose();
    }

    internal void Close()
    {
        if (Closed) return;
        Closed = true;
        _stream.Dispose();
    }

    /// <summary>The first words of a statement: what a failure may repeat.</summary>
    private static string Doing(string sql)
    {
        var words = sql.Split([' ', '\n', '('], 4, StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words.Take(words[0] is "SELECT" or "SET" or "INSERT" or "UPDATE" ? 1 : 2));
    }

    private async ValueTask SendAsync(CancellationToken token)
    {
        await _out.SendAsync(token);
        _in.Sequence = _out.Sequence;
        _stream.Limit = _options.Statement;
    }

    private async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(CancellationToken token)
    {
        var packet = await _in.ReadAsync(_options.Limits.Message, token);
        _stream.Limit = _options.Idle;
        return packet.Length > 0 ? packet : throw new MySqlSyntaxException("An empty answer.");
    }

    private async Task<long> StreamedAsync(string doing, IRowSink sink, CancellationToken token)
    {
        await SendAsync(token);
        var packet = await AnswerAsync(token);
        if (packet.Span[0] is 0x00 or 0xFF)
        {
            Ok(packet.Span, doing);
            sink.Begin([]);
            return 0;
        }

        if (packet.Span[0] == 0xFB) throw FileNotOffered();
        var columns = await ColumnsAsync(packet, token);
        sink.Begin(columns);
        var first = await RowsAsync(sink, columns.Length, doing, token);
        return first;
    }

    private async Task<long> RowsAsync(IRowSink sink, int least, string doing, CancellationToken token)
    {
        for (long rows = 0; ; rows++)
        {
            if (!_in.TryRead(out var row)) row = await _in.ReadAsync(_options.Limits.Row, token);
            if (IsEnd(row.Span, doing)) return rows;
            if (row.Length < least) throw new MySqlSyntaxException("A row has fewer fields than the result has columns.");
            var taken = sink.RowAsync(row, token);
            if (!taken.IsCompletedSuccessfully) await taken;
        }
    }

    private bool IsEnd(ReadOnlySpan<byte> packet, string doing)
    {
        if (packet.Length == 0) throw new MySqlSyntaxException("An empty row.");
        if (packet[0] == 0xFF) throw ServerError.Parse(packet).ToException(Side, doing);
        return packet[0] == 0xFE && packet.Length < 9;
    }

    private async Task<MySqlColumn[]> ColumnsAsync(ReadOnlyMemory<byte> packet, CancellationToken token)
    {
        var count = Count(packet.Span);
        if (count <= 0 || count > _options.Limits.Columns) throw new MySqlSyntaxException($"A result of {count} columns.");
        var columns = new MySqlColumn[count];
        for (var i = 0; i < columns.Length; i++) columns[i] = Column((await _in.ReadAsync(_options.Limits.Message, token)).Span);
        await EndOfColumnsAsync(token);
        return columns;
    }

    private async Task EndOfColumnsAsync(CancellationToken token)
    {
        var end = await _in.ReadAsync(_options.Limits.Message, token);
        if (end.Length is 0 or > 8 || end.Span[0] != 0xFE) throw new MySqlSyntaxException("The columns of a result have no end.");
    }

    private async Task SkipResultAsync(ReadOnlyMemory<byte> packet, CancellationToken token)
    {
        var columns = await ColumnsAsync(packet, token);
        await RowsAsync(NoRows.Instance, columns.Length, "a result", token);
    }

    private static long Count(ReadOnlySpan<byte> packet) => new Payload(packet).Length();

    internal static MySqlColumn Column(ReadOnlySpan<byte> packet)
    {
        var payload = new Payload(packet);
        for (var i = 0; i < 4; i++) payload.TryField(out _);
        var name = payload.Text();
        payload.TryField(out _);
        if (payload.Length() < 12) throw new MySqlSyntaxException("A column is described too shortly.");
        var charset = payload.Short();
        payload.Int();
        return new(name, charset, payload.Byte(), payload.Short());
    }

    private MySqlOk Ok(ReadOnlySpan<byte> packet, string doing)
    {
        if (packet[0] == 0xFF) throw ServerError.Parse(packet).ToException(Side, doing);
        if (packet[0] != 0x00) throw new MySqlSyntaxException("The answer is neither OK nor an error.");
        var payload = new Payload(packet[1..]);
        var affected = payload.Length();
        payload.Length();
        payload.Short();
        return new(affected, payload.Rest.Length >= 2 ? payload.Short() : 0);
    }

    private static MySqlSyntaxException FileNotOffered() => new("The server asks for a file of ours that no statement named. Nothing was sent.");

    /// <summary>Runs a conversation; what breaks it closes the connection and becomes a <see cref="MySqlException"/>.</summary>
    private async Task<T> GuardAsync<T>(Func<Task<T>> conversation, CancellationToken token)
    {
        try
        {
            return await conversation();
        }
        catch (MySqlSyntaxException wrong)
        {
            Close();
            throw MySqlException.Protocol(Side, wrong.Message);
        }
        catch (MySqlException refused) when (refused.Side == Side && refused.ConnectionUsable)
        {
            _stream.Limit = _options.Idle;
            throw;
        }
        catch (Exception lost) when (IsLoss(lost, token))
        {
            throw Loss(lost);
        }
        catch
        {
            Close();
            throw;
        }
    }

    private static bool IsLoss(Exception lost, CancellationToken token) =>
        lost is IOException or SocketException or ObjectDisposedException && !token.IsCancellationRequested;

    private MySqlException Loss(Exception lost)
    {
        var timedOut = _stream.TimedOut;
        Close();
        return timedOut
            ? new(Side, TransferFailureKind.Passing, TransferCode.TimedOut, $"The server sent nothing for {_stream.Limit.TotalSeconds:0} s.", inner: lost)
            : MySqlException.Lost(Side, "The connection was lost.", lost);
    }

    /// <summary>Copies the fields of a text row.</summary>
    internal static byte[]?[] Fields(ReadOnlySpan<byte> row, int count)
    {
        var fields = new byte[]?[count];
        var payload = new Payload(row);
        for (var i = 0; i < count; i++) fields[i] = payload.TryField(out var field) ? field.ToArray() : null;
        return fields;
    }

    /// <summary>A value in quotes for a statement in the connection's character set.</summary>
    internal static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('\'');
        foreach (var c in text)
        {
            if (c is '\'' or '\\') quoted.Append('\\');
            if (c == '\0') quoted.Append("\\0");
            else quoted.Append(c);
        }

        return quoted.Append('\'').ToString();
    }

    /// <summary>A name in backquotes.</summary>
    internal static string Name(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";
}
