namespace Cassiopea.Migrations.Dossiers;

/// <summary>Where a dossier is written to: one page for a browser, or pages to print. Texts are plain; each form encodes them itself.</summary>
internal interface IDossierSheet
{
    void Title(string text);

    void Heading(string text);

    void Paragraph(string text);

    /// <summary>A name and a value per line; empty values are left out.</summary>
    void Rows(IEnumerable<(string Name, string Value)> rows);

    /// <summary>A table with heads; <paramref name="caption"/> may be empty.</summary>
    void Grid(string caption, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows);

    /// <summary>Text that keeps its line breaks: a key, a zone.</summary>
    void Code(string caption, string text);

    /// <summary>What follows until the end belongs together under a small heading.</summary>
    void Open(string heading);

    void Close();
}
