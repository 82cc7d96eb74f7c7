using System.Text;
using System.Text.Unicode;

namespace Cassiopea.Sympa.Format;

/// <summary>A file of paragraphs parted by blank lines, the form of Sympa's <c>config</c> and <c>*.dump</c>. What is not touched keeps each of its octets.</summary>
public sealed class ParagraphFile
{
    private readonly bool _utf8;

    private ParagraphFile(bool utf8, IEnumerable<Paragraph> paragraphs)
    {
        _utf8 = utf8;
        Paragraphs = [.. paragraphs];
    }

    /// <summary>The paragraphs in their order; may be changed.</summary>
    public List<Paragraph> Paragraphs { get; }

    /// <summary>True when the octets are no UTF-8 and are taken for Latin-1, as lists made before 2008 or by SOAP can be.</summary>
    public bool IsLatin1 => !_utf8;

    /// <summary>Reads a file; any octets are accepted.</summary>
    /// <param name="octets">The whole file.</param>
    public static ParagraphFile Parse(ReadOnlySpan<byte> octets)
    {
        var utf8 = Utf8.IsValid(octets);
        return new(utf8, Split((utf8 ? Encoding.UTF8 : Encoding.Latin1).GetString(octets)));
    }

    /// <summary>An empty file in UTF-8.</summary>
    public static ParagraphFile Empty() => new(utf8: true, []);

    /// <summary>The file in the encoding it was read in; <see cref="ToUtf8"/> changes to UTF-8.</summary>
    public byte[] ToOctets() => (_utf8 ? Encoding.UTF8 : Encoding.Latin1).GetBytes(ToString());

    /// <summary>The file in UTF-8, which is what Sympa 6.2 reads.</summary>
    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(ToString());

    /// <inheritdoc />
    public override string ToString() => string.Concat(Paragraphs.Select(static one => one.Text + one.Blank));

    private static IEnumerable<Paragraph> Split(string text)
    {
        int begin = 0, line = 1;
        while (begin < text.Length)
        {
            var (end, lines) = Take(text, begin, blank: false);
            var (next, blanks) = Take(text, end, blank: true);
            yield return new Paragraph(text[begin..end], text[end..next], line);
            begin = next;
            line += lines + blanks;
        }
    }

    private static (int End, int Lines) Take(string text, int at, bool blank)
    {
        var lines = 0;
        while (at < text.Length)
        {
            var end = text.IndexOf('\n', at);
            end = end < 0 ? text.Length : end + 1;
            if (string.IsNullOrWhiteSpace(text[at..end]) != blank) break;
            at = end;
            lines++;
        }

        return (at, lines);
    }
}

/// <summary>One paragraph.</summary>
/// <param name="Text">Its lines with their ends.</param>
/// <param name="Blank">The blank lines after it.</param>
/// <param name="Line">Number of its first line, from 1; 0 for one that was added.</param>
public sealed record Paragraph(string Text, string Blank, int Line)
{
    /// <summary>A new paragraph of these lines.</summary>
    /// <param name="lines">Without ends.</param>
    public static Paragraph Of(IEnumerable<string> lines) => new(string.Concat(lines.Select(static line => line + "\n")), "\n", 0);

    /// <summary>Its lines that say something: no comment, split at the first white space; the value is empty for a lone word.</summary>
    public IReadOnlyList<(string Key, string Value)> Fields => [.. Text
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Where(static line => !line.StartsWith('#'))
        .Select(static line => line.IndexOfAny([' ', '\t']) is var at and > 0 ? (line[..at], line[at..].Trim()) : (line, ""))];

    /// <summary>The first word: the name of the parameter; empty for comments.</summary>
    public string Key => Fields is [var first, ..] ? first.Key : "";
}
