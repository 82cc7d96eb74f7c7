using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cassiopea.Lab.Servers;

/// <summary>One message that arrived.</summary>
/// <param name="From">Envelope sender.</param>
/// <param name="To">Envelope recipients.</param>
/// <param name="Content">The message as it was sent, dot-stuffing undone.</param>
public sealed record SunkMail(string From, IReadOnlyList<string> To, string Content);

/// <summary>An SMTP server that keeps what it is given and passes nothing on.</summary>
public sealed class SmtpSink : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentBag<Task> _sessions = [];
    private readonly Task _accepting;

    private SmtpSink(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>What arrived, oldest first.</summary>
    public ConcurrentQueue<SunkMail> Messages { get; } = new();

    /// <summary>Answers RCPT for an address, for example <c>451 later</c> or <c>550 no</c>; null = accepted.</summary>
    public Func<string, string?> Refusal { get; set; } = _ => null;

    /// <summary>Starts one; port 0 = a free one.</summary>
    public static SmtpSink Start(int port = 0) => new(port);

    /// <summary>Waits until a message arrives that fits.</summary>
    public async Task<SunkMail> WaitForAsync(Func<SunkMail, bool> fits, TimeSpan limit, CancellationToken token)
    {
        await Eventually.TrueAsync("the message arrives", () => Messages.Any(fits), limit, token);
        return Messages.First(fits);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_sessions);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                _sessions.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        await using var writer = new StreamWriter(stream, Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
        var from = "";
        var to = new List<string>();
        try
        {
            await writer.WriteLineAsync("220 localhost ESMTP");
            while (await reader.ReadLineAsync(_end.Token) is { } line)
            {
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                switch (verb)
                {
                    case "EHLO":
                        await writer.WriteAsync("250-localhost\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 PIPELINING\r\n");
                        break;
                    case "MAIL":
                        from = Address(line);
                        to.Clear();
                        await writer.WriteLineAsync("250 ok");
                        break;
                    case "RCPT":
                        var refusal = Refusal(Address(line));
                        if (refusal is null)
                            to.Add(Address(line));
                        await writer.WriteLineAsync(refusal ?? "250 ok");
                        break;
                    case "DATA" when to.Count == 0:
                        await writer.WriteLineAsync("554 no valid recipients");
                        break;
                    case "DATA":
                        await writer.WriteLineAsync("354 go on");
                        Messages.Enqueue(new SunkMail(from, [.. to], await ReadDataAsync(reader)));
                        await writer.WriteLineAsync("250 kept");
                        break;
                    case "HELO" or "RSET" or "NOOP":
                        await writer.WriteLineAsync("250 ok");
                        break;
                    case "QUIT":
                        await writer.WriteLineAsync("221 bye");
                        return;
                    default:
                        await writer.WriteLineAsync("502 not here");
                        break;
                }
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // the client left, or we end
        }
    }

    private async Task<string> ReadDataAsync(StreamReader reader)
    {
        var content = new StringBuilder();
        while (await reader.ReadLineAsync(_end.Token) is { } line)
        {
            if (line == ".")
                return Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(content.ToString()));
            content.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        throw new IOException("the client left in the middle of a message");
    }

    private static string Address(string line)
    {
        var (start, end) = (line.IndexOf('<', StringComparison.Ordinal), line.IndexOf('>', StringComparison.Ordinal));
        return start >= 0 && end > start ? line[(start + 1)..end] : "";
    }
}
