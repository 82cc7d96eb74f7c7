using Cassiopea.Contracts;

namespace Cassiopea.Billing.CheckInvoices;

/// <summary>A migration that wants to know how its member stands, and what it was told last.</summary>
internal sealed class Watch
{
    public required Guid MigrationId { get; init; }

    public required string MemberReference { get; set; }

    public required DateTimeOffset AskedAt { get; set; }

    /// <summary>When its migration ended: nothing is told any more.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public InvoiceStatus? ToldStatus { get; set; }

    public long ToldOpenCents { get; set; }

    public string ToldExplanation { get; set; } = "";

    public string ToldSource { get; set; } = "";

    public string ToldContested { get; set; } = "";

    /// <summary>When the answer changes by itself; null = never.</summary>
    public DateTimeOffset? NextChangeAt { get; set; }

    /// <summary>Takes over an answer; true when it is another one than was told last.</summary>
    public bool Take(Standing standing)
    {
        NextChangeAt = standing.NextChangeAt;
        var changed = (ToldStatus, ToldOpenCents, ToldExplanation, ToldSource, ToldContested) != (standing.Status, standing.OpenCents, standing.Explanation, standing.Source, standing.Contested);
        (ToldStatus, ToldOpenCents, ToldExplanation, ToldSource, ToldContested) = (standing.Status, standing.OpenCents, standing.Explanation, standing.Source, standing.Contested);
        return changed;
    }
}
