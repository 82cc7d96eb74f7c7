using System.Text.Json.Serialization;

namespace Cassiopea.Contracts;

/// <summary>What the invoice check says of a member (facts: inv-I4).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InvoiceStatus>))]
public enum InvoiceStatus
{
    /// <summary>Nothing open. Passes.</summary>
    Clear,

    /// <summary>Something is open. Assisted moving waits.</summary>
    Due,

    /// <summary>Nothing open, the final year's invoice is still to come. Passes, is shown, is checked again.</summary>
    AwaitingFinalInvoice,

    /// <summary>Exempted by decision. Passes.</summary>
    Exempt,

    /// <summary>Pays by an agreed plan and keeps it. Passes.</summary>
    Instalments,

    /// <summary>Could not be known (no match, source down): neither passes nor blocks silently, becomes a staff task.</summary>
    Unknown,
}

/// <summary>Tell how a member stands, now and again whenever it changes until the migration ends. Answer: <see cref="InvoicesChecked"/>. Sender: Migrations; consumer: Billing; key: MigrationId.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="MemberReference">The member's reference in the ledger.</param>
[Command]
public sealed record CheckInvoices(Guid MigrationId, string MemberReference);

/// <summary>How a member stands.</summary>
/// <param name="MigrationId">The migration that asked.</param>
/// <param name="MemberReference">The member's reference in the ledger.</param>
/// <param name="Status">The result.</param>
/// <param name="OpenCents">What is open, in euro cents; 0 when nothing is.</param>
/// <param name="Explanation">Why, in English, for staff.</param>
/// <param name="Source">Where the data come from: <c>csv</c>, <c>dolibarr</c>, <c>waiver</c> (a waiver or an exemption), <c>none</c>.</param>
/// <param name="SourceAsOf">How old the source's data are; null when there are none.</param>
/// <param name="AsOf">When this was computed.</param>
/// <param name="Contested">What the member says against it, while staff have not answered; empty otherwise.</param>
public sealed record InvoicesChecked(
    Guid MigrationId,
    string MemberReference,
    InvoiceStatus Status,
    long OpenCents,
    string Explanation,
    string Source,
    DateTimeOffset? SourceAsOf,
    DateTimeOffset AsOf,
    string Contested = "");

/// <summary>One invoice as people may see it.</summary>
/// <param name="InvoiceNo">Number on the invoice.</param>
/// <param name="Year">Year that it charges.</param>
/// <param name="IssuedOn">Date of issue.</param>
/// <param name="DueOn">Date due.</param>
/// <param name="AmountCents">Total, in euro cents; negative for a credit note.</param>
/// <param name="OpenCents">Still open, in euro cents.</param>
/// <param name="Communication">Belgian structured communication, <c>+++ddd/dddd/ddddd+++</c>; empty when none.</param>
/// <param name="State">Kebab-case: <c>open</c>, <c>overdue</c>, <c>partial</c>, <c>paid</c>, <c>credited</c>, <c>cancelled</c>.</param>
public sealed record InvoiceLine(
    string InvoiceNo,
    int Year,
    DateOnly IssuedOn,
    DateOnly DueOn,
    long AmountCents,
    long OpenCents,
    string Communication,
    string State);

/// <summary>A member's ledger changed: all its invoices as they are now.</summary>
/// <param name="MemberReference">The member's reference in the ledger.</param>
/// <param name="Invoices">All invoices, oldest first.</param>
/// <param name="AsOf">When.</param>
public sealed record LedgerChanged(string MemberReference, IReadOnlyList<InvoiceLine> Invoices, DateTimeOffset AsOf);

/// <summary>Import invoices from a CSV file, all or nothing. Answer: <see cref="InvoicesImported"/>. Sender: Gateway; consumer: Billing; key: SHA-256 of the content.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asked.</param>
/// <param name="FileName">For people.</param>
/// <param name="Content">The file as it is, at most 4 MiB.</param>
/// <param name="DryRun">True: report only, write nothing.</param>
[Command]
public sealed record ImportInvoices(Guid OperationId, string Actor, string FileName, byte[] Content, bool DryRun);

/// <summary>What is wrong in a line of a file.</summary>
/// <param name="Line">Line number, the header is 1.</param>
/// <param name="Column">Column name; empty for the whole line.</param>
/// <param name="Problem">What is wrong and what to do, in English.</param>
public sealed record LineError(int Line, string Column, string Problem);

/// <summary>What came of an import.</summary>
/// <param name="OperationId">The operation that is ended.</param>
/// <param name="DryRun">True: nothing was written.</param>
/// <param name="Created">Invoices that were not known.</param>
/// <param name="Updated">Invoices that changed.</param>
/// <param name="Unchanged">Invoices that were known as they are.</param>
/// <param name="Errors">Lines in error; when there is any, nothing was written.</param>
/// <param name="AsOf">When.</param>
public sealed record InvoicesImported(
    Guid OperationId,
    bool DryRun,
    int Created,
    int Updated,
    int Unchanged,
    IReadOnlyList<LineError> Errors,
    DateTimeOffset AsOf);

/// <summary>Record a payment that was received. Answers: <see cref="CommandAccepted"/>, <see cref="CommandRefused"/>. Sender: Gateway; consumer: Billing; key: BankReference.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who recorded it.</param>
/// <param name="MemberReference">The payer's reference; empty = match by communication.</param>
/// <param name="AmountCents">Euro cents, positive.</param>
/// <param name="Communication">Structured communication as received; empty when none.</param>
/// <param name="ReceivedOn">Value date.</param>
/// <param name="BankReference">The bank's reference of the movement: the same reference is never counted twice.</param>
[Command]
public sealed record RecordPayment(
    Guid OperationId,
    string Actor,
    string MemberReference,
    long AmountCents,
    string Communication,
    DateOnly ReceivedOn,
    string BankReference);

/// <summary>A payment was recorded, or found its payer later.</summary>
/// <param name="BankReference">The bank's reference of the movement.</param>
/// <param name="MemberReference">The payer; empty while nobody could be matched.</param>
/// <param name="AmountCents">Euro cents.</param>
/// <param name="Communication">As received; structured ones as <c>+++ddd/dddd/ddddd+++</c>; empty when none.</param>
/// <param name="ReceivedOn">Value date.</param>
/// <param name="AsOf">When.</param>
public sealed record PaymentRecorded(
    string BankReference,
    string MemberReference,
    long AmountCents,
    string Communication,
    DateOnly ReceivedOn,
    DateTimeOffset AsOf);

/// <summary>Count the payments in a bank's file (CODA of Febelfin, or CSV), all or nothing. Answer: <see cref="PaymentsImported"/>. Sender: Gateway; consumer: Billing; key: the bank's reference of each movement.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asked.</param>
/// <param name="FileName">For people.</param>
/// <param name="Content">The file as it is, at most 4 MiB.</param>
/// <param name="DryRun">True: report only, write nothing.</param>
[Command]
public sealed record ImportPayments(Guid OperationId, string Actor, string FileName, byte[] Content, bool DryRun);

/// <summary>What came of a bank's file.</summary>
/// <param name="OperationId">The operation that is ended.</param>
/// <param name="DryRun">True: nothing was written.</param>
/// <param name="Counted">Payments that found their payer.</param>
/// <param name="Unmatched">Payments that were kept and wait for a payer.</param>
/// <param name="Known">Payments that had been counted before.</param>
/// <param name="Ignored">Movements that are no incoming payment.</param>
/// <param name="Errors">Lines in error; when there is any, nothing was written.</param>
/// <param name="AsOf">When.</param>
public sealed record PaymentsImported(
    Guid OperationId,
    bool DryRun,
    int Counted,
    int Unmatched,
    int Known,
    int Ignored,
    IReadOnlyList<LineError> Errors,
    DateTimeOffset AsOf);

/// <summary>The member says that the ledger is wrong: reminders stop until staff have answered. Answers: <see cref="CommandAccepted"/>, <see cref="CommandRefused"/>. Sender: Gateway; consumer: Billing; key: MemberReference.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who says so.</param>
/// <param name="MemberReference">Whose invoices.</param>
/// <param name="Text">What is wrong, in the member's words; 10 to 1000 characters.</param>
[Command]
public sealed record ContestInvoices(Guid OperationId, string Actor, string MemberReference, string Text);

/// <summary>Ask the ledger's source now instead of at the next turn of the clock. Answers: <see cref="CommandAccepted"/>, <see cref="CommandRefused"/>. Sender: Gateway; consumer: Billing; key: MemberReference.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MemberReference">Whose invoices.</param>
[Command]
public sealed record RecheckInvoices(Guid OperationId, string Actor, string MemberReference);

/// <summary>Staff answer what a member said against the ledger. Answers: <see cref="CommandAccepted"/>, <see cref="CommandRefused"/>. Sender: Gateway; consumer: Billing; key: MemberReference.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who answers.</param>
/// <param name="MemberReference">Whose invoices.</param>
/// <param name="Answer">What was found and done; 10 to 1000 characters.</param>
[Command]
public sealed record AnswerContest(Guid OperationId, string Actor, string MemberReference, string Answer);

/// <summary>Waive a member's open invoices for the gate, not for the ledger; takes two people: the first call proposes, the second, by someone else, decides. Answers: <see cref="CommandAccepted"/>, <see cref="CommandRefused"/>. Sender: Gateway; consumer: Billing; key: MemberReference, Actor.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MemberReference">Whose invoices.</param>
/// <param name="Reason">Why; at least 10 characters.</param>
/// <param name="DocumentReference">The board's decision or another document; empty when none.</param>
/// <param name="ExpiresOn">Until when; null = to the end of the migration.</param>
[Command]
public sealed record WaiveInvoices(
    Guid OperationId,
    string Actor,
    string MemberReference,
    string Reason,
    string DocumentReference,
    DateOnly? ExpiresOn);

/// <summary>Record that a member is exempt, or pays by instalments. An exemption takes two people, as a waiver does; a plan of instalments takes one. Answers: <see cref="CommandAccepted"/>, <see cref="CommandRefused"/>. Sender: Gateway; consumer: Billing; key: MemberReference.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MemberReference">Whose invoices.</param>
/// <param name="Status">Exempt or Instalments.</param>
/// <param name="DocumentReference">The decision or the agreed plan.</param>
/// <param name="ExpiresOn">Until when.</param>
[Command]
public sealed record RecordArrangement(
    Guid OperationId,
    string Actor,
    string MemberReference,
    InvoiceStatus Status,
    string DocumentReference,
    DateOnly ExpiresOn);
