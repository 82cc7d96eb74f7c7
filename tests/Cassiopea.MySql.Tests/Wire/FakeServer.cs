using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Cassiopea.MySql.Tests.Wire;

/// <summary>Plays one server connection packet by packet.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _play;
    private Stream? _stream;

    private FakeServer(Func<FakeServer, Task> script)
    {
        _listener.Start();
        _play = PlayAsync(script);
    }

    public byte Sequence { get; set; }

    /// <summary>Everything received after the greeting.</summary>
    public List<byte[]> Received { get; } = [];

    public static readonly byte[] Nonce = Encoding.ASCII.GetBytes("abcdefghijklmnopqrst");

    public MySqlAccount Account(MySqlTls tls = MySqlTls.None) =>
        MySqlAccount.WithPassword(new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, tls, "user", ""), "secret-word");

    public static FakeServer Start(Func<FakeServer, Task> script) => new(script);

    public static byte[] Greeting(string plugin = "mysql_native_password", uint capabilities = 0x0008_8200) =>
    [
        10, .. "5.5.62\0"u8, 1, 0, 0, 0, .. Nonce[..8], 0, (byte)capabilities, (byte)(capabilities >> 8), 33, 2, 0, (byte)(capabilities >> 16), (byte)(capabilities >> 24), 21,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Nonce[8..], 0, .. Encoding.ASCII.GetBytes(plugin), 0,
    ];

    public static byte[] Ok => [0, 0, 0, 2, 0, 0, 0];

    public async Task SendAsync(byte[] payload, byte? sequence = null)
    {
        byte[] packet = [(byte)payload.Length, (byte)(payload.Length >> 8), (byte)(payload.Length >> 16), sequence ?? Sequence++, .. payload];
        await _stream!.WriteAsync(packet);
    }

    public Task SendRawAsync(byte[] bytes) => _stream!.WriteAsync(bytes).AsTask();

    public async Task<byte[]> ReceiveAsync()
    {
        var head = new byte[4];
        await _stream!.ReadExactlyAsync(head);
        var payload = new byte[head[0] | head[1] << 8 | head[2] << 16];
        await _stream.ReadExactlyAsync(payload);
        Sequence = (byte)(head[3] + 1);
        Received.Add(payload);
        return payload;
    }

    /// <summary>Lets the client in.</summary>
    public async Task LetInAsync()
    {
        await SendAsync(Greeting());
        await ReceiveAsync();
        await SendAsync(Ok);
    }

    /// <summary>TLS from here on: what follows the client's wish for it.</summary>
    public async Task SecureAsync(X509Certificate2 certificate)
    {
        var secured = new SslStream(_stream!);
        _stream = secured;
        await secured.AuthenticateAsServerAsync(certificate);
    }

    /// <summary>What the client sent until it closed.</summary>
    public async Task<int> DrainAsync()
    {
        var (total, buffer) = (0, new byte[4096]);
        try
        {
            for (int got; (got = await _stream!.ReadAsync(buffer)) > 0;) total += got;
        }
        catch (IOException)
        {
            // it was reset: nothing more comes
        }

        return total;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await Task.WhenAny(_play);
        if (_stream is not null) await _stream.DisposeAsync();
    }

    private async Task PlayAsync(Func<FakeServer, Task> script)
    {
        var client = await _listener.AcceptTcpClientAsync();
        _stream = client.GetStream();
        await script(this);
    }
}
