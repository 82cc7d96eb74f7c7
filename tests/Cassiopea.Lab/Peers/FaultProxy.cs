using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Cassiopea.Lab.Peers;

/// <summary>Which way bytes go.</summary>
public enum Toward
{
    /// <summary>From the client to the server.</summary>
    Server,

    /// <summary>From the server to the client.</summary>
    Client,
}

/// <summary>
/// A TCP relay that misbehaves on demand: latency, throttle, cut or reset at a byte, one changed byte, black hole, refusal.
/// Settings may change while connections run. The kernel's netem is not needed.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly string _host;
    private readonly int _targetPort;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly HashSet<FaultConnection> _connections = [];
    private readonly List<Task> _running = [];
    private readonly long[] _bytes = new long[2];
    private readonly (long At, bool Reset)?[] _cut = new (long, bool)?[2];
    private readonly long?[] _corrupt = new long?[2];
    private readonly long[] _free = new long[2];
    private TcpListener? _listener;
    private int _accepted;

    private FaultProxy(string host, int targetPort, int port)
    {
        _host = host;
        _targetPort = targetPort;
        Listen(port);
    }

    /// <summary>Where clients connect, on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>How long each byte is held, in each direction; a connection costs one round trip more.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Bytes per second over all connections, in each direction; null = no limit.</summary>
    public long? BytesPerSecond { get; set; }

    /// <summary>True: connections are taken and held, nothing passes any more.</summary>
    public bool BlackHole { get; set; }

    /// <summary>Changes each piece that goes to the client, before it is held back; null = nothing.</summary>
    public Func<byte[], byte[]>? ToClient { get; set; }

    /// <summary>Connections that are open now.</summary>
    public int Open
    {
        get
        {
            lock (_lock)
                return _connections.Count;
        }
    }

    /// <summary>Connections that <see cref="Hold"/> keeps now.</summary>
    public int Holding
    {
        get
        {
            lock (_lock)
                return _connections.Count(connection => connection.Held);
        }
    }

    /// <summary>Connections taken so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Starts a relay to a server of this machine.</summary>
    public static FaultProxy Start(int targetPort, int port = 0) => new("127.0.0.1", targetPort, port);

    /// <summary>Starts a relay to a server.</summary>
    public static FaultProxy Start(string host, int targetPort, int port = 0) => new(host, targetPort, port);

    /// <summary>Bytes passed so far, over all connections.</summary>
    public long Bytes(Toward toward) => Interlocked.Read(ref _bytes[(int)toward]);

    /// <summary>Ends all connections of the moment once that many more bytes have passed one way; once. With reset: by RST, else by FIN.</summary>
    public void CutAfter(long bytes, Toward toward, bool reset = false)
    {
        lock (_lock)
            _cut[(int)toward] = (_bytes[(int)toward] + bytes, reset);
    }

    /// <summary>Inverts one byte, that many bytes from now; once.</summary>
    public void CorruptAfter(long bytes, Toward toward)
    {
        lock (_lock)
            _corrupt[(int)toward] = _bytes[(int)toward] + bytes;
    }

    /// <summary>Ends all connections of the moment.</summary>
    public void CutNow(bool reset = false)
    {
        lock (_lock)
            foreach (var connection in _connections)
                connection.End(reset);
    }

    /// <summary>Refuses new connections (nobody listens) until <see cref="AcceptAgain"/>.</summary>
    public void Refuse()
    {
        _listener?.Stop();
        _listener = null;
    }

    /// <summary>Takes connections again, at the same port.</summary>
    public void AcceptAgain()
    {
        if (_listener is null)
            Listen(Port);
    }

    /// <summary>
    /// Holds all connections of the moment: nothing passes toward the server, and what the client has sent is kept even when it hangs up, as by
    /// a line that comes back later. New connections pass.
    /// </summary>
    public void Hold()
    {
        lock (_lock)
            foreach (var connection in _connections)
                connection.Held = connection.Outlives = true;
    }

    /// <summary>Lets pass what <see cref="Hold"/> has kept.</summary>
    public void Release()
    {
        lock (_lock)
            foreach (var connection in _connections)
                connection.Held = false;
    }

    /// <summary>No fault any more.</summary>
    public void Heal()
    {
        lock (_lock)
        {
            Latency = TimeSpan.Zero;
            BytesPerSecond = null;
            BlackHole = false;
            _cut[0] = _cut[1] = null;
            _corrupt[0] = _corrupt[1] = null;
        }

        AcceptAgain();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Refuse();
        CutNow();
        Task[] running;
        lock (_lock)
            running = [.. _running];
        await Task.WhenAll(running);
        _end.Dispose();
    }

    private void Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        _listener = listener;
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        lock (_lock)
            _running.Add(AcceptAsync(listener));
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptSocketAsync(_end.Token);
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref _accepted);
            lock (_lock)
            {
                _running.RemoveAll(task => task.IsCompleted);
                _running.Add(RelayAsync(client));
            }
        }
    }

    private async Task RelayAsync(Socket client)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var connection = new FaultConnection(client, server);
        client.NoDelay = true;
        lock (_lock)
            _connections.Add(connection);
        try
        {
            if (Latency > TimeSpan.Zero)
                await Task.Delay(2 * Latency, TimeProvider.System, _end.Token);
            await server.ConnectAsync(_host, _targetPort, _end.Token);
            await Task.WhenAll(PumpAsync(client, server, Toward.Server, connection), PumpAsync(server, client, Toward.Client, connection));
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            connection.End(reset: false);
        }
        finally
        {
            lock (_lock)
                _connections.Remove(connection);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Toward toward, FaultConnection connection)
    {
        var held = Channel.CreateBounded<(byte[] Bytes, long Due)>(4096);
        var writing = WriteAsync(held.Reader, to, toward, connection);
        try
        {
            var buffer = new byte[65_536];
            int read;
            while ((read = await from.ReceiveAsync(buffer, _end.Token)) > 0)
            {
                var due = TimeProvider.System.GetTimestamp() + (long)(Latency.TotalSeconds * TimeProvider.System.TimestampFrequency);
                await held.Writer.WriteAsync((toward == Toward.Client && ToClient is { } change ? change(buffer[..read]) : buffer[..read], due), _end.Token);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            if (!connection.Outlives || _end.IsCancellationRequested)
                connection.End(reset: false);
        }

        held.Writer.Complete();
        await writing;
    }

    private async Task WriteAsync(ChannelReader<(byte[] Bytes, long Due)> held, Socket to, Toward toward, FaultConnection connection)
    {
        try
        {
            await foreach (var (bytes, due) in held.ReadAllAsync(_end.Token))
            {
                var wait = TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), due);
                if (wait > TimeSpan.FromMilliseconds(0.2))
                    await Task.Delay(wait, TimeProvider.System, _end.Token);
                await ThrottleAsync(bytes.Length, toward);
                while (BlackHole || (connection.Held && toward == Toward.Server))
                    await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, _end.Token);
                var (count, cut, reset) = Pass(bytes, toward);
                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(bytes.AsMemory(sent, count - sent), _end.Token);
                if (!cut)
                    continue;
                CutNow(reset);
                return;
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            if (!connection.Outlives || toward == Toward.Server || _end.IsCancellationRequested)
                connection.End(reset: false);
            await foreach (var _ in held.ReadAllAsync(CancellationToken.None))
            {
                // nobody listens any more
            }
        }
    }

    private (int Count, bool Cut, bool Reset) Pass(byte[] bytes, Toward toward)
    {
        var way = (int)toward;
        lock (_lock)
        {
            var count = bytes.Length;
            var (cut, reset) = (false, false);
            if (_cut[way] is { } armed && _bytes[way] + count >= armed.At)
            {
                count = (int)Math.Max(0, armed.At - _bytes[way]);
                (cut, reset) = (true, armed.Reset);
                _cut[way] = null;
            }

            if (_corrupt[way] is { } at && at < _bytes[way] + count)
            {
                bytes[at - _bytes[way]] ^= 0xFF;
                _corrupt[way] = null;
            }

            _bytes[way] += count;
            return (count, cut, reset);
        }
    }

    private async Task ThrottleAsync(int count, Toward toward)
    {
        if (BytesPerSecond is not { } rate)
            return;
        TimeSpan wait;
        lock (_lock)
        {
            var now = TimeProvider.System.GetTimestamp();
            var start = Math.Max(now, _free[(int)toward]);
            _free[(int)toward] = start + (count * TimeProvider.System.TimestampFrequency / rate);
            wait = TimeProvider.System.GetElapsedTime(now, _free[(int)toward]);
        }

        await Task.Delay(wait, TimeProvider.System, _end.Token);
    }

    private sealed class FaultConnection(Socket client, Socket server) : IDisposable
    {
        private volatile bool _held;
        private volatile bool _outlives;

        /// <summary>True when it is kept although the client hangs up.</summary>
        public bool Outlives
        {
            get => _outlives;
            set => _outlives = value;
        }

        public bool Held
        {
            get => _held;
            set => _held = value;
        }

        public void End(bool reset)
        {
            foreach (var socket in (Socket[])[client, server])
            {
                if (reset)
                    Reset(socket);
                socket.Close();
            }
        }

        public void Dispose() => End(reset: false);

        private static void Reset(Socket socket)
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // closed already by the other pump
            }
        }
    }
}
