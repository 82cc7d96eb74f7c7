using System.Globalization;
using System.Text;
using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Mailbox;

/// <summary>How one server writes the names of folders: prefix and separator of the personal namespace.</summary>
/// <param name="Prefix">As on the wire, for example <c>INBOX.</c>; empty when there is none.</param>
/// <param name="Separator">Between levels; null where folders have no levels.</param>
internal sealed record NameStyle(string Prefix, char? Separator)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>From NAMESPACE, else from what LIST shows.</summary>
    public static NameStyle Of(Namespaces? namespaces, IReadOnlyList<ListedFolder> folders)
    {
        var separator = namespaces?.Personal.Separator ?? folders.Select(static folder => folder.Separator).FirstOrDefault(static found => found is not null);
        if (namespaces is not null) return new(namespaces.Personal.Prefix, separator);

        // Without NAMESPACE: where everything but INBOX is below INBOX, that is the prefix (Courier, old Cyrus).
        var others = folders.Where(static folder => !IsInbox(folder.Name)).ToList();
        var below = others.Count > 0 && separator is not null
            && others.All(folder => folder.Name.StartsWith("INBOX" + separator, StringComparison.OrdinalIgnoreCase));
        return new(below ? others[0].Name[..6] : "", separator);
    }

    public static bool IsInbox(string wire) => wire.Equals("INBOX", StringComparison.OrdinalIgnoreCase);

    /// <summary>The levels of a name in Unicode; INBOX itself is the one level <c>INBOX</c>.</summary>
    public string[] Levels(string wire)
    {
        if (IsInbox(wire)) return ["INBOX"];
        var inner = Prefix.Length > 0 && wire.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && wire.Length > Prefix.Length ? wire[Prefix.Length..] : wire;
        var parts = Separator is { } separator ? inner.Split(separator) : [inner];
        return [.. parts.Select(Decode)];
    }

    /// <summary>The name of levels as on the wire. A separator inside a level becomes <c>%</c> and two hexadecimal digits.</summary>
    public string Wire(IReadOnlyList<string> levels)
    {
        if (levels is [var only] && IsInbox(only)) return "INBOX";
        var from = Prefix.Length > 0 && IsInbox(levels[0]) ? 1 : 0; // no INBOX.INBOX.x
        var separator = Separator ?? '/';
        var parts = levels.Skip(from).Select(level => ModifiedUtf7.Encode(Escape(level, separator)));
        return Prefix + (Separator is null ? string.Join("%2F", parts) : string.Join(separator, parts));
    }

    /// <summary>Levels as one path with <c>/</c> between them.</summary>
    public static string Path(IEnumerable<string> levels) => string.Join('/', levels.Select(static level => Escape(level, '/')));

    /// <summary>The levels of such a path.</summary>
    public static string[] FromPath(string path) => [.. path.Split('/').Select(static level => Unescape(level, '/'))];

    /// <summary>Reversible and free of collisions: the separator becomes %XX, and a % that would then be read as such becomes %25.</summary>
    public static string Escape(string level, char separator)
    {
        var code = Code(separator);
        return level
            .Replace("%25", "%2525", StringComparison.Ordinal)
            .Replace(code, "%25" + code[1..], StringComparison.Ordinal)
            .Replace(separator.ToString(), code, StringComparison.Ordinal);
    }

    public static string Unescape(string level, char separator)
    {
        var code = Code(separator);
        var made = new StringBuilder(level.Length);
        for (var i = 0; i < level.Length; i++)
        {
            var three = level.AsSpan(i, Math.Min(3, level.Length - i));
            if (three.SequenceEqual(code)) made.Append(separator);
            else if (three.SequenceEqual("%25")) made.Append('%');
            else
            {
                made.Append(level[i]);
                continue;
            }

            i += 2;
        }

        return made.ToString();
    }

    private static string Code(char separator) => string.Create(CultureInfo.InvariantCulture, $"%{(int)separator:X2}");

    private static string Decode(string wire)
    {
        var octets = Encoding.Latin1.GetBytes(wire);
        if (ModifiedUtf7.TryDecode(octets, out var text)) return text;
        if (octets.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)0x7F) < 0) return wire;
        try
        {
            return StrictUtf8.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            return wire;
        }
    }
}
