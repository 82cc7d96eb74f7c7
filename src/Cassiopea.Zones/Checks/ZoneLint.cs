using System.Net;
using Cassiopea.Zones.Planning;

namespace Cassiopea.Zones.Checks;

/// <summary>What a lint needs to know besides the zone.</summary>
public sealed record LintSettings
{
    /// <summary>Names of the host that closes: every target under them dies.</summary>
    public IReadOnlyList<DnsName> DyingNames { get; init; } = [];

    /// <summary>Networks of the host that closes.</summary>
    public IReadOnlyList<IPNetwork> DyingNetworks { get; init; } = [];

    /// <summary>Certificate authorities that the new host uses, for example <c>letsencrypt.org</c>; empty = not checked.</summary>
    public IReadOnlyList<string> Authorities { get; init; } = [];

    /// <summary>A TTL above this slows a cut-over down, seconds.</summary>
    /// <value>3600.</value>
    public uint HighTtl { get; init; } = 3600;
}

/// <summary>Looks for what goes wrong when a zone moves. Pure: looks at the zone only.</summary>
public static class ZoneLint
{
    private static readonly string[] UsualTops = ["com", "net", "org", "eu", "be"];

    /// <summary>All findings, blocking ones first.</summary>
    /// <param name="zone">The zone as it shall be at the new host.</param>
    /// <param name="settings">What is known of old and new host.</param>
    public static IReadOnlyList<Finding> Check(Zone zone, LintSettings settings)
    {
        var findings = new List<Finding>();
        foreach (var set in zone.Sets.Where(ZoneDifference.Moves))
        {
            CheckDying(zone, set, settings, findings);
            CheckShape(zone, set, settings, findings);
        }

        CheckNameServers(zone, findings);
        MailLint.Check(zone, settings, findings);
        CheckAuthorities(zone, settings, findings);
        return [.. findings.OrderByDescending(static finding => finding.Severity)];
    }

    internal static bool Dies(DnsName name, LintSettings settings) => settings.DyingNames.Any(name.IsUnder);

    internal static bool Dies(IPAddress address, LintSettings settings) => settings.DyingNetworks.Any(network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address));

    private static void CheckDying(Zone zone, RecordSet set, LintSettings settings, List<Finding> findings)
    {
        // name servers at the apex are what a change of name servers changes: the plan shows them
        if (set.Type == RecordType.Ns && set.Name.Equals(zone.Origin)) return;
        foreach (var data in set.Data)
        {
            if (data.Target is { } target && Dies(target, settings) && !target.IsUnder(zone.Origin))
                findings.Add(new("dying-target", Severity.Blocking, set.ToString(), $"points at {target.Host}, which goes with the old host: name its successor."));
            else if ((set.Type == RecordType.A || set.Type == RecordType.Aaaa) && new IPAddress(data.Wire) is var address && Dies(address, settings))
                findings.Add(new("dying-address", Severity.Blocking, set.ToString(), $"is {address}, an address of the old host: give the new one."));
            else if (data.JoinedText is { } text && settings.DyingNames.FirstOrDefault(name => text.Contains(name.Host, StringComparison.OrdinalIgnoreCase)) is { } named && !named.Equals(zone.Origin))
                findings.Add(new("dying-in-text", Severity.Warning, set.ToString(), $"names {named.Host}, which goes with the old host."));
        }
    }

    private static void CheckShape(Zone zone, RecordSet set, LintSettings settings, List<Finding> findings)
    {
        var subject = set.ToString();
        if (set.Type == RecordType.Cname)
        {
            if (set.Name.Equals(zone.Origin)) findings.Add(new("cname-at-apex", Severity.Blocking, subject, "a CNAME cannot stand beside SOA and NS (RFC 1034 §3.6.2): use addresses, or ALIAS where the provider has it."));
            else if (zone.Sets.Any(other => other.Name.Equals(set.Name) && other.Type != RecordType.Cname && !other.Type.IsSigning)) findings.Add(new("cname-with-others", Severity.Blocking, subject, "a CNAME stands alone at its name (RFC 1034 §3.6.2)."));
            if (set.Data.Count > 1) findings.Add(new("cname-twice", Severity.Blocking, subject, "a name has one CNAME only."));
        }

        if (set.Ttl > settings.HighTtl) findings.Add(new("ttl-high", Severity.Note, subject, FormattableString.Invariant($"has a TTL of {set.Ttl} s: lower it one TTL before the cut-over.")));
        if (set.Name.IsWildcard) findings.Add(new("wildcard", Severity.Note, subject, "answers for every name that is not there (RFC 4592): names that the old host did not list may depend on it."));
        if (set.Type == RecordType.Ns && !set.Name.Equals(zone.Origin)) findings.Add(new("delegation", Severity.Note, subject, "is a zone of its own at other servers: it is kept and not descended into."));
        if (set.Name.Labels > zone.Origin.Labels && set.Name.Text.Contains("xn--", StringComparison.Ordinal)) findings.Add(new("idn", Severity.Note, subject, $"is {set.Name.Unicode} as people write it."));
        foreach (var target in set.Data.Select(static data => data.Target).OfType<DnsName>())
        {
            if (LacksDot(zone.Origin, target)) findings.Add(new("final-dot", Severity.Warning, subject, $"points at {target.Text}: it looks as if a final dot was forgotten."));
            if ((set.Type == RecordType.Mx || set.Type == RecordType.Ns || set.Type == RecordType.Srv) && zone.Find(target, RecordType.Cname) is not null)
                findings.Add(new("target-is-alias", Severity.Warning, subject, $"points at {target.Host}, which is a CNAME (RFC 2181 §10.3)."));
            if (target.IsUnder(zone.Origin) && !zone.IsDelegated(target) && !Exists(zone, target)) findings.Add(new("target-missing", Severity.Warning, subject, $"points at {target.Host}, which is not in the zone."));
        }
    }

    private static void CheckNameServers(Zone zone, List<Finding> findings)
    {
        var servers = zone.NameServers;
        if (servers.Count == 1) findings.Add(new("name-servers-few", Severity.Warning, $"{zone.Origin.Text} NS", "there is one name server only: two are usual and most registries demand them."));
        foreach (var inside in servers.Where(host => host.IsUnder(zone.Origin)))
            findings.Add(new("glue-needed", Severity.Warning, $"{zone.Origin.Text} NS", $"{inside.Host} is inside the zone: the registrar must know its addresses (glue), and old glue must not stay."));
    }

    private static void CheckAuthorities(Zone zone, LintSettings settings, List<Finding> findings)
    {
        if (settings.Authorities.Count == 0) return;
        foreach (var set in zone.Sets.Where(static set => set.Type == RecordType.Caa))
        {
            // RFC 8659 §4.2, §4.3: issuewild goes before issue for wildcards
            var allowed = set.Data.Select(static data => data.Text.Split(' ', 3)).Where(static words => words.Length == 3 && words[1] is "issue").Select(static words => words[2].Trim('"').Split(';')[0].Trim()).ToList();
            if (allowed.Count > 0 && !settings.Authorities.Any(one => allowed.Contains(one, StringComparer.OrdinalIgnoreCase)))
                findings.Add(new("caa-refuses", Severity.Blocking, set.ToString(), $"lets only {string.Join(", ", allowed.Select(static name => name.Length > 0 ? name : "nobody"))} issue certificates; the new host uses {string.Join(", ", settings.Authorities)}."));
        }
    }

    private static bool LacksDot(DnsName origin, DnsName target)
    {
        if (!target.IsUnder(origin) || target.Equals(origin)) return false;
        var relative = target.RelativeTo(origin);
        var last = relative[(relative.LastIndexOf('.') + 1)..];
        return relative.Contains('.', StringComparison.Ordinal) && (UsualTops.Contains(last, StringComparer.Ordinal) || origin.Host.EndsWith("." + last, StringComparison.Ordinal));
    }

    private static bool Exists(Zone zone, DnsName name)
    {
        if (zone.Sets.Any(set => set.Name.Equals(name))) return true;
        for (var above = name.Parent; above is not null && above.IsUnder(zone.Origin); above = above.Parent)
            if (zone.Sets.Any(set => set.Name.Equals(above.Prepend("*")))) return true;
        return false;
    }
}
