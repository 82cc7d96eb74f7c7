using System.Globalization;
using Cassiopea.Billing.Ledger;
using Cassiopea.Contracts;

namespace Cassiopea.Billing.ImportInvoices;

/// <summary>What a file says: all its invoices, or what is wrong in it.</summary>
/// <param name="Invoices">In the order of the file; empty when there is any error.</param>
/// <param name="Errors">In the order of the file, at most <see cref="InvoiceCsv.MaxErrors"/> and one line that counts the rest.</param>
internal sealed record InvoiceFile(IReadOnlyList<SourceInvoice> Invoices, IReadOnlyList<LineError> Errors);

/// <summary>Reads the CSV file of docs/operations/invoices.md; a pure function that throws on no input.</summary>
internal static class InvoiceCsv
{
    /// <summary>The largest file, in bytes.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Errors that are told one by one.</summary>
    public const int MaxErrors = 500;

    /// <summary>Reads a whole file.</summary>
    /// <param name="content">The file as it is.</param>
    /// <param name="paymentTerm">From issue to due date where the file gives none.</param>
    public static InvoiceFile Read(ReadOnlySpan<byte> content, TimeSpan paymentTerm)
    {
        if (content.Length > MaxBytes) return Refused("The file is larger than 4 MiB: split it by year.");
        if (!CsvText.TryDecode(content, out var text)) return Refused("This is not a text file: export as CSV, not as a workbook or PDF.");
        var separator = CsvHeader.Sniff(ref text, CsvHeader.Invoices);
        List<LineError> errors = [];
        List<SourceInvoice> invoices = [];
        Dictionary<string, int> lines = new(StringComparer.Ordinal);
        CsvHeader? header = null;
        foreach (var row in CsvRow.Split(text, separator))
        {
            if (row.IsBlank && row.Problem.Length == 0) continue;
            if (header is null)
            {
                header = CsvHeader.Read(row, CsvHeader.Invoices, errors);
                if (header is null) return new InvoiceFile([], errors);
                continue;
            }

            var before = errors.Count;
            var invoice = InvoiceOf(row, header, paymentTerm, errors);
            if (invoice.InvoiceNo.Length > 0 && !lines.TryAdd(invoice.InvoiceNo, row.Line))
                errors.Add(new LineError(row.Line, CsvHeader.InvoiceNo, string.Create(CultureInfo.InvariantCulture, $"This number is already on line {lines[invoice.InvoiceNo]}: each invoice stands once.")));
            if (errors.Count == before) invoices.Add(invoice);
        }

        if (header is null) return Refused("The file is empty: the first line must name the columns.");
        if (errors.Count == 0 && invoices.Count == 0) return Refused("The file has a header and no invoice.");
        return errors.Count == 0 ? new InvoiceFile(invoices, []) : new InvoiceFile([], Capped(errors));
    }

    private static SourceInvoice InvoiceOf(CsvRow row, CsvHeader header, TimeSpan paymentTerm, List<LineError> errors)
    {
        var line = new CsvLine(row, header, errors);
        line.ExpectWidth();
        var member = line.Text(CsvHeader.MemberRef, maxLength: 64);
        var number = line.Text(CsvHeader.InvoiceNo, maxLength: 64);
        var issued = line.Date(CsvHeader.IssuedOn, otherwise: null);
        var due = line.Date(CsvHeader.DueOn, otherwise: issued.AddDays((int)paymentTerm.TotalDays));
        if (due < issued) line.Wrong(CsvHeader.DueOn, "The due date lies before the date of issue: correct one of them.");
        var amount = line.Amount(CsvHeader.Amount, otherwise: null);
        var credited = line.Amount(CsvHeader.Credited, otherwise: 0);
        var (state, saysPaid) = line.Status();
        var paid = line.Amount(CsvHeader.Paid, otherwise: saysPaid ? amount - credited : 0);
        line.ExpectSign(CsvHeader.Paid, paid, amount);
        line.ExpectSign(CsvHeader.Credited, credited, amount);
        if (saysPaid && Math.Abs(amount - credited - paid) > BillingOptions.ToleranceCents)
            line.Wrong(CsvHeader.Status, $"The status says paid, but {Euro.Say(amount - credited - paid)} is open: correct the status or the amount paid.");
        line.ExpectEuro();
        return new SourceInvoice(member, number, line.Year(issued.Year), issued, due, amount, paid, credited, state, line.Communication());
    }

    private static InvoiceFile Refused(string problem) => new([], [new LineError(1, "", problem)]);

    private static List<LineError> Capped(List<LineError> errors)
    {
        if (errors.Count <= MaxErrors) return errors;
        var rest = errors.Count - MaxErrors;
        return [.. errors.Take(MaxErrors), new LineError(errors[MaxErrors].Line, "", string.Create(CultureInfo.InvariantCulture, $"And {rest} more errors from here on: mend those above first."))];
    }
}
