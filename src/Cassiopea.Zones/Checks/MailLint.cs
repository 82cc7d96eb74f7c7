using System.Net;
using Cassiopea.Zones.Planning;

namespace Cassiopea.Zones.Checks;

/// <summary>MX, SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489) of a zone that moves.</summary>
internal static class MailLint
{
    private const int MostLookups = 10;
    private static readonly string[] Mechanisms = ["all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"];

    public static void Check(Zone zone, LintSettings settings, List<Finding> findings)
    {
        var apex = zone.Origin;
        var takesMail = zone.Find(apex, RecordType.Mx) is not null;
        foreach (var set in zone.Sets.Where(static set => set.Type == RecordType.Txt))
            foreach (var spf in CheckSpfCount(set, findings)) CheckSpf(zone, set, spf, settings, findings);
        foreach (var set in zone.Sets.Where(static set => set.Type == RecordType.Spf))
            findings.Add(new("spf-type", Severity.Note, set.ToString(), "the type SPF is obsolete (RFC 7208 §3.1): only TXT counts."));
        if (!takesMail) return;
        if (zone.Find(apex, RecordType.Txt)?.Data.Any(ZoneDifference.IsSpf) != true) findings.Add(new("spf-missing", Severity.Warning, $"{apex.Text} TXT", "the domain has mail and no SPF record."));
        CheckDmarc(zone, findings);
        CheckDkim(zone, findings);
    }

    private static IEnumerable<string> CheckSpfCount(RecordSet set, List<Finding> findings)
    {
        List<string> found = [.. set.Data.Where(ZoneDifference.IsSpf).Select(static data => data.JoinedText!)];
        if (found.Count > 1) findings.Add(new("spf-several", Severity.Blocking, set.ToString(), "there are several SPF records, which is an error for every receiver (RFC 7208 §4.5): join them."));
        return found;
    }

    private static void CheckSpf(Zone zone, RecordSet set, string spf, LintSettings settings, List<Finding> findings)
    {
        var (lookups, ended) = (0, false);
        foreach (var term in spf.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            var (name, value) = Cut(term);
            if (term.Contains('=', StringComparison.Ordinal) && !term.Contains(':', StringComparison.Ordinal))
            {
                if (name == "redirect") lookups++;
                CheckHost(value);
                continue;
            }

            if (!Mechanisms.Contains(name, StringComparer.Ordinal))
            {
                findings.Add(new("spf-syntax", Severity.Blocking, set.ToString(), $"“{term}” is nothing that SPF knows."));
                continue;
            }

            if (ended) findings.Add(new("spf-after-all", Severity.Warning, set.ToString(), $"“{term}” stands after “all” and has no effect."));
            ended |= name == "all";
            if (name is "include" or "a" or "mx" or "ptr" or "exists") lookups++;
            if (name is "ip4" or "ip6") CheckAddress(value);
            else CheckHost(value);
        }

        if (lookups > MostLookups) findings.Add(new("spf-lookups", Severity.Blocking, set.ToString(), FormattableString.Invariant($"asks for {lookups} look-ups; receivers stop at {MostLookups} (RFC 7208 §4.6.4).")));

        void CheckHost(string value)
        {
            var host = value.Split('/')[0];
            if (host.Length == 0 || host.Contains('%', StringComparison.Ordinal)) return;
            try
            {
                var named = DnsName.Parse(host);
                if (ZoneLint.Dies(named, settings) && !named.IsUnder(zone.Origin)) findings.Add(new("dying-in-spf", Severity.Blocking, set.ToString(), $"lets {named.Host} send, which goes with the old host: name the new one."));
            }
            catch (FormatException)
            {
                findings.Add(new("spf-syntax", Severity.Blocking, set.ToString(), $"“{host}” is no name."));
            }
        }

        void CheckAddress(string value)
        {
            if (!IPAddress.TryParse(value.Split('/')[0], out var address)) findings.Add(new("spf-syntax", Severity.Blocking, set.ToString(), $"“{value}” is no address."));
            else if (ZoneLint.Dies(address, settings)) findings.Add(new("dying-in-spf", Severity.Blocking, set.ToString(), $"lets {address} send, an address of the old host."));
        }
    }

    private static (string Name, string Value) Cut(string term)
    {
        var bare = term.TrimStart('+', '-', '~', '?');
        var at = bare.IndexOfAny([':', '=', '/']);
        return at < 0 ? (bare.ToLowerInvariant(), "") : (bare[..at].ToLowerInvariant(), bare[at] == '/' ? "" : bare[(at + 1)..]);
    }

    private static void CheckDmarc(Zone zone, List<Finding> findings)
    {
        var name = zone.Origin.Prepend("_dmarc");
        if (zone.Find(name, RecordType.Cname) is not null) return;
        var texts = zone.Find(name, RecordType.Txt)?.Data.Select(static data => data.JoinedText!).Where(static text => text.StartsWith("v=DMARC1", StringComparison.Ordinal)).ToList() ?? [];
        if (texts.Count == 0) findings.Add(new("dmarc-missing", Severity.Note, $"{name.Text} TXT", "there is no DMARC record."));
        else if (texts.Count > 1) findings.Add(new("dmarc-several", Severity.Warning, $"{name.Text} TXT", "there are several DMARC records: receivers ignore them all (RFC 7489 §6.6.3)."));
        else if (!texts[0].Split(';').Any(static tag => tag.Trim().StartsWith("p=", StringComparison.Ordinal))) findings.Add(new("dmarc-policy", Severity.Warning, $"{name.Text} TXT", "the DMARC record says no policy (p=)."));
    }

    private static void CheckDkim(Zone zone, List<Finding> findings)
    {
        var keys = zone.Sets.Where(static set => set.Name.Text.Contains("._domainkey.", StringComparison.Ordinal)).ToList();
        if (keys.Count == 0) findings.Add(new("dkim-missing", Severity.Note, zone.Origin.Text, "no DKIM key is in the zone: ask the new host for its selector, and publish it before the cut-over."));
        foreach (var set in keys.Where(static set => set.Type == RecordType.Txt))
        {
            var key = set.Data[0].JoinedText!.Split(';').Select(static tag => tag.Trim()).FirstOrDefault(static tag => tag.StartsWith("p=", StringComparison.Ordinal));
            if (key is null) findings.Add(new("dkim-syntax", Severity.Warning, set.ToString(), "the DKIM record holds no key (p=)."));
            else if (key.Length > 2 && !Convert.TryFromBase64String(key[2..].Replace(" ", "", StringComparison.Ordinal), new byte[key.Length], out _)) findings.Add(new("dkim-syntax", Severity.Warning, set.ToString(), "the DKIM key is not base64: it may have been cut."));
            findings.Add(new("dkim-selector", Severity.Note, set.ToString(), "is a DKIM key: keep it until the old host's mail queue is empty, and publish the new host's beside it."));
        }
    }
}
