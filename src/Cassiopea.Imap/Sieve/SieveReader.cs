using System.Buffers.Text;
using System.Text;
using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Sieve;

/// <summary>A word or a string of a response.</summary>
internal readonly record struct SieveToken(bool IsString, byte[] Octets)
{
    public string Text => Encoding.UTF8.GetString(Octets);

    public bool Is(string word) => !IsString && Octets.Length == word.Length && Ascii.EqualsIgnoreCase(Octets, word);
}

/// <summary>What a server may make us hold. Beyond a bound the connection is given up.</summary>
internal sealed record SieveLimits
{
    /// <summary>Longest line without its literals, bytes.</summary>
    public int Line { get; init; } = 16 << 10;

    /// <summary>Largest literal, bytes: a script.</summary>
    public int Literal { get; init; } = 4 << 20;

    /// <summary>Most tokens of one line.</summary>
    public int Tokens { get; init; } = 500;

    /// <summary>Most lines of one response.</summary>
    public int Lines { get; init; } = 5_000;

    public static SieveLimits Standard { get; } = new();
}

/// <summary>Cuts a ManageSieve server's octets into lines of tokens (RFC 5804 §4). Throws <see cref="ImapSyntaxException"/> on anything else.</summary>
internal sealed class SieveReader(Stream stream, SieveLimits limits)
{
    private readonly byte[] _buffer = new byte[16 << 10];
    private int _start, _end, _length;

    /// <summary>Throws away what has arrived: before TLS it may be somebody else's.</summary>
    public void Discard() => (_start, _end) = (0, 0);

    /// <summary>One line: its words, strings and parentheses.</summary>
    public async ValueTask<List<SieveToken>> ReadLineAsync(CancellationToken token)
    {
        var tokens = new List<SieveToken>();
        _length = 0;
        while (true)
        {
            var octet = await NextAsync(token);
            switch (octet)
            {
                case (byte)'\n':
                    return tokens;
                case (byte)'\r' or (byte)' ':
                    continue;
                case (byte)'(' or (byte)')':
                    tokens.Add(new(false, [octet]));
                    break;
                case (byte)'"':
                    tokens.Add(new(true, await QuotedAsync(token)));
                    break;
                case (byte)'{':
                    tokens.Add(new(true, await LiteralAsync(token)));
                    break;
                default:
                    tokens.Add(new(false, await WordAsync(octet, token)));
                    break;
            }

            if (tokens.Count > limits.Tokens) throw new ImapSyntaxException("A line of the server has too many parts.");
        }
    }

    private async ValueTask<byte[]> QuotedAsync(CancellationToken token)
    {
        var text = new List<byte>();
        while (true)
        {
            var octet = await NextAsync(token);
            if (octet == (byte)'"') return [.. text];
            if (octet is (byte)'\r' or (byte)'\n' or 0) throw new ImapSyntaxException("A quoted string of the server is not closed.");
            text.Add(octet == (byte)'\\' ? await NextAsync(token) : octet);
        }
    }

    private async ValueTask<byte[]> LiteralAsync(CancellationToken token)
    {
        var digits = new List<byte>();
        byte octet;
        while ((octet = await NextAsync(token)) != (byte)'}') digits.Add(octet);
        if (digits.Count > 0 && digits[^1] == (byte)'+') digits.RemoveAt(digits.Count - 1);
        if (digits.Count is 0 or > 10 || !Utf8Parser.TryParse([.. digits], out uint size, out var used) || used != digits.Count) throw new ImapSyntaxException("The size of a literal is not a number.");
        if (size > limits.Literal) throw new ImapSyntaxException($"A literal of {size} bytes exceeds the limit.");
        if (await NextAsync(token) != (byte)'\r' || await NextAsync(token) != (byte)'\n') throw new ImapSyntaxException("A literal does not begin on its own line.");
        var octets = new byte[size];
        for (var at = 0; at < octets.Length;)
        {
            if (_start == _end) await FillAsync(token);
            var count = Math.Min(octets.Length - at, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(octets.AsSpan(at));
            (_start, at) = (_start + count, at + count);
        }

        return octets;
    }

    private async ValueTask<byte[]> WordAsync(byte first, CancellationToken token)
    {
        var word = new List<byte> { first };
        while (true)
        {
            if (_start == _end) await FillAsync(token);
            if (_buffer[_start] is (byte)' ' or (byte)'\r' or (byte)'\n' or (byte)'(' or (byte)')' or (byte)'"' or (byte)'{') return [.. word];
            word.Add(await NextAsync(token));
        }
    }

    private async ValueTask<byte> NextAsync(CancellationToken token)
    {
        if (++_length > limits.Line) throw new ImapSyntaxException($"A line exceeds {limits.Line} bytes.");
        if (_start == _end) await FillAsync(token);
        return _buffer[_start++];
    }

    private async ValueTask FillAsync(CancellationToken token)
    {
        (_start, _end) = (0, await stream.ReadAsync(_buffer, token));
        if (_end == 0) throw new EndOfStreamException();
    }
}
