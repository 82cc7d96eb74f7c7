using Cassiopea.Contracts;

namespace Cassiopea.Billing.Ledger;

/// <summary>A payment recorded by a person, once per bank reference.</summary>
internal sealed class Payment
{
    public required string BankReference { get; init; }

    /// <summary>The payer; empty while nobody could be matched.</summary>
    public required string MemberReference { get; set; }

    public required long AmountCents { get; init; }

    public required string Communication { get; init; }

    public required DateOnly ReceivedOn { get; init; }

    public required string Actor { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>What is not on an invoice: the member's credit, or the whole amount while unmatched.</summary>
    public required long CreditCents { get; set; }

    /// <summary>True while nobody could be matched.</summary>
    public bool Unmatched => MemberReference.Length == 0;

    /// <summary>As all may know it.</summary>
    public PaymentRecorded AsOf(DateTimeOffset now) => new(BankReference, MemberReference, AmountCents, Communication, ReceivedOn, now);
}
