namespace Cassiopea.Billing.Ledger;

/// <summary>What became of a person's command.</summary>
/// <param name="Refusal">Why nothing changed, as a stable code; empty when it was accepted.</param>
/// <param name="Detail">What was done, or why not and what to do.</param>
/// <param name="Members">Members whose standing is to be told again.</param>
internal sealed record Outcome(string Refusal, string Detail, params IReadOnlyCollection<string> Members)
{
    /// <summary>The payment that was recorded or matched; null when none was.</summary>
    public Payment? Payment { get; init; }

    public bool Accepted => Refusal.Length == 0;
}
