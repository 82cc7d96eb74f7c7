using System.Globalization;

namespace Cassiopea.Ftp.Wire;

/// <summary>Times as in RFC 3659 §2.3: <c>YYYYMMDDHHMMSS[.sss]</c>, UTC.</summary>
internal static class FtpTime
{
    public static bool TryParse(ReadOnlySpan<char> text, out long unixSeconds)
    {
        unixSeconds = 0;
        if (text.Length < 14 || (text.Length > 14 && text[14] != '.')) return false;
        var digits = text[..14];
        foreach (var c in digits)
            if (!char.IsAsciiDigit(c)) return false;
        int Two(ReadOnlySpan<char> all, int at) => ((all[at] - '0') * 10) + (all[at + 1] - '0');
        var (year, month, day) = ((Two(digits, 0) * 100) + Two(digits, 2), Two(digits, 4), Two(digits, 6));
        var (hour, minute, second) = (Two(digits, 8), Two(digits, 10), Math.Min(59, Two(digits, 12)));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59) return false;
        unixSeconds = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).ToUnixTimeSeconds();
        return true;
    }

    public static string Format(long unixSeconds) => DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
}
