using System.Text;

namespace Cassiopea.MySql.Charsets;

/// <summary>
/// Text that a site wrote as UTF-8 over a connection that called it Latin-1: é is kept as Ã©. What the servers call latin1 is
/// Windows-1252 with its five holes filled.
/// </summary>
internal static class DoubleEncoding
{
    private const string High = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The text that was meant, as UTF-8; null when the value is what it says.</summary>
    /// <param name="value">The value's bytes in its column's character set.</param>
    /// <param name="charset">latin1, utf8, utf8mb3 or utf8mb4.</param>
    public static byte[]? Meant(ReadOnlySpan<byte> value, string charset)
    {
        var bytes = charset == "latin1" ? value : Latin1Of(value);
        if (bytes.IsEmpty || !bytes.ContainsAnyInRange((byte)0x80, (byte)0xFF)) return null;
        try
        {
            Strict.GetCharCount(bytes);
            return bytes.ToArray();
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The bytes that were taken for Latin-1; empty when a character is none of Latin-1.</summary>
    private static ReadOnlySpan<byte> Latin1Of(ReadOnlySpan<byte> utf8)
    {
        string text;
        try
        {
            text = Strict.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            return [];
        }

        var bytes = new byte[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var high = c is < '\u0080' or (>= '\u00a0' and <= '\u00ff') ? c : High.IndexOf(c) is >= 0 and var at ? 0x80 + at : -1;
            if (high < 0) return [];
            bytes[i] = (byte)high;
        }

        return bytes;
    }
}
