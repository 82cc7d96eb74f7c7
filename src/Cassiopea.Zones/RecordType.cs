using System.Globalization;

namespace Cassiopea.Zones;

/// <summary>The type of a record, by its number; types without a name are written <c>TYPE123</c> (RFC 3597).</summary>
/// <param name="Value">The number.</param>
public readonly record struct RecordType(ushort Value)
{
    private static readonly Dictionary<ushort, string> Names = new()
    {
        [1] = "A",
        [2] = "NS",
        [5] = "CNAME",
        [6] = "SOA",
        [11] = "WKS",
        [12] = "PTR",
        [13] = "HINFO",
        [15] = "MX",
        [16] = "TXT",
        [17] = "RP",
        [18] = "AFSDB",
        [24] = "SIG",
        [25] = "KEY",
        [28] = "AAAA",
        [29] = "LOC",
        [33] = "SRV",
        [35] = "NAPTR",
        [39] = "DNAME",
        [41] = "OPT",
        [43] = "DS",
        [44] = "SSHFP",
        [46] = "RRSIG",
        [47] = "NSEC",
        [48] = "DNSKEY",
        [50] = "NSEC3",
        [51] = "NSEC3PARAM",
        [52] = "TLSA",
        [53] = "SMIMEA",
        [59] = "CDS",
        [60] = "CDNSKEY",
        [61] = "OPENPGPKEY",
        [62] = "CSYNC",
        [63] = "ZONEMD",
        [64] = "SVCB",
        [65] = "HTTPS",
        [99] = "SPF",
        [250] = "TSIG",
        [252] = "AXFR",
        [255] = "ANY",
        [256] = "URI",
        [257] = "CAA",
        [65401] = "ALIAS",
    };

    private static readonly Dictionary<string, ushort> Numbers = Names.ToDictionary(static pair => pair.Value, static pair => pair.Key, StringComparer.OrdinalIgnoreCase);

    /// <summary>Address of IPv4.</summary>
    public static RecordType A => new(1);

    /// <summary>Name server.</summary>
    public static RecordType Ns => new(2);

    /// <summary>Another name for everything.</summary>
    public static RecordType Cname => new(5);

    /// <summary>Start of authority.</summary>
    public static RecordType Soa => new(6);

    /// <summary>Pointer.</summary>
    public static RecordType Ptr => new(12);

    /// <summary>Mail exchanger.</summary>
    public static RecordType Mx => new(15);

    /// <summary>Text.</summary>
    public static RecordType Txt => new(16);

    /// <summary>Address of IPv6.</summary>
    public static RecordType Aaaa => new(28);

    /// <summary>Location of a service.</summary>
    public static RecordType Srv => new(33);

    /// <summary>Another name for a whole tree.</summary>
    public static RecordType Dname => new(39);

    /// <summary>Delegation signer, kept by the parent.</summary>
    public static RecordType Ds => new(43);

    /// <summary>Public key of a signed zone.</summary>
    public static RecordType Dnskey => new(48);

    /// <summary>Service binding for web sites.</summary>
    public static RecordType Https => new(65);

    /// <summary>SPF in a type of its own, obsolete (RFC 7208).</summary>
    public static RecordType Spf => new(99);

    /// <summary>Who may issue certificates.</summary>
    public static RecordType Caa => new(257);

    /// <summary>Address by name at the apex: a provider's own type, never on the wire.</summary>
    public static RecordType Alias => new(65401);

    internal static RecordType Opt => new(41);

    internal static RecordType Tsig => new(250);

    internal static RecordType Axfr => new(252);

    internal static RecordType Any => new(255);

    /// <summary>True for records that a signer makes and a transfer must drop: they mean nothing at another provider.</summary>
    public bool IsSigning => Value is 46 or 47 or 48 or 50 or 51 or 59 or 60 or 63 or 24;

    /// <summary>Reads a name such as <c>MX</c> or <c>TYPE65</c>.</summary>
    /// <param name="text">In any case.</param>
    /// <param name="type">The type.</param>
    public static bool TryParse(string text, out RecordType type)
    {
        var known = Numbers.TryGetValue(text, out var number)
            || (text.StartsWith("TYPE", StringComparison.OrdinalIgnoreCase) && ushort.TryParse(text.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out number));
        type = new(number);
        return known;
    }

    /// <summary>Reads a name such as <c>MX</c> or <c>TYPE65</c>.</summary>
    /// <param name="text">In any case.</param>
    /// <exception cref="FormatException">Not a type.</exception>
    public static RecordType Parse(string text) => TryParse(text, out var type) ? type : throw new FormatException($"{text} is not a type of record.");

    /// <inheritdoc/>
    public override string ToString() => Names.TryGetValue(Value, out var name) ? name : string.Create(CultureInfo.InvariantCulture, $"TYPE{Value}");
}
