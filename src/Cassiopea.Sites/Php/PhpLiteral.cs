using System.Globalization;
using System.Text;

namespace Cassiopea.Sites.Php;

/// <summary>Quoted strings: what they mean, and how a value is written.</summary>
internal static class PhpLiteral
{
    /// <summary>The value of a whole quoted string, one char per byte; an open one reads to its end.</summary>
    public static string Read(ReadOnlySpan<char> literal)
    {
        if (literal is ['b' or 'B', ..])
            literal = literal[1..];
        if (literal.IsEmpty)
            return "";
        var quote = literal[0];
        var body = literal.Length > 1 && literal[^1] == quote ? literal[1..^1] : literal[1..];
        return body.Contains('\\') ? quote == '\'' ? Single(body) : Double(body) : body.ToString();
    }

    /// <summary>A value in single quotes, where only the quote and the backslash mean something.</summary>
    public static string Write(string value) =>
        "'" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";

    /// <summary>Bytes of a file as people read them: UTF-8 where it is UTF-8, else Latin-1.</summary>
    public static string ToText(string bytes)
    {
        try
        {
            return Strict.GetString(Encoding.Latin1.GetBytes(bytes));
        }
        catch (DecoderFallbackException)
        {
            return bytes;
        }
    }

    /// <summary>What people typed as bytes of a file, in UTF-8.</summary>
    public static string ToBytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private static string Single(ReadOnlySpan<char> body)
    {
        StringBuilder value = new(body.Length);
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] == '\\' && i + 1 < body.Length && body[i + 1] is '\\' or '\'')
                i++;
            value.Append(body[i]);
        }

        return value.ToString();
    }

    private static string Double(ReadOnlySpan<char> body)
    {
        StringBuilder value = new(body.Length);
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] != '\\' || i + 1 == body.Length)
            {
                value.Append(body[i]);
                continue;
            }

            i++;
            var plain = "nrtvef\\$\"".IndexOf(body[i], StringComparison.Ordinal);
            if (plain >= 0)
                value.Append("\n\r\t\v\x1b\f\\$\""[plain]);
            else if (body[i] is >= '0' and <= '7')
                value.Append((char)(Digits(body, ref i, 3, 8) & 0xff));
            else if (body[i] == 'x' && i + 1 < body.Length && char.IsAsciiHexDigit(body[i + 1]))
            {
                i++;
                value.Append((char)Digits(body, ref i, 2, 16));
            }
            else if (body[i] == 'u' && Scalar(body[i..]) is var (rune, length) && length > 0)
            {
                value.Append(ToBytes(rune));
                i += length - 1;
            }
            else
                value.Append('\\').Append(body[i]);
        }

        return value.ToString();
    }

    private static int Digits(ReadOnlySpan<char> body, ref int at, int most, int radix)
    {
        var value = 0;
        var from = at;
        for (; at < body.Length && at - from < most && (radix == 16 ? char.IsAsciiHexDigit(body[at]) : body[at] is >= '0' and <= '7'); at++)
            value = (value * radix) + Convert.ToInt32(body[at].ToString(), 16);
        at--;
        return value;
    }

    private static (string Text, int Length) Scalar(ReadOnlySpan<char> from)
    {
        var end = from.IndexOf('}');
        return from.Length > 3 && from[1] == '{' && end is > 2 and < 10
            && int.TryParse(from[2..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code)
            ? (new Rune(code).ToString(), end + 1)
            : ("", 0);
    }
}
