using System.Globalization;
using System.Text;

namespace Cassiopea.Ftp.Listing;

/// <summary>
/// A line of LIST, which no standard describes: <c>ls -l</c> as vsftpd, proftpd, pure-ftpd and IIS in Unix mode write it, and the MS-DOS form of IIS.
/// Exactly one space is taken before the name, so a name may begin with spaces.
/// </summary>
internal static class ListLine
{
    private const string Months = "jan feb mar apr may jun jul aug sep oct nov dec ";

    public static ParsedLine Parse(ReadOnlySpan<byte> line, DateTimeOffset now)
    {
        if (line.StartsWith("total "u8)) return new() { Skip = true };
        var parsed = char.IsAsciiDigit((char)line[0]) ? Dos(line) : Unix(line, now);
        if (!parsed.Understood) return parsed;
        parsed.Skip = parsed.Name is [(byte)'.'] or [(byte)'.', (byte)'.'];
        parsed.Understood = MlsdLine.IsName(parsed.Name);
        return parsed;
    }

    private static ParsedLine Unix(ReadOnlySpan<byte> line, DateTimeOffset now)
    {
        var parsed = new ParsedLine { Size = -1 };
        var rest = line;
        var modes = Field(ref rest);
        if (modes.Length < 10) return parsed;
        parsed.Kind = modes[0] switch
        {
            (byte)'-' => SiteEntryKind.File,
            (byte)'d' => SiteEntryKind.Directory,
            (byte)'l' => SiteEntryKind.Link,
            (byte)'b' or (byte)'c' or (byte)'p' or (byte)'s' => SiteEntryKind.Special,
            _ => SiteEntryKind.Unknown,
        };
        if (parsed.Kind == SiteEntryKind.Unknown) return parsed;
        parsed.Mode = Bits(modes);

        // links, owner, group, size; some servers leave the group out, devices have "8, 1" for a size: the month is what is looked for
        Span<Range> fields = stackalloc Range[8];
        var (count, at, month) = (0, line.Length - rest.Length, -1);
        while (count < 7 && month < 0)
        {
            var before = rest;
            var field = Field(ref rest);
            if (field.IsEmpty) return parsed;
            if (count >= 2 && Month(field) is var found and >= 0 && LooksLikeDay(rest))
            {
                month = found;
                break;
            }

            var skipped = before.Length - rest.Length - field.Length;
            fields[count++] = (at + skipped)..(at + skipped + field.Length);
            at += before.Length - rest.Length;
        }

        if (month < 0) return parsed;
        if (long.TryParse(line[fields[count - 1]], NumberStyles.None, CultureInfo.InvariantCulture, out var size)) parsed.Size = size;
        if (!int.TryParse(Field(ref rest), NumberStyles.None, CultureInfo.InvariantCulture, out var day)) return parsed;
        var when = Field(ref rest);
        if (!Date(month, day, when, now, out var modified, out var precision) || rest.Length < 2 || rest[0] != (byte)' ') return parsed;
        (parsed.Modified, parsed.Precision) = (modified, precision);
        parsed.Name = rest[1..];
        var arrow = parsed.Kind == SiteEntryKind.Link ? parsed.Name.IndexOf(" -> "u8) : -1;
        if (arrow > 0)
        {
            parsed.Target = parsed.Name[(arrow + 4)..];
            parsed.Name = parsed.Name[..arrow];
        }

        parsed.Understood = true;
        return parsed;
    }

    // 02-05-20  11:22PM       <DIR>          name   or   02-05-2020  23:22   12345 name
    private static ParsedLine Dos(ReadOnlySpan<byte> line)
    {
        var parsed = new ParsedLine { Size = -1 };
        var rest = line;
        var date = Field(ref rest);
        var time = Field(ref rest);
        var size = Field(ref rest);
        string[] formats = ["MM-dd-yy hh:mmtt", "MM-dd-yyyy hh:mmtt", "MM-dd-yy HH:mm", "MM-dd-yyyy HH:mm", "yyyy-MM-dd HH:mm"];
        if (date.Length > 10 || time.Length > 8) return parsed;
        var text = $"{Encoding.ASCII.GetString(date)} {Encoding.ASCII.GetString(time)}";
        if (!DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var modified)) return parsed;
        (parsed.Modified, parsed.Precision) = (modified.ToUnixTimeSeconds(), TimePrecision.Minute);
        if (size.SequenceEqual("<DIR>"u8)) parsed.Kind = SiteEntryKind.Directory;
        else if (long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)) parsed.Size = bytes;
        else return parsed;

        // sizes are right-aligned and followed by one space; directories by a column of spaces
        var spaces = parsed.Kind == SiteEntryKind.Directory ? Math.Min(10, Math.Max(0, rest.IndexOfAnyExcept((byte)' '))) : 1;
        if (rest.Length <= spaces || rest[0] != (byte)' ') return parsed;
        parsed.Name = rest[Math.Max(1, spaces)..];
        parsed.Understood = true;
        return parsed;
    }

    private static bool Date(int month, int day, ReadOnlySpan<byte> when, DateTimeOffset now, out long modified, out TimePrecision precision)
    {
        (modified, precision) = (0, TimePrecision.Minute);
        var colon = when.IndexOf((byte)':');
        if (day is < 1 or > 31) return false;
        if (colon < 0)
        {
            if (!int.TryParse(when, NumberStyles.None, CultureInfo.InvariantCulture, out var year) || year is < 1900 or > 9998 || day > DateTime.DaysInMonth(year, month + 1)) return false;
            precision = TimePrecision.Day;
            modified = new DateTimeOffset(year, month + 1, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
            return true;
        }

        if (!int.TryParse(when[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var hour) || hour > 23) return false;
        if (!int.TryParse(when[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var minute) || minute > 59) return false;
        var guess = now.Year;
        if (day > DateTime.DaysInMonth(guess, month + 1)) guess--;
        if (day > DateTime.DaysInMonth(guess, month + 1)) return false;
        var date = new DateTimeOffset(guess, month + 1, day, hour, minute, 0, TimeSpan.Zero);
        if (date > now.AddDays(2))
        {
            if (day > DateTime.DaysInMonth(guess - 1, month + 1)) return false;
            date = new DateTimeOffset(guess - 1, month + 1, day, hour, minute, 0, TimeSpan.Zero);
        }

        modified = date.ToUnixTimeSeconds();
        return true;
    }

    private static ReadOnlySpan<byte> Field(ref ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart((byte)' ');
        var end = rest.IndexOf((byte)' ');
        var field = end < 0 ? rest : rest[..end];
        rest = rest[field.Length..];
        return field;
    }

    private static int Month(ReadOnlySpan<byte> field)
    {
        if (field.Length != 3) return -1;
        Span<byte> lower = stackalloc byte[4];
        for (var i = 0; i < 3; i++) lower[i] = (byte)(field[i] | 0x20);
        lower[3] = (byte)' ';
        for (var month = 0; month < 12; month++)
        {
            if (Ascii.Equals(lower, Months.AsSpan(month * 4, 4))) return month;
        }

        return -1;
    }

    private static bool LooksLikeDay(ReadOnlySpan<byte> rest)
    {
        var field = Field(ref rest);
        return field.Length is 1 or 2 && char.IsAsciiDigit((char)field[0]);
    }

    private static int Bits(ReadOnlySpan<byte> modes)
    {
        var mode = 0;
        for (var i = 1; i < 10; i++)
        {
            mode <<= 1;
            if (modes[i] is not ((byte)'-' or (byte)'S' or (byte)'T')) mode |= 1;
        }

        return mode;
    }
}
