using System.Globalization;

namespace Cassiopea.Ftp.Wire;

/// <summary>Where a data connection goes: only the port is believed, the address is the server's own (RFC 2428 §3; facts: PASV addresses lie).</summary>
internal static class PassiveReply
{
    /// <summary>The port of a 229 reply: <c>(|||6446|)</c> with any delimiter.</summary>
    public static bool TryExtended(string text, out int port)
    {
        port = 0;
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || open + 5 >= text.Length) return false;
        var delimiter = text[open + 1];
        var parts = text[(open + 1)..].Split(delimiter);
        return parts.Length >= 5 && TryPort(parts[3], out port);
    }

    /// <summary>The port of a 227 reply: six numbers, with or without parentheses.</summary>
    public static bool TryPassive(string text, out int port)
    {
        port = 0;
        var numbers = new List<int>(6);
        for (var i = 0; i < text.Length && numbers.Count < 6;)
        {
            if (!char.IsAsciiDigit(text[i]))
            {
                i++;
                continue;
            }

            var start = i;
            while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
            if (i - start > 3 || int.Parse(text.AsSpan(start, i - start), NumberStyles.None, CultureInfo.InvariantCulture) is var number && number > 255) return false;
            if (numbers.Count > 0 && text[start - 1] != ',') numbers.Clear();
            numbers.Add(number);
        }

        if (numbers.Count < 6) return false;
        port = (numbers[4] << 8) + numbers[5];
        return port > 0;
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536;
}
