namespace Cassiopea.Billing.Ledger;

/// <summary>What a source says of an invoice besides its amounts.</summary>
internal enum SourceState
{
    /// <summary>Issued; the amounts tell whether it is paid.</summary>
    Issued,

    /// <summary>Not yet sent to the member: owes nothing.</summary>
    Draft,

    /// <summary>Withdrawn or written off: owes nothing.</summary>
    Cancelled,
}

/// <summary>One invoice as its source has it.</summary>
/// <param name="MemberReference">Whose.</param>
/// <param name="InvoiceNo">Number on the invoice, unique in its source.</param>
/// <param name="Year">Year that it charges.</param>
/// <param name="IssuedOn">Date of issue.</param>
/// <param name="DueOn">Date due.</param>
/// <param name="AmountCents">Total in cents; negative for a credit note.</param>
/// <param name="PaidCents">Paid, in cents; of a credit note what was paid back, negative.</param>
/// <param name="CreditedCents">Set off against credit notes, in cents; of a credit note what was used, negative.</param>
/// <param name="State">What else the source says.</param>
/// <param name="Communication">Structured communication, <c>+++ddd/dddd/ddddd+++</c>; empty when none.</param>
internal sealed record SourceInvoice(
    string MemberReference,
    string InvoiceNo,
    int Year,
    DateOnly IssuedOn,
    DateOnly DueOn,
    long AmountCents,
    long PaidCents,
    long CreditedCents,
    SourceState State,
    string Communication);
