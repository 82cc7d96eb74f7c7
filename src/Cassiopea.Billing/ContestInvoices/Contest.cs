namespace Cassiopea.Billing.ContestInvoices;

/// <summary>What a member says against the ledger, and what staff answered.</summary>
internal sealed class Contest
{
    public required Guid Id { get; init; }

    public required string MemberReference { get; init; }

    public required string Text { get; init; }

    public required string Actor { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Null while staff have not answered: reminders stop.</summary>
    public string? Answer { get; set; }

    public string? AnsweredBy { get; set; }

    public DateTimeOffset? AnsweredAt { get; set; }
}
