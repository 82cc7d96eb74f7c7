using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cassiopea.Ftp.Tests.Wire;

/// <summary>An FTP server with one file, <c>f</c>, that tells other sizes than it sends or holds.</summary>
/// <param name="listed">Size in its listing and in its replies to SIZE for <c>f</c>.</param>
/// <param name="sent">Octets that it sends for <c>f</c>.</param>
/// <param name="lie">Added to the size of what it received.</param>
internal sealed class LyingServer(int listed, int sent, int lie) : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, int> _received = new(StringComparer.Ordinal);
    private Task _serving = Task.CompletedTask;

    /// <summary>Commands as they came.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    public int Start()
    {
        _listener.Start();
        _serving = ServeAsync();
        return ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _serving;
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        var sessions = new List<Task>();
        try
        {
            while (true) sessions.Add(SessionAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            await Task.WhenAll(sessions);
        }
    }

    private async Task SessionAsync(TcpClient client)
    {
        using var data = new TcpListener(IPAddress.Loopback, 0);
        data.Start();
        try
        {
            using (client)
            {
                using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
                await using var writer = new StreamWriter(client.GetStream(), Encoding.Latin1) { AutoFlush = true, NewLine = "\r\n" };
                await writer.WriteLineAsync("220 hello");
                while (await reader.ReadLineAsync(_end.Token) is { } line)
                {
                    Commands.Enqueue(line);
                    var words = line.Split(' ', 2);
                    await writer.WriteLineAsync(await AnswerAsync(words[0], words.Length > 1 ? words[1] : "", writer, data));
                }
            }
        }
        catch (Exception over) when (over is IOException or OperationCanceledException)
        {
            // the client went away
        }
    }

    private async Task<string> AnswerAsync(string verb, string path, StreamWriter writer, TcpListener data) => verb switch
    {
        "USER" => "331 go on",
        "PASS" => "230 in",
        "FEAT" => "211-Features\r\n MLSD\r\n MFMT\r\n211 End",
        "PWD" => "257 \"/\"",
        "EPSV" => $"229 Entering (|||{((IPEndPoint)data.LocalEndpoint).Port}|)",
        "MLSD" => await SendAsync(writer, data, Encoding.ASCII.GetBytes($"type=file;size={listed};modify=20200101000000; f\r\n")),
        "RETR" => await SendAsync(writer, data, new byte[sent]),
        "STOR" => await ReceiveAsync(path, writer, data),
        "SIZE" when _received.TryGetValue(path, out var there) => $"213 {there + lie}",
        "SIZE" when path == "/f" && sent > 0 => $"213 {listed}",
        "SIZE" or "MDTM" => "550 no",
        "RNFR" => "350 go on",
        _ => "250 done",
    };

    private async Task<string> SendAsync(StreamWriter writer, TcpListener data, byte[] content)
    {
        await writer.WriteLineAsync("150 here it comes");
        using var connection = await data.AcceptTcpClientAsync(_end.Token);
        await connection.GetStream().WriteAsync(content, _end.Token);
        return "226 all of it";
    }

    private async Task<string> ReceiveAsync(string path, StreamWriter writer, TcpListener data)
    {
        await writer.WriteLineAsync("150 go on");
        using var connection = await data.AcceptTcpClientAsync(_end.Token);
        using var content = new MemoryStream();
        await connection.GetStream().CopyToAsync(content, _end.Token);
        _received[path] = (int)content.Length;
        return "226 all of it";
    }
}
