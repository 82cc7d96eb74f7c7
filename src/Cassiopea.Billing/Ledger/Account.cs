namespace Cassiopea.Billing.Ledger;

/// <summary>A member that a source knows.</summary>
internal sealed class Account
{
    public required string MemberReference { get; init; }

    /// <summary>The source that confirmed last: <c>csv</c>.</summary>
    public required string Source { get; set; }

    /// <summary>When it did.</summary>
    public required DateTimeOffset ConfirmedAt { get; set; }

    /// <summary>SHA-256 of the lines that were last announced.</summary>
    public string ToldLines { get; set; } = "";

    /// <summary>When the next line changes by itself; null = never.</summary>
    public DateTimeOffset? NextChangeAt { get; set; }
}
