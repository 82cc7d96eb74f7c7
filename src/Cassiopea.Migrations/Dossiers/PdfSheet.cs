using System.Globalization;
using System.Reflection;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.TrueType;
using UglyToad.PdfPig.Fonts.TrueType.Parser;
using UglyToad.PdfPig.Writer;

namespace Cassiopea.Migrations.Dossiers;

/// <summary>The dossier on A4 pages to print or keep (decision 0132). The letters used are embedded; one that the font does not have becomes □.</summary>
internal sealed class PdfSheet : IDossierSheet, IDisposable
{
    private const double Left = 50, Right = 545, Top = 790, Bottom = 50, Small = 9, Indent = 12;
    private const int FontLetters = 250; // PdfPig gives one octet to each letter of a font
    private static readonly byte[] Font = ReadFont();
    private static readonly TrueTypeFont Known = TrueTypeFontParser.Parse(new TrueTypeDataBytes(Font));
    private readonly PdfDocumentBuilder _document = new();
    private readonly List<(PdfDocumentBuilder.AddedFont Font, HashSet<char> Letters)> _fonts = [];
    private readonly List<PdfPageBuilder> _pages = [];
    private double _y = Top;

    public PdfSheet(string title)
    {
        _document.DocumentInformation.Title = title;
        _document.DocumentInformation.Producer = "Cassiopea";
        NewPage();
    }

    private PdfPageBuilder Page => _pages[^1];

    public void Title(string text) => Block(text, 18, Left, Right, before: 0, after: 10);

    public void Heading(string text)
    {
        Need(60);
        Block(text, 13, Left, Right, before: 14, after: 2);
        Page.DrawLine(new PdfPoint(Left, _y + 2), new PdfPoint(Right, _y + 2), 0.5);
        _y -= 6;
    }

    public void Paragraph(string text) => Block(text, 10, Left, Right, before: 2, after: 4);

    public void Rows(IEnumerable<(string Name, string Value)> rows)
    {
        foreach (var (name, value) in rows.Where(row => row.Value.Length > 0))
            Columns([name, value], [Left, Left + 150, Right], line: true);
        _y -= 4;
    }

    public void Grid(string caption, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (caption.Length > 0)
            Block(caption, 10, Left, Right, before: 4, after: 2);
        var edges = Enumerable.Range(0, heads.Count + 1).Select(i => Left + ((Right - Left) * i / heads.Count)).ToArray();
        Columns(heads, edges, line: true);
        foreach (var row in rows)
            Columns(row, edges, line: true);
        _y -= 4;
    }

    public void Code(string caption, string text)
    {
        if (caption.Length > 0)
            Block(caption, 10, Left, Right, before: 4, after: 2);
        foreach (var line in text.Trim().ReplaceLineEndings("\n").Split('\n'))
            Block(line.Replace("\t", "    ", StringComparison.Ordinal), Small, Left + Indent, Right, before: 0, after: 0);
        _y -= 6;
    }

    public void Open(string heading)
    {
        Need(50);
        Block(heading, 11, Left, Right, before: 8, after: 3);
    }

    public void Close() => _y -= 4;

    /// <summary>The file; each page has its number and the title's fingerprint at its foot.</summary>
    public byte[] End(string foot)
    {
        for (var i = 0; i < _pages.Count; i++)
            Write(_pages[i], string.Create(CultureInfo.InvariantCulture, $"{foot}    {i + 1}/{_pages.Count}"), 7, Left, 28);
        return _document.Build();
    }

    public void Dispose() => _document.Dispose();

    private void Columns(IReadOnlyList<string> cells, double[] edges, bool line)
    {
        var wrapped = cells.Select((cell, i) => Wrap(cell, Small, edges[i + 1] - edges[i] - 6)).ToList();
        for (var row = 0; row < wrapped.Max(lines => lines.Count); row++)
        {
            Need(Small * 1.35);
            _y -= Small * 1.35;
            for (var i = 0; i < wrapped.Count; i++)
            {
                if (row < wrapped[i].Count)
                    Write(Page, wrapped[i][row], Small, edges[i], _y);
            }
        }

        if (line)
            Page.DrawLine(new PdfPoint(Left, _y - 3), new PdfPoint(Right, _y - 3), 0.2);
        _y -= 4;
    }

    private void Block(string text, double size, double left, double right, double before, double after)
    {
        _y -= before;
        foreach (var line in Wrap(text, size, right - left))
        {
            Need(size * 1.35);
            _y -= size * 1.35;
            Write(Page, line, size, left, _y);
        }

        _y -= after;
    }

    private void Need(double height)
    {
        if (_y - height < Bottom)
            NewPage();
    }

    private void NewPage()
    {
        _pages.Add(_document.AddPage(PageSize.A4));
        _y = Top;
    }

    /// <summary>Breaks at spaces, and within a word that is wider than the line.</summary>
    private List<string> Wrap(string text, double size, double width)
    {
        List<string> lines = [];
        var line = "";
        foreach (var word in Printable(text).Split(' '))
        {
            var rest = word;
            if (line.Length > 0 && Width(line + " " + rest, size) <= width)
            {
                line += " " + rest;
                continue;
            }

            if (line.Length > 0)
                lines.Add(line);
            while (rest.Length > 1 && Width(rest, size) > width)
            {
                var fits = 1;
                while (fits < rest.Length && Width(rest[..(fits + 1)], size) <= width)
                    fits++;
                lines.Add(rest[..fits]);
                rest = rest[fits..];
            }

            line = rest;
        }

        lines.Add(line);
        return lines;
    }

    private void Write(PdfPageBuilder page, string text, double size, double x, double y)
    {
        if (text.Trim().Length > 0)
            page.AddText(text, size, new PdfPoint(x, y), FontOf(text));
    }

    private double Width(string text, double size) => text.Sum(letter => Advance(letter)) * size / Known.TableRegister.HeaderTable.UnitsPerEm;

    private static double Advance(char letter) =>
        Known.WindowsUnicodeCMap!.CharacterCodeToGlyphIndex(letter) is var glyph && glyph < Known.TableRegister.HorizontalMetricsTable.HorizontalMetrics.Count
            ? Known.TableRegister.HorizontalMetricsTable.HorizontalMetrics[glyph].AdvanceWidth
            : Known.TableRegister.HorizontalMetricsTable.HorizontalMetrics[^1].AdvanceWidth;

    /// <summary>A copy of the font that has room for these letters.</summary>
    private PdfDocumentBuilder.AddedFont FontOf(string text)
    {
        foreach (var (font, letters) in _fonts)
        {
            if (letters.Union(text).Count() > FontLetters)
                continue;
            letters.UnionWith(text);
            return font;
        }

        _fonts.Add((_document.AddTrueTypeFont(Font), [.. text]));
        return _fonts[^1].Font;
    }

    private static string Printable(string text) => string.Concat(text.ReplaceLineEndings(" ").Where(letter => !char.IsLowSurrogate(letter)).Select(letter =>
        letter is '\t' or '\u00a0' or '\u202f' ? ' ' : Known.WindowsUnicodeCMap!.CharacterCodeToGlyphIndex(letter) > 0 ? letter : '□'));

    private static byte[] ReadFont()
    {
        const string Name = "Cassiopea.Migrations.Dossiers.Fonts.DejaVuSerif.ttf";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Name) ?? throw new InvalidOperationException($"No font {Name}.");
        var octets = new byte[stream.Length];
        stream.ReadExactly(octets);
        return octets;
    }
}
