using System.Globalization;
using System.Text;
using Cassiopea.Zones.Wire;

namespace Cassiopea.Zones.Files;

/// <summary>One word of a zone file, escapes not undone.</summary>
internal readonly record struct MasterToken(string Raw, bool Quoted)
{
    /// <summary>The octets of a character string: <c>\X</c> and <c>\DDD</c> undone (RFC 1035 §5.1), letters beyond ASCII as UTF-8.</summary>
    public byte[] Octets()
    {
        var writer = new WireWriter();
        Span<byte> utf8 = stackalloc byte[4];
        for (var i = 0; i < Raw.Length; i++)
        {
            var c = Raw[i];
            if (c == '\\')
            {
                if (++i >= Raw.Length) throw new FormatException("A text ends with a backslash.");
                if (char.IsAsciiDigit(Raw[i]))
                {
                    if (i + 2 >= Raw.Length || !byte.TryParse(Raw.AsSpan(i, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var octet))
                        throw new FormatException("A text holds a wrong escape.");
                    writer.Octet(octet);
                    i += 2;
                    continue;
                }

                c = Raw[i];
            }

            if (c < 128)
            {
                writer.Octet((byte)c);
                continue;
            }

            if (!Rune.TryGetRuneAt(Raw, i, out var rune)) throw new FormatException("A text holds half a letter.");
            writer.Octets(utf8[..rune.EncodeToUtf8(utf8)]);
            i += rune.Utf16SequenceLength - 1;
        }

        return writer.ToArray();
    }
}

/// <summary>Cuts the text of one entry into words.</summary>
internal static class MasterTokens
{
    private const int MostTokens = 20_000;

    /// <summary>The words of data that stand alone, without comment.</summary>
    /// <exception cref="FormatException">A quotation or parenthesis is not closed.</exception>
    public static List<MasterToken> Of(string text)
    {
        var (tokens, at, depth) = (new List<MasterToken>(), 0, 0);
        while (Next(text, ref at, ref depth, out var token))
        {
            if (token is { } word) tokens.Add(word);
            else if (depth == 0 && at < text.Length) throw new FormatException("Data hold more than one line.");
        }

        return depth == 0 ? tokens : throw new FormatException("A parenthesis is not closed.");
    }

    /// <summary>The next word, or null for the end of a line outside parentheses; false at the end of the text.</summary>
    public static bool Next(string text, ref int at, ref int depth, out MasterToken? token)
    {
        token = null;
        while (at < text.Length)
        {
            var c = text[at];
            switch (c)
            {
                case ' ' or '\t' or '\r':
                    at++;
                    continue;
                case '\n':
                    at++;
                    if (depth > 0) continue;
                    return true;
                case ';':
                    at = text.IndexOf('\n', at) is var end && end < 0 ? text.Length : end;
                    continue;
                case '(':
                    depth++;
                    at++;
                    continue;
                case ')':
                    at++;
                    if (--depth < 0) throw new FormatException("A parenthesis is closed that was not open.");
                    continue;
                case '"':
                    token = new(Quoted(text, ref at), true);
                    return true;
                default:
                    token = new(Word(text, ref at), false);
                    return true;
            }
        }

        return false;
    }

    /// <summary>Refuses entries that would fill the memory.</summary>
    public static void Limit(List<MasterToken> tokens)
    {
        if (tokens.Count > MostTokens) throw new FormatException($"An entry has more than {MostTokens} words.");
    }

    private static string Quoted(string text, ref int at)
    {
        var start = ++at;
        for (; at < text.Length; at++)
        {
            if (text[at] == '\\') at++;
            else if (text[at] == '"') return text[start..at++];
        }

        throw new FormatException("A quotation is not closed.");
    }

    private static string Word(string text, ref int at)
    {
        var start = at;
        for (; at < text.Length && text[at] is not (' ' or '\t' or '\r' or '\n' or ';' or '(' or ')'); at++)
        {
            // a quotation inside a word belongs to it: alpn="h2,h3" (RFC 9460 §2.1)
            if (text[at] == '"' && at > start && text[at - 1] == '=')
            {
                Quoted(text, ref at);
                at--;
            }
            else if (text[at] == '"')
            {
                break;
            }
            else if (text[at] == '\\' && at + 1 < text.Length && text[at + 1] != '\n')
            {
                at++;
            }
        }

        return text[start..Math.Min(at, text.Length)];
    }
}
