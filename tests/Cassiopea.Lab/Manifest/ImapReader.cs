using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Cassiopea.Lab.Manifest;

/// <summary>
/// The least IMAP that can read a mailbox, written for the lab alone: it shares no line with the engine, so that the two can disagree.
/// One command at a time; answers are lists of words, strings and lists.
/// </summary>
internal sealed class ImapReader : IAsyncDisposable
{
    private readonly TcpClient _client = new();
    private readonly byte[] _buffer = new byte[131_072];
    private Stream _stream = Stream.Null;
    private int _at;
    private int _end;
    private int _tag;

    /// <summary>True when name and password open the mailbox.</summary>
    public static async Task<bool> OpensAsync(ImapAccess access, CancellationToken token)
    {
        try
        {
            await using var reader = await OpenAsync(access, token);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Connects and logs in.</summary>
    public static async Task<ImapReader> OpenAsync(ImapAccess access, CancellationToken token)
    {
        var reader = new ImapReader();
        try
        {
            await reader._client.ConnectAsync(access.Host, access.Port, token);
            reader._client.NoDelay = true;
            reader._stream = reader._client.GetStream();
            if (access.Tls)
            {
                var secure = new SslStream(reader._stream, false, access.Validate);
                await secure.AuthenticateAsClientAsync(access.Host);
                reader._stream = secure;
            }

            await reader.ReadAsync(token);
            await reader.CommandAsync($"LOGIN {Quote(access.User)} {Quote(access.Password)}", token);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a command and returns its untagged answers; throws when it is not OK.</summary>
    public async Task<List<List<object>>> CommandAsync(string command, CancellationToken token)
    {
        var answers = new List<List<object>>();
        await CommandAsync(command, answers.Add, token);
        return answers;
    }

    /// <summary>The same, handing over each answer as it comes.</summary>
    public async Task CommandAsync(string command, Action<List<object>> each, CancellationToken token)
    {
        var tag = string.Create(CultureInfo.InvariantCulture, $"m{++_tag}");
        await _stream.WriteAsync(Encoding.UTF8.GetBytes($"{tag} {command}\r\n"), token);
        while (true)
        {
            var answer = await ReadAsync(token);
            if (answer is [string first, string status, ..] && first == tag)
            {
                if (!status.Equals("OK", StringComparison.OrdinalIgnoreCase))
                    throw new InvalidOperationException($"{command.Split(' ')[0]} {command.Split(' ').ElementAtOrDefault(1)}: {string.Join(' ', answer.OfType<string>())}");
                return;
            }

            each(answer);
        }
    }

    /// <summary>A string for a command.</summary>
    public static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _client.Dispose();
    }

    private async Task<List<object>> ReadAsync(CancellationToken token)
    {
        var top = new List<object>();
        var open = new Stack<List<object>>([top]);
        var word = new StringBuilder();
        while (true)
        {
            var c = (char)await ByteAsync(token);
            switch (c)
            {
                case '\r':
                    continue;
                case '\n' or ' ' or ')':
                    if (word.Length > 0)
                        open.Peek().Add(word.ToString());
                    word.Clear();
                    if (c == ')' && open.Count > 1)
                        open.Pop();
                    if (c == '\n')
                        return top;
                    continue;
                case '(' when word.Length == 0:
                    var list = new List<object>();
                    open.Peek().Add(list);
                    open.Push(list);
                    continue;
                case '"' when word.Length == 0:
                    open.Peek().Add(await QuotedAsync(token));
                    continue;
                case '{' when word.Length == 0 || word.ToString() == "~":
                    word.Clear();
                    open.Peek().Add(await LiteralAsync(token));
                    continue;
                default:
                    word.Append(c);
                    continue;
            }
        }
    }

    private async Task<object> QuotedAsync(CancellationToken token)
    {
        var text = new StringBuilder();
        for (var c = (char)await ByteAsync(token); c != '"'; c = (char)await ByteAsync(token))
            text.Append(c == '\\' ? (char)await ByteAsync(token) : c);
        return new ImapString(text.ToString());
    }

    // a literal of up to 4 KiB is text (a folder name); each one is hashed as it passes, whatever its size
    private async Task<object> LiteralAsync(CancellationToken token)
    {
        long size = 0;
        for (var c = await ByteAsync(token); c != '}'; c = await ByteAsync(token))
            size = (size * 10) + (c - '0');
        await ByteAsync(token);
        await ByteAsync(token);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var text = new List<byte>();
        var has0x80 = false;
        for (var left = size; left > 0;)
        {
            if (_at == _end)
                await FillAsync(token);
            var count = (int)Math.Min(left, _end - _at);
            hash.AppendData(_buffer, _at, count);
            has0x80 |= _buffer.AsSpan(_at, count).Contains((byte)0x80);
            if (size <= 4096)
                text.AddRange(_buffer.AsSpan(_at, count));
            _at += count;
            left -= count;
        }

        return new ImapString(Encoding.Latin1.GetString([.. text])) { Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset()), Size = size, Has0x80 = has0x80 };
    }

    private async ValueTask<int> ByteAsync(CancellationToken token)
    {
        if (_at == _end)
            await FillAsync(token);
        return _buffer[_at++];
    }

    private async Task FillAsync(CancellationToken token)
    {
        _at = 0;
        _end = await _stream.ReadAsync(_buffer, token);
        if (_end == 0)
            throw new IOException("the server ended the connection");
    }
}

/// <summary>A quoted string or a literal.</summary>
internal sealed record ImapString(string Text)
{
    public string Sha256 { get; init; } = "";

    public long Size { get; init; }

    /// <summary>May hide a NUL: Dovecot gives 0x80 for each in BODY[].</summary>
    public bool Has0x80 { get; init; }
}
