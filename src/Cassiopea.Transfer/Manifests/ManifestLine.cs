using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Cassiopea.Transfer.Manifests;

/// <summary>One message of a manifest.</summary>
/// <param name="Folder">Path of its folder, <c>/</c> between levels.</param>
/// <param name="Date">Instant of receipt, <c>2026-11-24T11:00:00Z</c>, or <c>unknown</c>.</param>
/// <param name="Flags">Flags and keywords, sorted, a space between them.</param>
/// <param name="Size">Octets.</param>
/// <param name="Sha256">SHA-256 of the octets, lower-case hex.</param>
public sealed record ManifestLine(string Folder, string Date, string Flags, long Size, string Sha256)
{
    private const int Columns = 5;
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>The line without its LF: the values with tabs between them; in the folder's name TAB, LF and backslash are <c>\t</c>, <c>\n</c> and <c>\\</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Escape(Folder)}\t{Date}\t{Flags}\t{Size}\t{Sha256}");

    /// <summary>Reads such a line; null when it is none.</summary>
    /// <param name="line">Without its LF.</param>
    public static ManifestLine? Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (!TryMeasure(Encoding.UTF8.GetBytes(line), out _, out var size)) return null;
        var values = line.Split('\t');
        return new(Unescape(values[0]), values[1], values[2], size, values[4]);
    }

    /// <summary>Writes a text so that it keeps to one column of one line.</summary>
    internal static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    internal static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;
        var made = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\' || at + 1 == text.Length) made.Append(text[at]);
            else made.Append(text[++at] switch { 't' => '\t', 'n' => '\n', var other => other });
        }

        return made.ToString();
    }

    /// <summary>True when the octets are a line; tells where the folder's name ends and what the message's size is.</summary>
    internal static bool TryMeasure(ReadOnlySpan<byte> line, out int folder, out long size)
    {
        (folder, size) = (line.IndexOf((byte)'\t'), 0);
        Span<Range> columns = stackalloc Range[Columns + 1];
        return folder > 0
            && System.Text.Unicode.Utf8.IsValid(line)
            && Divide(line, columns) == Columns
            && IsEscaped(line[columns[0]])
            && IsDate(line[columns[1]])
            && IsNumber(line[columns[3]], out size)
            && IsHash(line[columns[4]]);
    }

    /// <summary>Divides at tabs; answers how many parts there are, counted no further than fit.</summary>
    private static int Divide(ReadOnlySpan<byte> line, Span<Range> columns)
    {
        var count = 0;
        foreach (var column in line.Split((byte)'\t'))
        {
            if (count == columns.Length) break;
            columns[count++] = column;
        }

        return count;
    }

    private static bool IsEscaped(ReadOnlySpan<byte> name)
    {
        for (var at = 0; at < name.Length; at++)
        {
            if (name[at] == '\\' && (++at == name.Length || !@"\tn"u8.Contains(name[at]))) return false;
        }

        return true;
    }

    private static bool IsDate(ReadOnlySpan<byte> date)
    {
        var pattern = "0000-00-00T00:00:00Z"u8;
        if (date.SequenceEqual("unknown"u8)) return true;
        if (date.Length != pattern.Length) return false;
        for (var at = 0; at < date.Length; at++)
        {
            if (pattern[at] == '0' ? !char.IsAsciiDigit((char)date[at]) : date[at] != pattern[at]) return false;
        }

        return true;
    }

    private static bool IsNumber(ReadOnlySpan<byte> digits, out long number) =>
        Utf8Parser.TryParse(digits, out number, out var used) && used == digits.Length && char.IsAsciiDigit((char)digits[0]) && (digits.Length == 1 || digits[0] != '0');

    private static bool IsHash(ReadOnlySpan<byte> hash) => hash.Length == 64 && !hash.ContainsAnyExcept(HexDigits);
}
