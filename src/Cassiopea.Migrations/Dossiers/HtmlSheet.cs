using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Cassiopea.Migrations.Dossiers;

/// <summary>One page that needs nothing else: no script, no image, no link to a host that closes.</summary>
internal sealed class HtmlSheet : IDossierSheet
{
    private const string Style = """
        body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
        h1{font-size:1.7rem}h2{font-size:1.25rem;margin-top:2rem;border-bottom:1px solid #888}h3{font-size:1.05rem}
        table{border-collapse:collapse;width:100%;margin:.5rem 0}th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border:1px solid #888}
        code{overflow-wrap:anywhere}pre{white-space:pre-wrap}section{break-inside:avoid}
        @media (prefers-color-scheme:dark){body{color:#eee;background:#111}}@media print{body{margin:0;max-width:none}}
        """;

    // letters stay letters, so that the page's source can be read and searched
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);
    private readonly StringBuilder _html = new();

    public HtmlSheet(string language, string title)
    {
        Raw($"<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
        Raw($"<title>{E(title)}</title><style>{Style}</style></head><body><main>\n");
    }

    public void Title(string text) => Raw($"<h1>{E(text)}</h1>\n");

    public void Heading(string text) => Raw($"<h2>{E(text)}</h2>\n");

    public void Paragraph(string text) => Raw($"<p>{E(text)}</p>\n");

    public void Rows(IEnumerable<(string Name, string Value)> rows)
    {
        var shown = rows.Where(row => row.Value.Length > 0).ToList();
        if (shown.Count == 0)
            return;
        Raw("<table>");
        foreach (var (name, value) in shown)
            Raw($"<tr><th scope=\"row\">{E(name)}</th><td>{E(value)}</td></tr>\n");
        Raw("</table>\n");
    }

    public void Grid(string caption, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        Raw("<table>");
        if (caption.Length > 0)
            Raw($"<caption>{E(caption)}</caption>");
        Raw($"<tr>{string.Concat(heads.Select(head => $"<th scope=\"col\">{E(head)}</th>"))}</tr>\n");
        foreach (var row in rows)
            Raw($"<tr>{string.Concat(row.Select(cell => $"<td>{E(cell)}</td>"))}</tr>\n");
        Raw("</table>\n");
    }

    public void Code(string caption, string text) => Raw($"{(caption.Length > 0 ? $"<p>{E(caption)}</p>" : "")}<pre><code>{E(text.Trim())}</code></pre>\n");

    public void Open(string heading) => Raw($"<section><h3>{E(heading)}</h3>\n");

    public void Close() => Raw("</section>\n");

    public string End() => _html.Append("</main></body></html>\n").ToString();

    private void Raw(string html) => _html.Append(html);

    private static string E(string text) => Encoder.Encode(text);
}
