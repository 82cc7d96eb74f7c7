using System.Globalization;
using System.Text;
using Cassiopea.Ftp.Wire;

namespace Cassiopea.Ftp.Listing;

/// <summary>A line of MLSD (RFC 3659 §7): facts, one space, the name as it is.</summary>
internal static class MlsdLine
{
    public static ParsedLine Parse(ReadOnlySpan<byte> line)
    {
        var parsed = new ParsedLine { Size = -1, Kind = SiteEntryKind.Special };
        var space = line.IndexOf((byte)' ');
        if (space < 0 || (space > 0 && line[space - 1] != (byte)';')) return parsed;
        parsed.Name = line[(space + 1)..];
        var facts = line[..space];
        var typed = false;
        while (!facts.IsEmpty)
        {
            var end = facts.IndexOf((byte)';');
            if (end < 0) return parsed;
            var fact = facts[..end];
            facts = facts[(end + 1)..];
            var equals = fact.IndexOf((byte)'=');
            if (equals <= 0) continue;
            var name = fact[..equals];
            var value = fact[(equals + 1)..];
            if (Ascii.EqualsIgnoreCase(name, "type"u8))
            {
                typed = true;
                Type(value, ref parsed);
            }
            else if (Ascii.EqualsIgnoreCase(name, "size"u8))
            {
                parsed.Size = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : -1;
            }
            else if (Ascii.EqualsIgnoreCase(name, "modify"u8) && value.Length <= 32)
            {
                if (FtpTime.TryParse(Encoding.ASCII.GetString(value), out var seconds)) (parsed.Modified, parsed.Precision) = (seconds, TimePrecision.Second);
            }
            else if (Ascii.EqualsIgnoreCase(name, "UNIX.mode"u8))
            {
                parsed.Mode = Octal(value);
            }
        }

        parsed.Skip |= parsed.Name is [(byte)'.'] or [(byte)'.', (byte)'.'];
        parsed.Understood = typed && IsName(parsed.Name);
        return parsed;
    }

    /// <summary>True for what can be one level of a path.</summary>
    public static bool IsName(ReadOnlySpan<byte> name) => !name.IsEmpty && !name.Contains((byte)'/') && !name.Contains((byte)0);

    private static void Type(ReadOnlySpan<byte> value, ref ParsedLine parsed)
    {
        if (Ascii.EqualsIgnoreCase(value, "file"u8)) parsed.Kind = SiteEntryKind.File;
        else if (Ascii.EqualsIgnoreCase(value, "dir"u8)) parsed.Kind = SiteEntryKind.Directory;
        else if (Ascii.EqualsIgnoreCase(value, "cdir"u8) || Ascii.EqualsIgnoreCase(value, "pdir"u8)) parsed.Skip = true;
        else if (value.Length >= 12 && Ascii.EqualsIgnoreCase(value[..12], "OS.unix=slin"u8) || Ascii.EqualsIgnoreCase(value, "OS.unix=symlink"u8)) Link(value, ref parsed);
    }

    private static void Link(ReadOnlySpan<byte> value, ref ParsedLine parsed)
    {
        parsed.Kind = SiteEntryKind.Link;
        var colon = value.IndexOf((byte)':');
        if (colon >= 0) parsed.Target = value[(colon + 1)..];
    }

    private static int? Octal(ReadOnlySpan<byte> digits)
    {
        var mode = 0;
        if (digits.IsEmpty || digits.Length > 7) return null;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7') return null;
            mode = (mode << 3) + (digit - '0');
        }

        return mode & 0xFFF;
    }
}
