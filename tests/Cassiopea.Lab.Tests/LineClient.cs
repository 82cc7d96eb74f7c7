using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Cassiopea.Lab.Tests;

/// <summary>Speaks lines to a server, as a person with telnet would.</summary>
internal sealed class LineClient : IAsyncDisposable
{
    private readonly TcpClient _client = new();
    private Stream _stream = Stream.Null;
    private StreamReader _reader = StreamReader.Null;

    public static async Task<LineClient> ConnectAsync(int port, CancellationToken token, bool tls = false)
    {
        var line = new LineClient();
        await line._client.ConnectAsync(IPAddress.Loopback, port, token);
        line._client.NoDelay = true;
        line._stream = line._client.GetStream();
        if (tls)
        {
            var secure = new SslStream(line._stream);
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, c, _, _) => { line.Issuer = c?.Issuer ?? ""; return line.Issuer.Length > 0; } }, token);
            line._stream = secure;
        }

        line._reader = new StreamReader(line._stream, Encoding.Latin1);
        return line;
    }

    public string Issuer { get; private set; } = "";

    public Task SendAsync(string text, CancellationToken token) => _stream.WriteAsync(Encoding.Latin1.GetBytes(text + "\r\n"), token).AsTask();

    public async Task<string?> ReadAsync(CancellationToken token) => await _reader.ReadLineAsync(token);

    /// <summary>Sends an IMAP command and returns all that the server says up to the tagged answer.</summary>
    public async Task<string> ImapAsync(string command, CancellationToken token)
    {
        await SendAsync("a " + command, token);
        var all = new StringBuilder();
        while (await ReadAsync(token) is { } line)
        {
            all.Append(line).Append('\n');
            if (line.StartsWith("a ", StringComparison.Ordinal))
                break;
        }

        return all.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _client.Dispose();
    }
}
