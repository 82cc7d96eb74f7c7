namespace Cassiopea.Pop3;

/// <summary>What CAPA tells (RFC 2449); a server without CAPA has none.</summary>
internal sealed class Pop3Capabilities
{
    private readonly Dictionary<string, string> _known = new(StringComparer.OrdinalIgnoreCase);

    public static Pop3Capabilities None { get; } = new();

    /// <summary>RFC 2449 §6.6.</summary>
    public bool Pipelining => Has("PIPELINING");

    /// <summary>RFC 2595 §4.</summary>
    public bool Stls => Has("STLS");

    /// <summary>RFC 6856: without it a server may rewrite headers that hold UTF-8.</summary>
    public bool Utf8 => Has("UTF8");

    public bool Has(string name) => _known.ContainsKey(name);

    /// <summary>RFC 5034.</summary>
    public bool Auth(string mechanism) =>
        _known.TryGetValue("SASL", out var all) && all.Split(' ').Contains(mechanism, StringComparer.OrdinalIgnoreCase);

    public static Pop3Capabilities Of(IEnumerable<string> lines, IReadOnlyCollection<string> without)
    {
        var made = new Pop3Capabilities();
        foreach (var line in lines.Take(500))
        {
            var words = line.Split(' ', 2);
            if (words[0].Length > 0 && !without.Contains(words[0], StringComparer.OrdinalIgnoreCase)) made._known[words[0]] = words.Length > 1 ? words[1] : "";
        }

        return made;
    }
}
