using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Cassiopea.Benchmarks.Mail;

/// <summary>The loop that everybody writes first: one FETCH, one APPEND with a literal that waits, on one connection to each end.</summary>
internal sealed partial class NaiveMover : IDisposable
{
    private readonly NetworkStream _stream;
    private readonly byte[] _buffer = new byte[65_536];
    private int _at, _end, _tag;

    private NaiveMover(Socket socket) => _stream = new(socket, ownsSocket: true);

    public static async Task<int> RunAsync(string[] ends, CancellationToken token)
    {
        using var from = await OpenAsync(ends[0], ends[1], ends[2], token);
        using var to = await OpenAsync(ends[3], ends[4], ends[5], token);
        foreach (var line in (await from.CommandAsync("LIST \"\" \"*\"", token)).Where(static line => Listed().IsMatch(line) && !line.Contains("\\NonExistent", StringComparison.Ordinal) && !line.Contains("\\Noselect", StringComparison.Ordinal)))
        {
            var name = Listed().Match(line).Groups["name"].Value.Trim('"');
            var target = name.StartsWith("INBOX.", StringComparison.Ordinal) ? name[6..].Replace('.', '/') : name;
            await to.TryAsync($"CREATE \"{target}\"", token);
            await to.TryAsync($"SUBSCRIBE \"{target}\"", token);
            await from.CommandAsync($"EXAMINE \"{name}\"", token);
            var found = (await from.CommandAsync("UID SEARCH ALL", token)).Find(static one => one.StartsWith("* SEARCH", StringComparison.Ordinal)) ?? "";
            foreach (var uid in found.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(2)) await MoveAsync(from, to, uid, target, token);
        }

        return 0;
    }

    public void Dispose() => _stream.Dispose();

    private static async Task MoveAsync(NaiveMover from, NaiveMover to, string uid, string target, CancellationToken token)
    {
        var tag = await from.SendAsync($"UID FETCH {uid} (FLAGS INTERNALDATE BODY.PEEK[])", token);
        var head = await from.LineAsync(token);
        var facts = Facts().Match(head);
        var octets = new byte[int.Parse(facts.Groups["size"].Value, CultureInfo.InvariantCulture)];
        for (var got = 0; got < octets.Length;) got += await from.ReadAsync(octets.AsMemory(got), token);
        while (!(await from.LineAsync(token)).StartsWith(tag, StringComparison.Ordinal))
        {
            // the end of the response
        }

        var flags = string.Join(' ', facts.Groups["flags"].Value.Split(' ').Where(static flag => flag != "\\Recent"));
        var append = await to.SendAsync($"APPEND \"{target}\" ({flags}) {facts.Groups["date"].Value} {{{octets.Length}}}", token);
        if (!(await to.LineAsync(token)).StartsWith('+')) throw new InvalidOperationException("No continuation.");
        await to._stream.WriteAsync(octets, token);
        await to._stream.WriteAsync("\r\n"u8.ToArray(), token);
        await to.AnswerAsync(append, token);
    }

    private static async Task<NaiveMover> OpenAsync(string port, string user, string passFile, CancellationToken token)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture), token);
        var opened = new NaiveMover(socket);
        await opened.LineAsync(token);
        await opened.CommandAsync($"LOGIN {user} {(await File.ReadAllTextAsync(passFile, token)).Trim()}", token);
        return opened;
    }

    private async Task TryAsync(string command, CancellationToken token)
    {
        var tag = await SendAsync(command, token);
        while (!(await LineAsync(token)).StartsWith(tag, StringComparison.Ordinal))
        {
            // it may be there already
        }
    }

    private async Task<List<string>> CommandAsync(string command, CancellationToken token) => await AnswerAsync(await SendAsync(command, token), token);

    private async Task<List<string>> AnswerAsync(string tag, CancellationToken token)
    {
        var lines = new List<string>();
        while (true)
        {
            var line = await LineAsync(token);
            if (!line.StartsWith(tag, StringComparison.Ordinal)) lines.Add(line);
            else if (line.StartsWith(tag + "OK", StringComparison.Ordinal)) return lines;
            else throw new InvalidOperationException(line);
        }
    }

    private async Task<string> SendAsync(string command, CancellationToken token)
    {
        var tag = string.Create(CultureInfo.InvariantCulture, $"n{++_tag} ");
        await _stream.WriteAsync(Encoding.Latin1.GetBytes(tag + command + "\r\n"), token);
        return tag;
    }

    private async Task<string> LineAsync(CancellationToken token)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_at == _end) (_at, _end) = (0, await FillAsync(token));
            var newline = _buffer.AsSpan(_at, _end - _at).IndexOf((byte)'\n');
            var length = newline < 0 ? _end - _at : newline;
            line.Append(Encoding.Latin1.GetString(_buffer, _at, length));
            _at += newline < 0 ? length : length + 1;
            if (newline >= 0) return line.ToString().TrimEnd('\r');
        }
    }

    private async Task<int> ReadAsync(Memory<byte> into, CancellationToken token)
    {
        if (_at == _end) (_at, _end) = (0, await FillAsync(token));
        var got = Math.Min(into.Length, _end - _at);
        _buffer.AsMemory(_at, got).CopyTo(into);
        _at += got;
        return got;
    }

    private async Task<int> FillAsync(CancellationToken token) => await _stream.ReadAsync(_buffer, token) is > 0 and var got ? got : throw new EndOfStreamException();

    [GeneratedRegex("^\\* LIST \\([^)]*\\) (\"[^\"]*\"|NIL) (?<name>.+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Listed();

    [GeneratedRegex("FLAGS \\((?<flags>[^)]*)\\) INTERNALDATE (?<date>\"[^\"]+\") BODY\\[\\] \\{(?<size>[0-9]+)\\}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Facts();
}
