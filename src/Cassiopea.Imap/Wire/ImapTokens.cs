using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Cassiopea.Imap.Wire;

/// <summary>
/// Reads the parts of one response: a pure function over bytes. A literal stands in the bytes as it was sent, <c>{n}CRLF</c> and
/// n octets; a body that was streamed away is replaced by NIL. Throws <see cref="ImapSyntaxException"/> only. RFC 9051 §9.
/// </summary>
internal ref struct ImapTokens(ReadOnlySpan<byte> bytes)
{
    private static readonly SearchValues<byte> AtomEnd = SearchValues.Create(" ()[]{}\"\r\n"u8);
    private static readonly SearchValues<byte> QuotedSpecial = SearchValues.Create("\"\\\r\n"u8);
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public readonly bool AtEnd => _at >= _bytes.Length;

    public readonly ReadOnlySpan<byte> Rest => _bytes[_at..];

    public readonly byte Peek() => _at < _bytes.Length ? _bytes[_at] : (byte)0;

    public bool TryTake(byte expected)
    {
        if (_at >= _bytes.Length || _bytes[_at] != expected) return false;
        _at++;
        return true;
    }

    public void Take(byte expected)
    {
        if (!TryTake(expected)) throw new ImapSyntaxException($"Expected '{(char)expected}' in a response.");
    }

    public bool TryTakeWord(ReadOnlySpan<byte> word)
    {
        var rest = Rest;
        if (rest.Length < word.Length || !Ascii.EqualsIgnoreCase(rest[..word.Length], word)) return false;
        _at += word.Length;
        return true;
    }

    public void SkipSpaces()
    {
        while (Peek() == (byte)' ') _at++;
    }

    /// <summary>An atom; square brackets end it, so <c>BODY[]</c> is the atom BODY followed by a section.</summary>
    public ReadOnlySpan<byte> Atom()
    {
        var rest = Rest;
        var end = rest.IndexOfAny(AtomEnd);
        if (end < 0) end = rest.Length;
        if (end == 0) throw new ImapSyntaxException("Expected an atom in a response.");
        _at += end;
        return rest[..end];
    }

    public ulong Number()
    {
        var rest = Rest;
        if (!Utf8Parser.TryParse(rest, out ulong number, out var used) || rest[0] is < (byte)'0' or > (byte)'9')
            throw new ImapSyntaxException("Expected a number in a response.");
        _at += used;
        return number;
    }

    public uint Uid()
    {
        var number = Number();
        return number <= uint.MaxValue ? (uint)number : throw new ImapSyntaxException("A number of a response exceeds 32 bits.");
    }

    /// <summary>The inside of a section, <c>[…]</c>, brackets taken.</summary>
    public ReadOnlySpan<byte> Section()
    {
        Take((byte)'[');
        var rest = Rest;
        var end = rest.IndexOf((byte)']');
        if (end < 0) throw new ImapSyntaxException("A section of a response is not closed.");
        _at += end + 1;
        return rest[..end];
    }

    /// <summary>All that stands before <paramref name="end"/>, which is taken too.</summary>
    public ReadOnlySpan<byte> Until(byte end)
    {
        var rest = Rest;
        var length = rest.IndexOf(end);
        if (length < 0) throw new ImapSyntaxException("A list of a response is not closed.");
        _at += length + 1;
        return rest[..length];
    }

    public bool TryNil()
    {
        var rest = Rest;
        if (rest.Length < 3 || !Ascii.EqualsIgnoreCase(rest[..3], "NIL"u8)) return false;
        if (rest.Length > 3 && !AtomEnd.Contains(rest[3])) return false;
        _at += 3;
        return true;
    }

    /// <summary>A quoted string, a literal or an atom: its octets.</summary>
    public ReadOnlySpan<byte> AString()
    {
        var first = Peek();
        if (first == (byte)'"') return Quoted();
        if (first is (byte)'{' or (byte)'~' && IsLiteral()) return Literal();
        var rest = Rest;
        var end = 0;
        while (end < rest.Length && (rest[end] is (byte)'[' or (byte)']' || !AtomEnd.Contains(rest[end]))) end++;
        if (end == 0) throw new ImapSyntaxException("Expected a string in a response.");
        _at += end;
        return rest[..end];
    }

    /// <summary>Passes over one value of any kind.</summary>
    public void Skip(int depth)
    {
        if (depth <= 0) throw new ImapSyntaxException("A response is nested too deeply.");
        if (TryTake((byte)'('))
        {
            SkipSpaces();
            while (!TryTake((byte)')'))
            {
                if (AtEnd) throw new ImapSyntaxException("A list of a response is not closed.");
                Skip(depth - 1);
                SkipSpaces();
            }

            return;
        }

        if (!TryNil()) AString();
    }

    private readonly bool IsLiteral() => Rest is [(byte)'{', ..] or [(byte)'~', (byte)'{', ..];

    private ReadOnlySpan<byte> Quoted()
    {
        _at++;
        var rest = Rest;
        var end = rest.IndexOfAny(QuotedSpecial);
        if (end >= 0 && rest[end] == (byte)'"')
        {
            _at += end + 1;
            return rest[..end];
        }

        var text = new ArrayBufferWriter<byte>();
        while (end >= 0 && rest[end] == (byte)'\\' && end + 1 < rest.Length)
        {
            text.Write(rest[..end]);
            text.Write(rest.Slice(end + 1, 1));
            _at += end + 2;
            rest = Rest;
            end = rest.IndexOfAny(QuotedSpecial);
            if (end < 0 || rest[end] != (byte)'"') continue;
            text.Write(rest[..end]);
            _at += end + 1;
            return text.WrittenSpan;
        }

        throw new ImapSyntaxException("A quoted string of a response is not closed.");
    }

    private ReadOnlySpan<byte> Literal()
    {
        TryTake((byte)'~');
        Take((byte)'{');
        var size = Number();
        TryTake((byte)'+');
        Take((byte)'}');
        Take((byte)'\r');
        Take((byte)'\n');
        if (size > (ulong)(_bytes.Length - _at)) throw new ImapSyntaxException("A literal of a response is cut.");
        var octets = _bytes.Slice(_at, (int)size);
        _at += (int)size;
        return octets;
    }
}
