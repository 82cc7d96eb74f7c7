using System.Text;

namespace Cassiopea.Imap.Wire;

/// <summary>Folder names on the wire: modified UTF-7 (RFC 3501 §5.1.3).</summary>
internal static class ModifiedUtf7
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

    /// <summary>Encodes any string, lone surrogates too; control characters and NUL go into the shifted part, never onto the wire.</summary>
    public static string Encode(string text)
    {
        var wire = new StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length;)
        {
            if (text[i] is >= ' ' and <= '~')
            {
                if (text[i] == '&') wire.Append("&-");
                else wire.Append(text[i]);
                i++;
                continue;
            }

            wire.Append('&');
            uint bits = 0;
            var have = 0;
            for (; i < text.Length && text[i] is < ' ' or > '~'; i++)
            {
                bits = (bits << 16) | text[i];
                have += 16;
                for (; have >= 6; have -= 6) wire.Append(Alphabet[(int)(bits >> (have - 6)) & 63]);
                bits &= (1u << have) - 1;
            }

            if (have > 0) wire.Append(Alphabet[(int)(bits << (6 - have)) & 63]);
            wire.Append('-');
        }

        return wire.ToString();
    }

    /// <summary>
    /// Decodes a name, or answers false when it is not strict modified UTF-7 (then the server means the octets as they are).
    /// Strict means that <see cref="Encode"/> gives the same octets back.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> wire, out string text)
    {
        text = "";
        var made = new StringBuilder(wire.Length);
        for (var i = 0; i < wire.Length;)
        {
            var octet = wire[i++];
            if (octet is < (byte)' ' or > (byte)'~') return false;
            if (octet != (byte)'&')
            {
                made.Append((char)octet);
                continue;
            }

            if (i < wire.Length && wire[i] == (byte)'-')
            {
                made.Append('&');
                i++;
                continue;
            }

            uint bits = 0;
            var have = 0;
            var closed = false;
            while (i < wire.Length && !closed)
            {
                var symbol = wire[i++];
                if (symbol == (byte)'-')
                {
                    closed = true;
                    continue;
                }

                var value = Alphabet.IndexOf((char)symbol, StringComparison.Ordinal);
                if (value < 0) return false;
                bits = (bits << 6) | (uint)value;
                have += 6;
                if (have < 16) continue;
                have -= 16;
                made.Append((char)(bits >> have));
                bits &= (1u << have) - 1;
            }

            if (!closed) return false;
        }

        var decoded = made.ToString();
        if (!Encoding.Latin1.GetBytes(Encode(decoded)).AsSpan().SequenceEqual(wire)) return false;
        text = decoded;
        return true;
    }
}
