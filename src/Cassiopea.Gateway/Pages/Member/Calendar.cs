using System.Globalization;
using Cassiopea.Gateway.Board;

namespace Cassiopea.Gateway.Pages.Member;

/// <summary>The chosen date as a file for calendars (RFC 5545).</summary>
internal static class Calendar
{
    public static IResult Of(Visit visit, DateWishRow wish)
    {
        static string At(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var text = string.Join("\r\n",
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Cassiopea//depart//FR", "BEGIN:VEVENT", $"UID:{wish.MigrationId:N}@cassiopea", $"DTSTAMP:{At(wish.At)}",
            $"DTSTART:{At(wish.OpensAt)}", $"DTEND:{At(wish.OpensAt.AddHours(4))}", $"SUMMARY:{Escape(visit["date.ics.summary"])}", $"DESCRIPTION:{Escape(visit["date.ics.text"])}",
            "END:VEVENT", "END:VCALENDAR", "");
        return TypedResults.Text(text, "text/calendar; charset=utf-8");
    }

    static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal);
}
