using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace Cassiopea.Lab.Peers;

/// <summary>
/// A server that plays a transcript, one per connection; the last one is played again for further connections. A line of a transcript:
/// <code>
/// S: text        send text and CRLF; \xHH, \r, \n, \0 and \\ are understood
/// S- text        send text without CRLF
/// C: pattern     expect a line; * is anything, $name takes one word (each line anew; $name twice in one line must be equal)
/// C# n           expect n bytes; n may be $name
/// delay n        wait n milliseconds
/// tls            do the TLS handshake as server
/// eof            expect the client to close
/// cut, reset     close, or close by RST
/// # …            a remark
/// </code>
/// In S lines $name is what was taken. IMAP literals are matched by writing {$size}.
/// </summary>
public sealed partial class ScriptedPeer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly string[] _transcripts;
    private readonly X509Certificate2? _certificate;
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;
    private int _connectionCount;

    private ScriptedPeer(string[] transcripts, X509Certificate2? certificate)
    {
        _transcripts = transcripts;
        _certificate = certificate;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Connections so far.</summary>
    public int Connections => Volatile.Read(ref _connectionCount);

    /// <summary>Where the client left the transcript; empty when it kept to it.</summary>
    public ConcurrentQueue<string> Deviations { get; } = new();

    /// <summary>All lines that clients sent.</summary>
    public ConcurrentQueue<string> Received { get; } = new();

    /// <summary>Starts a peer that plays these transcripts.</summary>
    public static ScriptedPeer Start(params string[] transcripts) => new(transcripts, null);

    /// <summary>Starts a peer that plays these transcripts and has a certificate for <c>tls</c>.</summary>
    public static ScriptedPeer Start(X509Certificate2 certificate, params string[] transcripts) => new(transcripts, certificate);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_end.Token);
                var number = Interlocked.Increment(ref _connectionCount) - 1;
                _connections.Add(PlayAsync(socket, _transcripts[Math.Min(number, _transcripts.Length - 1)]));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task PlayAsync(Socket socket, string transcript)
    {
        socket.NoDelay = true;
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var line in transcript.Split('\n').Select(l => l.TrimEnd('\r')).Where(l => l.Length > 0 && l[0] != '#'))
            {
                if (line == "tls")
                {
                    var secure = new SslStream(stream);
                    stream = secure;
                    await secure.AuthenticateAsServerAsync(_certificate!);
                }
                else if (!await StepAsync(stream, socket, line, taken))
                {
                    return;
                }
            }
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            if (!_end.IsCancellationRequested)
                Deviations.Enqueue($"connection ended: {error.Message}");
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    private async Task<bool> StepAsync(Stream stream, Socket socket, string line, Dictionary<string, string> taken)
    {
        switch (line)
        {
            case "cut":
                return false;
            case "reset":
                socket.LingerState = new LingerOption(true, 0);
                return false;
            case "eof":
                if (await ReadLineAsync(stream) is { } more)
                    Deviations.Enqueue($"expected the end, got: {more}");
                return true;
        }

        var (verb, argument) = line.IndexOf(' ') is var space and > 0 ? (line[..space], line[(space + 1)..]) : (line, "");
        switch (verb)
        {
            case "S:":
                await stream.WriteAsync(Latin1(Fill(argument, taken) + "\r\n"), _end.Token);
                return true;
            case "S-":
                await stream.WriteAsync(Latin1(Fill(argument, taken)), _end.Token);
                return true;
            case "delay":
                await Task.Delay(TimeSpan.FromMilliseconds(int.Parse(argument, CultureInfo.InvariantCulture)), TimeProvider.System, _end.Token);
                return true;
            case "C#":
                await stream.ReadExactlyAsync(new byte[int.Parse(Fill(argument, taken), CultureInfo.InvariantCulture)], _end.Token);
                return true;
            case "C:":
                var got = await ReadLineAsync(stream);
                if (got is not null)
                    Received.Enqueue(got);
                if (got is not null && Matches(argument, got, taken))
                    return true;
                Deviations.Enqueue($"expected: {argument}; got: {got ?? "the end"}");
                return false;
            default:
                throw new FormatException($"Transcript line not understood: {line}");
        }
    }

    private async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _end.Token) == 1)
        {
            if (one[0] == (byte)'\n')
                return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }

        return line.Count == 0 ? null : Encoding.Latin1.GetString([.. line]);
    }

    private static bool Matches(string pattern, string got, Dictionary<string, string> taken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var regex = "^" + Name().Replace(
            Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\$", "$", StringComparison.Ordinal),
            m => seen.Add(m.Groups["name"].Value) ? $"(?<{m.Groups["name"].Value}>[^ {{}}+]+)" : $"\\k<{m.Groups["name"].Value}>") + "$";
        var match = Regex.Match(got, regex, RegexOptions.IgnoreCase | RegexOptions.Singleline, TimeSpan.FromSeconds(5));
        if (!match.Success)
            return false;
        foreach (var name in seen)
            taken[name] = match.Groups[name].Value;
        return true;
    }

    private static string Fill(string text, Dictionary<string, string> taken)
        => Escape().Replace(Name().Replace(text, m => taken.GetValueOrDefault(m.Groups["name"].Value, m.Value)), m => m.Value[1] switch
        {
            'r' => "\r",
            'n' => "\n",
            '0' => "\0",
            'x' => ((char)Convert.ToInt32(m.Value[2..], 16)).ToString(),
            _ => "\\",
        });

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);

    [GeneratedRegex(@"\$(?<name>[a-z][a-z0-9]*)", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Name();

    [GeneratedRegex(@"\\(?:[rn0\\]|x[0-9A-Fa-f]{2})", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Escape();
}
