using System.Buffers;
using System.Text;

namespace Cassiopea.Imap.Mailbox;

/// <summary>A set of flags and keywords, sorted, without \Recent.</summary>
internal sealed class FlagSet
{
    private static readonly string[] Kept = ["\\Answered", "\\Deleted", "\\Draft", "\\Flagged", "\\Seen"];

    private FlagSet(string[] flags)
    {
        Flags = flags;
        Text = string.Join(' ', flags);
        Wire = Encoding.Latin1.GetBytes($"({Text})");
    }

    public static FlagSet Empty { get; } = new([]);

    public IReadOnlyList<string> Flags { get; }

    /// <summary>The flags separated by spaces: the key of the set.</summary>
    public string Text { get; }

    /// <summary>As sent: in parentheses.</summary>
    public byte[] Wire { get; }

    public static FlagSet Of(IEnumerable<string> flags)
    {
        var sorted = flags
            .Where(static flag => flag.Length > 0 && !flag.Equals("\\Recent", StringComparison.OrdinalIgnoreCase))
            .Select(static flag => Kept.FirstOrDefault(known => known.Equals(flag, StringComparison.OrdinalIgnoreCase)) ?? flag)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Order(StringComparer.Ordinal)
            .ToArray();
        return sorted.Length == 0 ? Empty : new(sorted);
    }

    public static FlagSet FromText(string text) => Of(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>True for the five flags that every server keeps (RFC 9051 §2.3.2).</summary>
    public static bool IsSystem(string flag) => Kept.Contains(flag, StringComparer.OrdinalIgnoreCase);

    public override string ToString() => Text;
}

/// <summary>Turns the FLAGS of a response into sets; a mailbox has few different ones. Used by one task at a time.</summary>
internal sealed class FlagCatalog
{
    private const int Most = 20_000;
    private readonly Dictionary<string, FlagSet> _byText = new(StringComparer.Ordinal);

    public FlagSet Get(ReadOnlySpan<byte> inside)
    {
        if (inside.Length == 0) return FlagSet.Empty;
        if (inside.Length > 512) return FlagSet.FromText(Encoding.Latin1.GetString(inside));
        Span<char> text = stackalloc char[inside.Length];
        Encoding.Latin1.GetChars(inside, text);
        var lookup = _byText.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(text, out var known)) return known;
        if (_byText.Count >= Most) _byText.Clear();
        var made = FlagSet.FromText(text.ToString());
        _byText[text.ToString()] = made;
        return made;
    }
}

/// <summary>What of a set of flags a target folder keeps (RFC 9051 §7.1, PERMANENTFLAGS).</summary>
internal sealed class FlagRules(IReadOnlyList<string>? permanent)
{
    private static readonly SearchValues<char> NotInAtom = SearchValues.Create("(){]%*\"\\");
    private readonly bool _any = permanent is null || permanent.Contains("\\*");
    private readonly HashSet<string> _known = new(permanent ?? [], StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, FlagSet> _kept = new(StringComparer.Ordinal);

    /// <summary>The flags that may be sent: an unknown flag that begins with a backslash never is, for servers answer BAD and lose step.</summary>
    public FlagSet Keep(FlagSet flags)
    {
        if (flags.Flags.Count == 0) return flags;
        if (_kept.TryGetValue(flags.Text, out var known)) return known;
        var kept = flags.Flags.All(Allowed) ? flags : FlagSet.Of(flags.Flags.Where(Allowed));
        _kept[flags.Text] = kept;
        return kept;
    }

    private bool Allowed(string flag)
    {
        if (flag[0] == '\\') return FlagSet.IsSystem(flag) && (permanent is null || permanent.Count == 0 || _known.Contains(flag));
        return IsKeyword(flag) && (_any || _known.Contains(flag));
    }

    /// <summary>Only octets of an atom may be sent unquoted; anything else a server could have made up is not sent on.</summary>
    private static bool IsKeyword(string flag) =>
        !flag.AsSpan().ContainsAnyExceptInRange('!', '~') && flag.AsSpan().IndexOfAny(NotInAtom) < 0;
}
