using Cassiopea.Zones;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Planning;
using Cassiopea.Zones.Providers;

namespace Cassiopea.Domains;

/// <summary>What a survey warns of, besides the lint of the zone itself.</summary>
internal static class DomainFindings
{
    /// <summary>What the registrar tells: expiry, renewal, status, and what it serves itself and would be lost.</summary>
    public static IEnumerable<Finding> OfRegistrar(GandiDomain domain, IReadOnlyList<GandiRedirection> redirections, bool leaves, TimeSpan warning, DateTimeOffset now)
    {
        var subject = domain.Name.Host;
        if (domain.EndsAt is { } ends && ends - now < warning)
            yield return new("expires-soon", Severity.Warning, subject, FormattableString.Invariant($"ends on {ends:yyyy-MM-dd}{(domain.AutoRenew == true ? " and is renewed by itself" : "")}: renew it before it moves."));
        if (domain.AutoRenew == false) yield return new("not-renewed", Severity.Warning, subject, "is not renewed by itself: a change of owner switches renewal off too.");
        foreach (var status in domain.Status)
        {
            if (status is "clientHold" or "serverHold") yield return new("on-hold", Severity.Blocking, subject, $"has the status {status}: it is not in DNS at all.");
            else if (status is "clientUpdateProhibited" or "serverUpdateProhibited" or "pendingTransfer" or "pendingDelete" or "redemptionPeriod") yield return new("not-changeable", Severity.Blocking, subject, $"has the status {status}: its name servers cannot be changed.");
        }

        if (!leaves) yield break;
        foreach (var one in redirections) yield return new("registrar-redirection", Severity.Warning, $"{one.Host}.{subject}", $"is redirected to {one.Url} by the registrar: this ends when the name servers leave. Ask the new host for the same.");
        if (domain.Services.Any(static service => service.StartsWith("mailbox", StringComparison.Ordinal) || service == "gandimail")) yield return new("registrar-mail", Severity.Warning, subject, "uses mail of the registrar: its records must be in the zone, and it ends with the registrar.");
    }

    /// <summary>What the delegation tells: servers that are lame now, DS records.</summary>
    public static IEnumerable<Finding> OfDelegation(DelegationView view, IReadOnlyList<DnsName> hosts)
    {
        foreach (var server in view.Servers.Where(server => !hosts.Contains(server.Host) && server.Problem.Length > 0)) yield return new("lame-now", Severity.Warning, server.Host.Host, server.Problem);
        if (view.Parents.Any(static parent => parent.NameServers.Count == 0 && parent.Problem.Length == 0)) yield return new("not-delegated", Severity.Warning, view.Zone.Host, "is not delegated by every server of the zone above.");
        if (view.Signers.Count > 0) yield return new("signed", Severity.Warning, view.Zone.Host, "is signed: its DS records are taken out and waited for before the name servers change; sign again at the new host afterwards.");
    }

    /// <summary>Name servers that are neither the old nor the new ones: somebody else changed them.</summary>
    public static Finding? Elsewhere(DelegationView view, IReadOnlyList<DnsName> old, IReadOnlyList<DnsName> hosts)
    {
        List<DnsName> strange = [.. view.HandedOut.Where(host => !old.Contains(host) && !hosts.Contains(host))];
        if (strange.Count > 0) return new("delegated-elsewhere", Severity.Blocking, view.Zone.Host, $"is delegated to {string.Join(", ", strange.Select(static host => host.Host))}, neither the old nor the new host: somebody else changed it; ask the owner.");
        return hosts.Count > 0 && view.SpreadOf(hosts) != Spread.NotBegun ? new("moved-by-others", Severity.Warning, view.Zone.Host, "is delegated to the new name servers already: the cut-over takes that over and asks nobody.") : null;
    }

    /// <summary>What would be lost between the old zone and the wanted one.</summary>
    public static IEnumerable<Finding> OfDifference(Zone old, Zone wanted) =>
        from one in ZoneDifference.Between(old, wanted)
        where one.Kind == DifferenceKind.Lost || one.Severity == Severity.Blocking
        select new Finding(one.Kind == DifferenceKind.Lost ? "lost" : "mail-lost", one.Severity, $"{one.Name.Text} {one.Type}", "is in the old zone and not in the new one.");
}
