using System.Globalization;
using System.Text.Json;
using Cassiopea.Billing.Ledger;

namespace Cassiopea.Billing.Dolibarr;

/// <summary>
/// One invoice as Dolibarr tells it. Numbers may be texts. What is open is <c>remaintopay</c> alone: its status "unpaid" holds credit notes and what is
/// paid in part, too.
/// </summary>
internal static class DolibarrInvoice
{
    private const string Draft = "0";
    private const string Paid = "2";
    private const string Abandoned = "3";

    /// <summary>True when a list leaves out what must be known; the invoice alone tells it.</summary>
    public static bool LacksRemainder(JsonElement row) => Status(row) is not (Draft or Paid or Abandoned) && Text(row, "remaintopay").Length == 0;

    /// <summary>Null for a draft, which has no number yet and owes nothing.</summary>
    public static SourceInvoice? Read(JsonElement row, string member, BillingOptions options)
    {
        var status = Status(row);
        if (status == Draft) return null;
        var number = Text(row, "ref");
        if (number.Length is 0 or > 64) throw new DolibarrException("Dolibarr tells of an invoice without number.");
        if (Text(row, "multicurrency_code") is { Length: > 0 } currency && currency != "EUR" && status != Abandoned)
            throw new DolibarrException($"The invoice {number} is in {currency}: only EUR is counted. Record a waiver or an arrangement for it.");
        var amount = Cents(row, "total_ttc", number) ?? throw new DolibarrException($"The invoice {number} has no total.");
        var credited = (Cents(row, "totalcreditnotes", number) ?? 0) + (Cents(row, "totaldeposits", number) ?? 0);
        var open = status == Paid ? 0
            : Cents(row, "remaintopay", number) is { } left ? left
            : status == Abandoned ? amount - credited // nobody will pay it: what was paid of it is not told
            : throw new DolibarrException($"Dolibarr does not say what remains to pay of {number}.");
        var issued = Day(row, "date") ?? throw new DolibarrException($"The invoice {number} has no date.");
        return new SourceInvoice(
            member, number, Year(row, options, issued), issued, Day(row, "date_lim_reglement") ?? issued.AddDays((int)options.PaymentTerm.TotalDays),
            amount, amount - credited - open, credited, status == Abandoned ? SourceState.Cancelled : SourceState.Issued, Communication(row, options));
    }

    /// <summary>A member of the row as text; empty when absent or null.</summary>
    public static string Text(JsonElement row, string name) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!,
                JsonValueKind.Number => value.GetRawText(),
                _ => "",
            }
            : "";

    private static string Status(JsonElement row) => Text(row, "status") is { Length: > 0 } status ? status : Text(row, "statut");

    private static long? Cents(JsonElement row, string name, string number)
    {
        var text = Text(row, name);
        if (text.Length == 0) return null;
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var euro) && Math.Abs(euro) * 100 <= Euro.MaxCents)
            return (long)decimal.Round(euro * 100, MidpointRounding.AwayFromZero);
        throw new DolibarrException($"The invoice {number} has no readable {name}.");
    }

    private static DateOnly? Day(JsonElement row, string name) =>
        long.TryParse(Text(row, name), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 4_102_444_800
            ? Brussels.DayOf(DateTimeOffset.FromUnixTimeSeconds(seconds))
            : null;

    private static string Extra(JsonElement row, string name) =>
        name.Length > 0 && row.TryGetProperty("array_options", out var extra) ? Text(extra, name) : "";

    private static int Year(JsonElement row, BillingOptions options, DateOnly issued) =>
        int.TryParse(Extra(row, options.Dolibarr.YearField), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1990 and <= 2100 ? year : issued.Year;

    private static string Communication(JsonElement row, BillingOptions options)
    {
        string[] places = [Extra(row, options.Dolibarr.CommunicationField), Text(row, "ref_ext"), Text(row, "ref_customer"), Text(row, "ref_client")];
        foreach (var place in places)
            if (place.Length > 0 && StructuredCommunication.TryRead(place, out var found, out _)) return found.ToString();
        return "";
    }
}
