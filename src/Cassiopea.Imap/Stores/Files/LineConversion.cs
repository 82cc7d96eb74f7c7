namespace Cassiopea.Imap.Stores.Files;

/// <summary>What becomes of lines that begin with <c>From </c>, or with <c>&gt;</c> and that.</summary>
internal enum FromLines
{
    /// <summary>Nothing.</summary>
    AsTheyAre,

    /// <summary>One <c>&gt;</c> more: into an mboxrd file.</summary>
    Quote,

    /// <summary>One <c>&gt;</c> less: out of one. Exactly the reverse of <see cref="Quote"/>.</summary>
    Unquote,
}

/// <summary>Changes octets part by part on their way into or out of a file. Holds back at most six octets.</summary>
internal struct LineConversion(FromLines from, bool crlf)
{
    private bool _inside;
    private bool _heldQuote;
    private int _matched;
    private byte _before;

    private static ReadOnlySpan<byte> Word => "From "u8;

    /// <summary>Most octets that come of a part.</summary>
    public static int Most(int part) => 2 * part + 8;

    /// <summary>Converts a part; the octets written, at most <see cref="Most"/> of them.</summary>
    public int Convert(ReadOnlySpan<byte> part, Span<byte> into)
    {
        var written = 0;
        foreach (var octet in part)
        {
            if (from != FromLines.AsTheyAre && !_inside)
            {
                if (octet == Word[_matched])
                {
                    if (++_matched == Word.Length) written += Whole(into[written..]);
                    continue;
                }

                if (octet == '>' && _matched == 0)
                {
                    if (from == FromLines.Quote || _heldQuote) into[written++] = octet;
                    else _heldQuote = true;
                    _before = octet;
                    continue;
                }

                written += Release(into[written..]);
                _inside = true;
            }

            if (octet == '\n' && _before != '\r' && crlf) into[written++] = (byte)'\r';
            into[written++] = _before = octet;
            if (octet == '\n') _inside = false;
        }

        return written;
    }

    /// <summary>What was held back at the end.</summary>
    public int End(Span<byte> into) => Release(into);

    private int Whole(Span<byte> into)
    {
        (_matched, _inside, _before) = (0, true, (byte)' ');
        _heldQuote = false;
        var written = 0;
        if (from == FromLines.Quote) into[written++] = (byte)'>';
        Word.CopyTo(into[written..]);
        return written + Word.Length;
    }

    private int Release(Span<byte> into)
    {
        var written = 0;
        if (_heldQuote) into[written++] = (byte)'>';
        Word[.._matched].CopyTo(into[written..]);
        written += _matched;
        if (written > 0) _before = into[written - 1];
        (_heldQuote, _matched) = (false, 0);
        return written;
    }
}
