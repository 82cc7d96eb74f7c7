using System.Text;

namespace Cassiopea.Ftp.Site;

/// <summary>Patterns of what is left out, compared as bytes.</summary>
internal sealed class Excludes(IEnumerable<string> patterns)
{
    private readonly byte[][] _patterns = [.. patterns.Select(static pattern => Encoding.UTF8.GetBytes(pattern.Trim('/')))];

    public bool Match(SitePath path)
    {
        foreach (var pattern in _patterns)
        {
            if (Match(pattern, pattern.AsSpan().Contains((byte)'/') ? path.Bytes : path.Name)) return true;
        }

        return false;
    }

    private static bool Match(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text)
    {
        while (!pattern.IsEmpty)
        {
            if (pattern[0] == (byte)'*')
            {
                var deep = pattern.StartsWith("**"u8);
                var rest = pattern[(deep ? 2 : 1)..];
                for (var i = 0; i <= text.Length; i++)
                {
                    if (Match(rest, text[i..])) return true;
                    if (!deep && i < text.Length && text[i] == (byte)'/') return false;
                }

                return false;
            }

            if (text.IsEmpty || (pattern[0] != (byte)'?' && pattern[0] != text[0])) return false;
            pattern = pattern[1..];
            text = text[1..];
        }

        return text.IsEmpty;
    }
}
