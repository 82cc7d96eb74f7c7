using System.Globalization;
using System.Text;

namespace Cassiopea.Imap.Archive.Index;

/// <summary>
/// The text of a header field for people: encoded words of RFC 2047 in any charset of the platform, raw octets as UTF-8 or else windows-1252. Any
/// octets give a text; what controls a terminal or the direction of writing is left out.
/// </summary>
internal static class HeaderText
{
    private const int Longest = 300;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    private static readonly Encoding Western = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>The text of an unfolded field body, at most 300 characters.</summary>
    public static string Decode(ReadOnlySpan<byte> body)
    {
        var text = new StringBuilder();
        var words = new MemoryStream(); // a character may be cut between two words of one charset
        string? charset = null;
        for (var at = 0; at < body.Length && text.Length < 4 * Longest;)
        {
            if (EncodedWord.TryRead(body[at..], out var word))
            {
                if (charset is not null && !charset.Equals(word.Charset, StringComparison.OrdinalIgnoreCase)) Flush(text, words, charset);
                charset = word.Charset;
                words.Write(word.Octets);
                at += word.Length;
                var blank = body[at..].IndexOfAnyExcept(" \t\r\n"u8);
                if (blank > 0 && EncodedWord.TryRead(body[(at + blank)..], out _)) at += blank;
                continue;
            }

            if (charset is not null) Flush(text, words, charset);
            charset = null;
            var next = body[(at + 1)..].IndexOf("=?"u8);
            var end = next < 0 ? body.Length : at + 1 + next;
            text.Append(Raw(body[at..end]));
            at = end;
        }

        if (charset is not null) Flush(text, words, charset);
        return Clean(text.ToString());
    }

    /// <summary>A name as it is, without what controls a terminal or the direction of writing.</summary>
    public static string Plain(string name) => Clean(name);

    private static void Flush(StringBuilder text, MemoryStream words, string charset)
    {
        var octets = words.GetBuffer().AsSpan(0, (int)words.Length);
        text.Append(Named(charset) is { } encoding ? encoding.GetString(octets) : Raw(octets));
        words.SetLength(0);
    }

    private static string Raw(ReadOnlySpan<byte> octets)
    {
        if (Ascii.IsValid(octets)) return Encoding.ASCII.GetString(octets);
        try
        {
            return StrictUtf8.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            return Western.GetString(octets);
        }
    }

    /// <summary>Null when the platform does not know the name. Latin-1 is read as windows-1252, which mail programs mean by it.</summary>
    private static Encoding? Named(string charset) => charset.ToUpperInvariant() switch
    {
        "UTF-8" or "UTF8" => Encoding.UTF8,
        "ISO-8859-1" or "LATIN1" or "WINDOWS-1252" or "CP1252" => Western,
        "US-ASCII" or "ASCII" or "UTF-7" => null,
        _ => Known(charset),
    };

    private static Encoding? Known(string charset)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(charset) ?? Encoding.GetEncoding(charset);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string Clean(string text)
    {
        var clean = new StringBuilder(Math.Min(text.Length, Longest + 2));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length >= Longest) return clean.Append('…').ToString();
            var kind = Rune.GetUnicodeCategory(rune);
            if (kind is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator || Rune.IsWhiteSpace(rune))
            {
                if (clean.Length > 0 && clean[^1] != ' ') clean.Append(' ');
            }
            else if (kind is not (UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned) || rune.Value == 0x200D)
            {
                clean.Append(rune.ToString());
            }
        }

        return clean.ToString().Trim();
    }
}
