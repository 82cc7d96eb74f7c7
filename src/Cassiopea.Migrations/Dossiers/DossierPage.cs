using System.Globalization;
using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Dossiers;

/// <summary>The dossier told to a person, in the member's language; the same text on a page for the browser and on pages to print.</summary>
internal static class DossierPage
{
    public static string Html(DossierContent d, string sha256, string language)
    {
        var t = DossierTexts.In(language);
        var sheet = new HtmlSheet(t.Language, $"{t["title"]} – {d.Member.Name}");
        Write(sheet, d, sha256, t);
        return sheet.End();
    }

    public static byte[] Pdf(DossierContent d, string sha256, string language)
    {
        var t = DossierTexts.In(language);
        using var sheet = new PdfSheet($"{t["title"]} – {d.Member.Name}");
        Write(sheet, d, sha256, t);
        return sheet.End($"{t["title"]} – {d.Member.Reference} – {sha256}");
    }

    private static void Write(IDossierSheet page, DossierContent d, string sha256, DossierTexts t)
    {
        page.Title(t["title"]);
        page.Rows([(t["member"], $"{d.Member.Name} ({d.Member.Reference})"), (t["requested"], t.Time(d.Dates.RequestedAt)), (t["moved"], t.Time(d.Dates.CutOverAt)), (t["handed-over"], t.Time(d.Dates.HandedOverAt))]);
        if (d.Consent is { } consent)
            page.Rows([(t["consent"], $"{consent.Words} ({t.Time(consent.At)})")]);
        Invoices(page, d.Invoices, t);
        Services(page, d, t);
        Settings(page, d, t);
        page.Heading(t["items"]);
        if (d.Foretold is { Things: > 0 } foretold)
            page.Rows(DossierArrangements.Whole(d, foretold, t));
        foreach (var item in d.Items)
            OneItem(page, item, t);
        page.Heading(t["not-covered"]);
        page.Paragraph(t["not-covered-text"]);
        page.Heading(t["erasure"]);
        page.Paragraph(string.Format(CultureInfo.InvariantCulture, t["erasure-text"], d.Erasure.Within.TotalHours.ToString("0.##", t.Culture)));
        page.Rows([(t["deletion"], t.Time(d.Erasure.DeletedAt))]);
        page.Paragraph(t["signature-text"]);
        page.Code("", d.Erasure.ReceiptPublicKey);
        page.Code(t["hash"], sha256);
    }

    private static void Invoices(IDossierSheet page, DossierInvoices invoices, DossierTexts t)
    {
        page.Heading(t["invoices"]);
        page.Rows([
            (t["status"], t[$"invoices-{invoices.Status?.ToString() ?? "Unknown"}"]),
            (t["open"], (invoices.OpenCents / 100m).ToString("N2", t.Culture) + " EUR"),
            (t["as-of"], t.Time(invoices.SourceAsOf ?? invoices.CheckedAt))]);
    }

    private static void Services(IDossierSheet page, DossierContent d, DossierTexts t)
    {
        page.Heading(t["services"]);
        page.Grid("", [t["kind"], t["result"]], d.Kinds.Select(kind => (IReadOnlyList<string>)[
            t[$"kind-{kind.Kind}"],
            kind.ExcludedReason.Length > 0
                ? $"{t["excluded"]}: {kind.ExcludedReason}"
                : t[$"survey-{kind.Outcome?.ToString() ?? "NotSurveyed"}"] + (kind.Outcome == SurveyOutcome.Found ? $" ({d.Items.Count(i => i.Kind == kind.Kind)})" : "")]));
    }

    /// <summary>What a member types into the mail program.</summary>
    private static void Settings(IDossierSheet page, DossierContent d, DossierTexts t)
    {
        var boxes = d.Items.Where(item => item is { Kind: ItemKind.Mailbox, Target: not null, State: not ItemState.Excluded }).ToList();
        if (boxes.Count == 0)
            return;
        page.Heading(t["settings"]);
        page.Paragraph(t["settings-text"]);
        page.Grid("", [t["address"], t["server"], t["port"], t["security"], t["login"]], boxes.Select(box => (IReadOnlyList<string>)[
            box.Name, $"{box.Target!.Host} ({box.Target.Protocol.ToUpperInvariant()})", box.Target.Port.ToString(CultureInfo.InvariantCulture), t[$"security-{box.Target.Tls}"], box.Target.Login]));
    }

    private static void OneItem(IDossierSheet page, DossierItem item, DossierTexts t)
    {
        page.Open($"{t[$"kind-{item.Kind}"]}: {item.Name}");
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
        page.Rows(rows);
        if (item.Zone is { } zone)
        {
            page.Code(t["dns-before"], zone.Before);
            page.Code(t["dns-after"], zone.After);
        }

        if (item.Exceptions.Count > 0)
            page.Grid(
                string.Format(t.Culture, t["exceptions"], Math.Max(item.DifferenceCount, item.Exceptions.Count)), [t["what"], t["why"]],
                item.Exceptions.Select(e => (IReadOnlyList<string>)[e.Item, $"{e.Code} {e.Text}"]));
        page.Close();
    }

    private static string End(DossierEnd end) => string.Create(CultureInfo.InvariantCulture, $"{end.Protocol}://{end.Host}:{end.Port} – {end.Login}");
}
