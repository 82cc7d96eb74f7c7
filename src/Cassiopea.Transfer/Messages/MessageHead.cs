using System.Text;

namespace Cassiopea.Transfer.Messages;

/// <summary>Reads header fields out of the octets of a message (RFC 5322 §2.2), whatever its line ends are.</summary>
public static class MessageHead
{
    /// <summary>The value of the first field of this name, unfolded; null when there is none before the first empty line.</summary>
    /// <param name="head">The message, or its beginning.</param>
    /// <param name="name">ASCII, without the colon.</param>
    public static string? Find(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        StringBuilder? value = null;
        while (head.Length > 0)
        {
            var end = head.IndexOf((byte)'\n');
            var line = end < 0 ? head : head[..end];
            head = end < 0 ? [] : head[(end + 1)..];
            line = line.TrimEnd((byte)'\r');
            var folded = line.Length > 0 && line[0] is (byte)' ' or (byte)'\t';
            if (value is not null)
            {
                if (!folded) break;
                value.Append(' ').Append(Text(line.Trim(" \t"u8)));
                if (value.Length > 16_384) break;
                continue;
            }

            if (line.Length == 0) break;
            if (folded || line.Length <= name.Length || !Ascii.EqualsIgnoreCase(line[..name.Length], name)) continue;
            var rest = line[name.Length..].TrimStart(" \t"u8);
            if (rest.Length > 0 && rest[0] == (byte)':') value = new(Text(rest[1..].Trim(" \t"u8)));
        }

        return value?.ToString();
    }

    /// <summary>Octets of a header as text: UTF-8 where they are, else Latin-1.</summary>
    private static string Text(ReadOnlySpan<byte> octets) =>
        System.Text.Unicode.Utf8.IsValid(octets) ? Encoding.UTF8.GetString(octets) : Encoding.Latin1.GetString(octets);
}
