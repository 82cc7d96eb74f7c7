namespace Cassiopea.Billing.Ledger;

/// <summary>An invoice in the ledger: what its source says, and the money that was recorded here and that the source has not told yet.</summary>
internal sealed class Invoice
{
    public required string Source { get; init; }

    public required string InvoiceNo { get; init; }

    public required string MemberReference { get; set; }

    public required int Year { get; set; }

    public required DateOnly IssuedOn { get; set; }

    public required DateOnly DueOn { get; set; }

    public required long AmountCents { get; set; }

    public required long PaidCents { get; set; }

    public required long CreditedCents { get; set; }

    public required SourceState State { get; set; }

    public required string Communication { get; set; }

    /// <summary>Payments recorded here for this invoice by its communication and not yet part of <see cref="PaidCents"/>.</summary>
    public long RecordedCents { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>What is open, before the member's credit is set off; negative for a credit. Drafts and cancelled invoices owe nothing.</summary>
    public long OpenCents => State == SourceState.Issued ? AmountCents - PaidCents - CreditedCents - RecordedCents : 0;

    /// <summary>A new row of what a source says.</summary>
    public static Invoice Of(string source, SourceInvoice told, DateTimeOffset now) => new()
    {
        Source = source,
        InvoiceNo = told.InvoiceNo,
        MemberReference = told.MemberReference,
        Year = told.Year,
        IssuedOn = told.IssuedOn,
        DueOn = told.DueOn,
        AmountCents = told.AmountCents,
        PaidCents = told.PaidCents,
        CreditedCents = told.CreditedCents,
        State = told.State,
        Communication = told.Communication,
        ChangedAt = now,
    };

    /// <summary>True when the source says nothing new.</summary>
    public bool Says(SourceInvoice told) => told == new SourceInvoice(
        MemberReference, InvoiceNo, Year, IssuedOn, DueOn, AmountCents, PaidCents, CreditedCents, State, Communication);

    /// <summary>
    /// Takes over what the source says now. Money that the source newly counts as paid was perhaps recorded here before: it is taken off
    /// <see cref="RecordedCents"/>, so that no payment counts twice.
    /// </summary>
    /// <returns>Newly paid cents that were not recorded on this invoice: they may be in the member's credit.</returns>
    public long Take(SourceInvoice told, DateTimeOffset now)
    {
        var newlyPaid = Math.Max(0, told.PaidCents - PaidCents);
        var known = Math.Min(newlyPaid, RecordedCents);
        RecordedCents -= known;
        MemberReference = told.MemberReference;
        Year = told.Year;
        IssuedOn = told.IssuedOn;
        DueOn = told.DueOn;
        AmountCents = told.AmountCents;
        PaidCents = told.PaidCents;
        CreditedCents = told.CreditedCents;
        State = told.State;
        Communication = told.Communication;
        ChangedAt = now;
        return newlyPaid - known;
    }
}
