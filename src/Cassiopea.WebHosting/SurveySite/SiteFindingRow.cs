using Cassiopea.Sites.Compatibility;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.WebHosting;

/// <summary>One finding of the last survey of a site; kept in full, while an event carries the worst of them.</summary>
internal sealed class SiteFindingRow
{
    public Guid ItemId { get; set; }

    public int Number { get; set; }

    public string Code { get; set; } = "";

    public FindingWeight Weight { get; set; }

    public string File { get; set; } = "";

    public int Line { get; set; }

    public string Subject { get; set; } = "";

    public string Text { get; set; } = "";

    /// <summary>Replaces what is kept of the site.</summary>
    public static async Task KeepAsync(WebHostingContext db, Guid item, IReadOnlyList<SiteFinding> findings, CancellationToken token)
    {
        await db.Findings.Where(x => x.ItemId == item).ExecuteDeleteAsync(token);
        db.Findings.AddRange(findings.Select((x, i) => new SiteFindingRow
        {
            ItemId = item,
            Number = i + 1,
            Code = x.Code,
            Weight = x.Weight,
            File = Storable(x.File.ToString()),
            Line = x.Line,
            Subject = Storable(x.Subject),
            Text = x.Text,
        }));
    }

    /// <summary>PostgreSQL keeps no NUL.</summary>
    private static string Storable(string text) => text.Replace("\0", "\uFFFD", StringComparison.Ordinal);
}
