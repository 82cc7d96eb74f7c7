using Cassiopea.Checklist.Preflight;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Notices;

namespace Cassiopea.Migrations.Dossiers;

/// <summary>The rows of an item that tell what was decided about it, in the member's language.</summary>
internal static class DossierArrangements
{
    public static IEnumerable<(string Name, string Value)> Rows(DossierItem item, DossierTexts t)
    {
        var a = item.Arrangement;
        if (a.Strategy is { } strategy)
            yield return (t["strategy"], string.Format(t.Culture, t[$"strategy-{strategy}"], t.Time(a.OnlineSince)));
        yield return (t["protocol"], MailWords.Means(item.Facts, t.Language));
        yield return (t["last-fetch"], t.Time(a.LastFetchConfirmedAt));
        if (Around(item, t) is { Length: > 0 } around)
            yield return (t["around"], around);
        if (a.Host is { } host)
            yield return (t["entrusted"], string.Format(t.Culture, t["entrusted-text"], host.Host, host.Consent));
        if (a.Receiving is { Request: { } request, Consent: { } consent } receiving)
            yield return (t["receiving"], string.Format(t.Culture, t["receiving-text"], receiving.Host, t.Time(request.AsOf), ListWords.Parts(request.Scope, t.Language), consent.Words));
        if (a.Archive is { } archive)
            yield return (t["archive"], string.Format(t.Culture, t[item.Kind switch { ItemKind.Site => "archive-files", ItemKind.Database => "archive-sql", _ => "archive-text" }], archive.Messages, archive.Bytes, archive.Parts.Count, t.Time(archive.AsOf)));
        if (a.Archive?.Missing is { Count: > 0 } missing)
            yield return (t["archive-missing"], string.Join("; ", missing.Select(static m => $"{m.Item}: {m.Failure.Text}")));
        if (a.Statistics is { Saved: { LeftOut: > 0 } incomplete })
            yield return (t["statistics-left"], incomplete.LeftOut.ToString(t.Culture));
        if (a.Statistics is { Saved: { } saved })
            yield return (t["statistics"], string.Format(t.Culture, t["statistics-text"], saved.From, saved.To, saved.RawFiles, saved.Pages, saved.Part.Sha256));
        else if (a.Statistics is { Wanted: false } refused)
            yield return (t["statistics"], string.Format(t.Culture, t["statistics-no"], refused.AnsweredBy, t.Time(refused.AnsweredAt)));
        foreach (var row in OfDatabase(a, t))
            yield return row;
        if (a.Predicted is not { } predicted)
            yield break;
        yield return (t["predicted"], string.Format(t.Culture, t["predicted-text"], predicted.Things, Number(predicted.Bytes, t), Number(predicted.Seconds, t), predicted.Problems.Count));
        if (item.Counts is { } counts)
            yield return (t["actual"], string.Format(t.Culture, t["actual-text"], counts.Source - counts.Excluded, item.Bytes, Number(a.Seconds, t)));
    }

    /// <summary>What differs at the new place on purpose, and what was added at the old one for a while.</summary>
    private static IEnumerable<(string Name, string Value)> OfDatabase(DossierArrangement a, DossierTexts t)
    {
        if (a.Database is { ExcludedTables.Count: > 0 } choices)
            yield return (t["tables-left-out"], string.Join(", ", choices.ExcludedTables));
        if (a.Repaired is { Columns.Count: > 0 } repaired)
            yield return (t["repaired"], string.Format(t.Culture, t["repaired-text"], repaired.Columns.Sum(static c => c.Repaired), string.Join(", ", repaired.Columns.Select(static c => c.Column))));
        if (a.Replaced is { DryRun: false } replaced)
            yield return (t["replaced"], string.Format(t.Culture, t["replaced-text"], replaced.Places, replaced.Values, string.Join(", ", replaced.Columns.Select(static c => c.Column))));
        if (a.ReadAccount.Length > 0)
            yield return (t["read-account"], string.Format(t.Culture, t["read-account-text"], a.ReadAccount));
    }

    /// <summary>The dry run of the whole when the plan was approved, beside what came.</summary>
    public static IEnumerable<(string Name, string Value)> Whole(DossierContent d, DryRun foretold, DossierTexts t)
    {
        yield return (t["predicted"], string.Format(t.Culture, t["predicted-whole"], foretold.Things, foretold.Bytes, Number(foretold.LeastSeconds, t), Number(foretold.MostSeconds, t), foretold.Problems));
        var moved = d.Items.Where(i => i.Counts is not null).ToList();
        yield return (t["actual"], string.Format(t.Culture, t["actual-text"], moved.Sum(i => i.Counts!.Source - i.Counts.Excluded), moved.Sum(i => i.Bytes), Number(moved.Sum(i => i.Arrangement.Seconds), t)));
    }

    /// <summary>What surrounds a mailbox: exported into its archive, to be made anew by the new provider.</summary>
    private static string Around(DossierItem item, DossierTexts t) => string.Join(", ",
        from name in new[] { "aliases", "forwards", "catch-alls", "auto-replies", "contacts" }
        let count = item.Facts.FirstOrDefault(f => f.Name == name)?.Value
        where count is not (null or "0")
        select string.Format(t.Culture, t["around-" + name], count));

    private static string Number(double? value, DossierTexts t) => value is { } v ? v.ToString("0.#", t.Culture) : "?";
}
