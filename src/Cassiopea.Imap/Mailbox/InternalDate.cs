using System.Buffers.Text;

namespace Cassiopea.Imap.Mailbox;

/// <summary>An INTERNALDATE with its offset: the instant in seconds since 1970 and minutes east of UTC (RFC 9051 §9, <c>date-time</c>).</summary>
/// <param name="Seconds">Seconds since 1970-01-01 UTC.</param>
/// <param name="Offset">Minutes east of UTC.</param>
internal readonly record struct InternalDate(long Seconds, short Offset)
{
    public const int Length = 26;

    private static ReadOnlySpan<byte> Months => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    /// <summary>The value of a server that gave no date that can be read.</summary>
    public static InternalDate Unknown => new(long.MinValue, 0);

    public bool IsKnown => Seconds != long.MinValue;

    /// <summary>True when the message is older than a limit; one whose date is not known is not.</summary>
    public bool IsBefore(DateTimeOffset limit) => IsKnown && Seconds < limit.ToUnixTimeSeconds();

    /// <summary>Reads <c>dd-Mon-yyyy HH:mm:ss +zzzz</c>; the day may have a space in front.</summary>
    public static InternalDate Parse(ReadOnlySpan<byte> text)
    {
        if (text.Length == Length - 1) // a server that writes the day with one digit
        {
            Span<byte> wider = stackalloc byte[Length];
            wider[0] = (byte)' ';
            text.CopyTo(wider[1..]);
            return Parse(wider);
        }

        if (text.Length != Length || text[2] != '-' || text[6] != '-' || text[11] != ' ' || text[20] != ' ') return Unknown;
        var month = -1;
        for (var i = 0; i < 12; i++)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(text.Slice(3, 3), Months.Slice(i * 3, 3))) month = i + 1;
        }

        var day = Digits(text[..2].TrimStart((byte)' '));
        var (year, hour, minute, second) = (Digits(text.Slice(7, 4)), Digits(text.Slice(12, 2)), Digits(text.Slice(15, 2)), Digits(text.Slice(18, 2)));
        var (zoneHour, zoneMinute) = (Digits(text.Slice(22, 2)), Digits(text.Slice(24, 2)));
        if (month < 0 || year < 1 || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 60 || zoneHour < 0 || zoneMinute is < 0 or > 59) return Unknown;
        if (text[21] is not ((byte)'+' or (byte)'-') || day < 1 || day > DateTime.DaysInMonth(year, month)) return Unknown;
        var offset = (zoneHour * 60 + zoneMinute) * (text[21] == '-' ? -1 : 1);
        var local = new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Utc).Ticks / TimeSpan.TicksPerSecond + second;
        return new(local - DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerSecond - offset * 60L, (short)offset);
    }

    /// <summary>Writes the 26 octets of the date.</summary>
    public void Write(Span<byte> into)
    {
        var local = DateTime.UnixEpoch.AddSeconds(Seconds + Offset * 60L);
        Two(into, local.Day);
        into[2] = (byte)'-';
        Months.Slice((local.Month - 1) * 3, 3).CopyTo(into[3..]);
        into[6] = (byte)'-';
        Two(into[7..], local.Year / 100);
        Two(into[9..], local.Year % 100);
        into[11] = (byte)' ';
        Two(into[12..], local.Hour);
        into[14] = (byte)':';
        Two(into[15..], local.Minute);
        into[17] = (byte)':';
        Two(into[18..], local.Second);
        into[20] = (byte)' ';
        into[21] = Offset < 0 ? (byte)'-' : (byte)'+';
        Two(into[22..], Math.Abs(Offset) / 60);
        Two(into[24..], Math.Abs(Offset) % 60);
    }

    public override string ToString() =>
        IsKnown ? DateTimeOffset.FromUnixTimeSeconds(Seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) : "unknown";

    private static void Two(Span<byte> into, int number) => (into[0], into[1]) = ((byte)('0' + number / 10), (byte)('0' + number % 10));

    private static int Digits(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out uint number, out var used) && used == text.Length ? (int)number : -1;
}
