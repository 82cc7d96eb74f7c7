using System.Globalization;
using Cassiopea.Billing.Ledger;
using Cassiopea.Contracts;

namespace Cassiopea.Billing.ImportInvoices;

/// <summary>Reads the fields of one record by column, each problem noted with its line and column.</summary>
internal readonly struct CsvLine(CsvRow row, CsvHeader header, List<LineError> errors)
{
    public void Wrong(string column, string problem) => errors.Add(new LineError(row.Line, column, problem));

    public void ExpectWidth()
    {
        if (row.Problem.Length > 0)
            Wrong("", row.Problem);
        else if (row.Fields.Count < header.Width || row.Fields.Skip(header.Width).Any(static field => field.Length > 0))
            Wrong("", string.Create(CultureInfo.InvariantCulture, $"The line has {row.Fields.Count} fields, the header has {header.Width}: check the separators, and put fields that hold one in quotation marks."));
    }

    public string Text(string column, int maxLength)
    {
        var text = header.Field(row, column);
        if (text.Length == 0) Wrong(column, "This field must not be blank.");
        else if (text.Length > maxLength) Wrong(column, string.Create(CultureInfo.InvariantCulture, $"At most {maxLength} characters."));
        else if (text.Any(char.IsControl)) Wrong(column, "The field holds a line break or another control character: remove it.");
        else return text;
        return "";
    }

    public DateOnly Date(string column, DateOnly? otherwise)
    {
        var text = header.Field(row, column);
        if (text.Length == 0 && otherwise is { } date) return date;
        if (CsvDate.TryRead(text, out date, out var problem)) return date;
        Wrong(column, text.Length == 0 ? "This field must not be blank." : problem);
        return otherwise ?? new DateOnly(1990, 1, 1);
    }

    public long Amount(string column, long? otherwise)
    {
        var text = header.Field(row, column);
        if (text.Length == 0 && otherwise is { } cents) return cents;
        if (!Euro.TryRead(text, out cents, out var problem)) Wrong(column, text.Length == 0 ? "This field must not be blank." : problem);
        return cents;
    }

    public int Year(int otherwise)
    {
        var text = header.Field(row, CsvHeader.Year);
        if (text.Length == 0) return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1990 and <= 2100) return year;
        Wrong(CsvHeader.Year, "Not a year between 1990 and 2100: write four digits, or leave it blank for the year of issue.");
        return otherwise;
    }

    public void ExpectSign(string column, long cents, long amount)
    {
        if (amount >= 0 && cents < 0) Wrong(column, "Must not be negative on an invoice.");
        if (amount < 0 && cents > 0) Wrong(column, "Must not be positive on a credit note: what was paid back or set off is written with a minus.");
    }

    public void ExpectEuro()
    {
        var currency = header.Field(row, CsvHeader.Currency);
        if (currency.Length > 0 && currency != "€" && !currency.Equals("EUR", StringComparison.OrdinalIgnoreCase))
            Wrong(CsvHeader.Currency, "Only EUR is taken: convert the amounts first, or leave the line out.");
    }

    public (SourceState State, bool SaysPaid) Status()
    {
        switch (header.Field(row, CsvHeader.Status).ToLowerInvariant())
        {
            case "" or "open" or "issued" or "unpaid" or "partial" or "overdue" or "ouverte" or "impayée" or "partielle" or "en retard":
                return (SourceState.Issued, false);
            case "paid" or "payée" or "payé":
                return (SourceState.Issued, true);
            case "draft" or "brouillon":
                return (SourceState.Draft, false);
            case "cancelled" or "canceled" or "written-off" or "annulée" or "abandonnée":
                return (SourceState.Cancelled, false);
            default:
                Wrong(CsvHeader.Status, "Not a status: write open, partial, paid, draft or cancelled, or leave it blank.");
                return (SourceState.Issued, false);
        }
    }

    public string Communication()
    {
        var text = header.Field(row, CsvHeader.Communication);
        if (text.Length == 0) return "";
        if (StructuredCommunication.TryRead(text, out var communication, out var problem)) return communication.ToString();
        Wrong(CsvHeader.Communication, problem);
        return "";
    }
}
