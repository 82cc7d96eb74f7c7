using System.Globalization;

namespace Cassiopea.Billing.ImportInvoices;

/// <summary>Dates as exports write them: day/month/year with <c>/</c>, <c>-</c> or <c>.</c>, or ISO year-month-day; midnight may follow.</summary>
internal static class CsvDate
{
    private static readonly string[] Formats =
    [
        "d/M/yyyy", "d-M-yyyy", "d.M.yyyy", "yyyy-MM-dd", "yyyy/MM/dd",
    ];

    /// <summary>Reads a date between 1990 and 2100.</summary>
    public static bool TryRead(string text, out DateOnly date, out string problem)
    {
        problem = "Not a date: write dd/mm/yyyy or yyyy-mm-dd.";
        var day = text;
        foreach (var midnight in (ReadOnlySpan<string>)[" 00:00:00", "T00:00:00", " 00:00", " 0:00:00", " 0:00"])
        {
            if (!day.EndsWith(midnight, StringComparison.Ordinal)) continue;
            day = day[..^midnight.Length];
            break;
        }

        if (!DateOnly.TryParseExact(day, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out date)) return false;
        if (date.Year is < 1990 or > 2100)
        {
            problem = "The year must lie between 1990 and 2100: check the date.";
            return false;
        }

        problem = "";
        return true;
    }
}
