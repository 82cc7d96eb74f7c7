using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Dossiers;

/// <summary>The dossier as one page that needs nothing else: no script, no image, no link to a host that closes.</summary>
internal static class DossierPage
{
    private const string Style = """
        body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
        h1{font-size:1.7rem}h2{font-size:1.25rem;margin-top:2rem;border-bottom:1px solid #888}h3{font-size:1.05rem}
        table{border-collapse:collapse;width:100%;margin:.5rem 0}th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border:1px solid #888}
        code{overflow-wrap:anywhere}section{break-inside:avoid}
        @media (prefers-color-scheme:dark){body{color:#eee;background:#111}}@media print{body{margin:0;max-width:none}}
        """;

    // letters stay letters, so that the page's source can be read and searched
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static string Write(DossierContent d, string sha256, string language)
    {
        var t = DossierTexts.In(language);
        var page = new Page(t);
        page.Raw($"<!doctype html>\n<html lang=\"{t.Language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
        page.Raw($"<title>{E(t["title"])} – {E(d.Member.Name)}</title><style>{Style}</style></head><body><main>\n<h1>{E(t["title"])}</h1>\n");
        page.Table([(t["member"], $"{d.Member.Name} ({d.Member.Reference})"), (t["requested"], t.Time(d.Dates.RequestedAt)), (t["moved"], t.Time(d.Dates.CutOverAt)), (t["handed-over"], t.Time(d.Dates.HandedOverAt))]);
        if (d.Consent is { } consent)
            page.Table([(t["consent"], $"{consent.Words} ({t.Time(consent.At)})")]);
        Invoices(page, d.Invoices);
        Services(page, d);
        page.Heading(t["items"]);
        if (d.Foretold is { Things: > 0 } foretold)
            page.Table(DossierArrangements.Whole(d, foretold, t));
        foreach (var item in d.Items)
            OneItem(page, item);
        page.Heading(t["not-covered"]);
        page.Paragraph(t["not-covered-text"]);
        page.Heading(t["erasure"]);
        page.Paragraph(string.Format(CultureInfo.InvariantCulture, t["erasure-text"], d.Erasure.Within.TotalHours.ToString("0.##", t.Culture)));
        page.Raw($"<pre><code>{E(d.Erasure.ReceiptPublicKey.Trim())}</code></pre>\n");
        page.Raw($"<p><small>{E(t["hash"])} <code>{sha256}</code></small></p>\n</main></body></html>\n");
        return page.ToString();
    }

    private static void Invoices(Page page, DossierInvoices invoices)
    {
        var t = page.Texts;
        page.Heading(t["invoices"]);
        page.Table([
            (t["status"], t[$"invoices-{invoices.Status?.ToString() ?? "Unknown"}"]),
            (t["open"], (invoices.OpenCents / 100m).ToString("N2", t.Culture) + " EUR"),
            (t["as-of"], t.Time(invoices.SourceAsOf ?? invoices.CheckedAt))]);
    }

    private static void Services(Page page, DossierContent d)
    {
        var t = page.Texts;
        page.Heading(t["services"]);
        page.Raw($"<table><tr><th scope=\"col\">{E(t["kind"])}</th><th scope=\"col\">{E(t["result"])}</th></tr>\n");
        foreach (var kind in d.Kinds)
        {
            var result = kind.ExcludedReason.Length > 0
                ? $"{t["excluded"]}: {kind.ExcludedReason}"
                : t[$"survey-{kind.Outcome?.ToString() ?? "NotSurveyed"}"] + (kind.Outcome == SurveyOutcome.Found ? $" ({d.Items.Count(i => i.Kind == kind.Kind)})" : "");
            page.Raw($"<tr><td>{E(t[$"kind-{kind.Kind}"])}</td><td>{E(result)}</td></tr>\n");
        }

        page.Raw("</table>\n");
    }

    private static void OneItem(Page page, DossierItem item)
    {
        var t = page.Texts;
        page.Raw($"<section><h3>{E(t[$"kind-{item.Kind}"])}: {E(item.Name)}</h3>\n");
        var rows = new List<(string, string)> { (t["state"], t[$"state-{item.State}"]) };
        if (item.ExcludedReason.Length > 0)
            rows.Add((t["why"], item.ExcludedReason));
        if (item.Grade is { } grade)
            rows.Add((t["grade"], t[$"grade-{grade}"]));
        if (item.Source is { } source)
            rows.Add((t["from"], End(source)));
        if (item.Target is { } target)
            rows.Add((t["to"], End(target)));
        if (item.Counts is { } counts)
            rows.Add((t["counts"], string.Format(t.Culture, t["counts-text"], counts.Source, counts.Copied + counts.AlreadyThere, counts.Refused, counts.Excluded, item.Compared)));
        rows.AddRange(DossierArrangements.Rows(item, t));
        if (item.ManifestSha256.Length > 0)
            rows.Add((t["manifest"], item.ManifestSha256));
        if (item.ApprovalReason.Length > 0)
            rows.Add((t["approved"], $"{item.ApprovalReason} ({item.ApprovedBy})"));
        page.Table(rows);
        if (item.Exceptions.Count > 0)
        {
            page.Raw($"<table><caption>{E(string.Format(t.Culture, t["exceptions"], Math.Max(item.DifferenceCount, item.Exceptions.Count)))}</caption>");
            page.Raw($"<tr><th scope=\"col\">{E(t["what"])}</th><th scope=\"col\">{E(t["why"])}</th></tr>\n");
            foreach (var e in item.Exceptions)
                page.Raw($"<tr><td><code>{E(e.Item)}</code></td><td><code>{E(e.Code)}</code> {E(e.Text)}</td></tr>\n");
            page.Raw("</table>\n");
        }

        page.Raw("</section>\n");
    }

    private static string End(DossierEnd end) => string.Create(CultureInfo.InvariantCulture, $"{end.Protocol}://{end.Host}:{end.Port} – {end.Login}");

    private static string E(string text) => Encoder.Encode(text);

    private sealed class Page(DossierTexts texts)
    {
        private readonly StringBuilder _html = new();

        public DossierTexts Texts => texts;

        public void Raw(string html) => _html.Append(html);

        public void Heading(string text) => Raw($"<h2>{E(text)}</h2>\n");

        public void Paragraph(string text) => Raw($"<p>{E(text)}</p>\n");

        public void Table(IEnumerable<(string Name, string Value)> rows)
        {
            Raw("<table>");
            foreach (var (name, value) in rows.Where(r => r.Value.Length > 0))
                Raw($"<tr><th scope=\"row\">{E(name)}</th><td>{E(value)}</td></tr>\n");
            Raw("</table>\n");
        }

        public override string ToString() => _html.ToString();
    }
}
