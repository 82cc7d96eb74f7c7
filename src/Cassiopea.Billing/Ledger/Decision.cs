namespace Cassiopea.Billing.Ledger;

/// <summary>What a decision does.</summary>
internal enum DecisionKind
{
    /// <summary>The gate opens although invoices are open; two people.</summary>
    Waiver,

    /// <summary>The member owes nothing by decision of the board; two people.</summary>
    Exempt,

    /// <summary>The member pays by an agreed plan; one person records it.</summary>
    Instalments,
}

/// <summary>A waiver, an exemption or a plan of instalments, from its proposal on.</summary>
internal sealed class Decision
{
    public required Guid Id { get; init; }

    public required string MemberReference { get; init; }

    public required DecisionKind Kind { get; init; }

    public required string ProposedBy { get; init; }

    public required DateTimeOffset ProposedAt { get; init; }

    public required string Reason { get; init; }

    public required string DocumentReference { get; set; }

    /// <summary>The last day on which it holds; null = to the end of the migration.</summary>
    public required DateOnly? ExpiresOn { get; set; }

    public string? DecidedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>When it was ended: replaced, lapsed before it was decided, or its migration is over.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public bool IsProposal => DecidedAt is null && EndedAt is null;

    public bool HoldsOn(DateOnly day) => DecidedAt is not null && EndedAt is null && (ExpiresOn is null || day <= ExpiresOn);
}
