using System.Collections.Concurrent;
using System.Net;
using Cassiopea.Zones.Client;
using Cassiopea.Zones.Planning;

namespace Cassiopea.Zones.Checks;

/// <summary>What name servers answered.</summary>
/// <param name="Findings">The worst first; a blocking one means an outage if the change were made.</param>
/// <param name="Answering">Addresses that answered every question, rightly or not: a name server has several, and several may share one.</param>
public sealed record ServedView(IReadOnlyList<Finding> Findings, int Answering);

/// <summary>Asks name servers for every record set of a zone, before and after a change (facts: domains-D7).</summary>
/// <param name="client">Asks.</param>
/// <param name="servers">Finds servers.</param>
public sealed class ServedZone(DnsClient client, NameServers servers)
{
    private const int AtOnce = 24;

    /// <summary>Checks that the name servers can be handed out: they are several, at different addresses, no CNAME, know the zone at one serial and answer each record set as wanted.</summary>
    /// <param name="wanted">The zone as it shall be.</param>
    /// <param name="hosts">The name servers.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>Findings; a blocking one means an outage if the change were made.</returns>
    public async Task<IReadOnlyList<Finding>> CheckAsync(Zone wanted, IReadOnlyCollection<DnsName> hosts, CancellationToken token) => (await LookAsync(wanted, hosts, token)).Findings;

    /// <summary>As <see cref="CheckAsync"/>, and how many addresses answered at all.</summary>
    /// <param name="wanted">The zone as it shall be.</param>
    /// <param name="hosts">The name servers.</param>
    /// <param name="token">Cancels.</param>
    public async Task<ServedView> LookAsync(Zone wanted, IReadOnlyCollection<DnsName> hosts, CancellationToken token)
    {
        var answering = 0;
        var findings = new ConcurrentQueue<Finding>();
        if (hosts.Count < 2) findings.Enqueue(new("name-servers-few", Severity.Blocking, wanted.Origin.Text, "fewer than two name servers are named."));
        var addresses = new List<(DnsName Host, IPEndPoint Address)>();
        foreach (var host in hosts)
        {
            if (wanted.Find(host, RecordType.Cname) is not null) findings.Enqueue(new("name-server-is-alias", Severity.Blocking, host.Text, "a name server must not be a CNAME (RFC 2181 §10.3)."));
            try
            {
                addresses.AddRange((await servers.AddressesAsync(host, token)).Select(address => (host, address)));
            }
            catch (ZoneException none)
            {
                findings.Enqueue(new("name-server-unknown", Severity.Blocking, host.Text, none.Message));
            }
        }

        if (addresses.Select(static one => one.Address).Distinct().Count() < Math.Min(2, hosts.Count)) findings.Enqueue(new("name-servers-one-address", Severity.Warning, wanted.Origin.Text, "all name servers have one address: if it is away, the domain is."));
        var serials = new ConcurrentDictionary<IPEndPoint, uint>();
        foreach (var (host, address) in addresses.DistinctBy(static one => one.Address))
        {
            if (await CheckServerAsync(wanted, host, address, serials, findings, token)) answering++;
        }

        if (serials.Values.Distinct().Skip(1).Any()) findings.Enqueue(new("serials-differ", Severity.Warning, wanted.Origin.Text, $"the name servers have different versions of the zone: {string.Join(", ", serials.Select(static one => FormattableString.Invariant($"{one.Key} {one.Value}")))}."));
        return new([.. findings.OrderByDescending(static finding => finding.Severity).ThenBy(static finding => finding.Subject, StringComparer.Ordinal)], answering);
    }

    /// <summary>False when it was silent.</summary>
    private async Task<bool> CheckServerAsync(Zone wanted, DnsName host, IPEndPoint address, ConcurrentDictionary<IPEndPoint, uint> serials, ConcurrentQueue<Finding> findings, CancellationToken token)
    {
        try
        {
            var soa = await client.QueryAsync(address, wanted.Origin, RecordType.Soa, token);
            var version = soa.Answers.FirstOrDefault(record => record.Type == RecordType.Soa && record.Name.Equals(wanted.Origin));
            if (!soa.Authoritative || version.Data is null)
            {
                findings.Enqueue(new("lame", Severity.Blocking, $"{host.Host} ({address})", $"does not know the zone ({soa.Rcode}): if it were handed out, part of the visitors would find nothing."));
                return true;
            }

            serials[address] = SoaNumbers.Of(version.Data).Serial;
            var asked = wanted.Sets.Where(set => ZoneDifference.Moves(set) && set.Type != RecordType.Alias && (set.Name.Equals(wanted.Origin) || !Hidden(wanted, set)));
            await Parallel.ForEachAsync(asked, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = token }, async (set, stop) =>
            {
                if (await CompareAsync(wanted, set, address, stop) is { } problem) findings.Enqueue(new("not-served", Severity.Blocking, $"{set} at {host.Host} ({address})", problem));
            });
            return true;
        }
        catch (ZoneException silent)
        {
            findings.Enqueue(new("silent", Severity.Blocking, $"{host.Host} ({address})", silent.Message));
            return false;
        }
    }

    /// <summary>True for what is below a delegation: glue, which is no answer of this zone.</summary>
    private static bool Hidden(Zone zone, RecordSet set) => zone.IsDelegated(set.Name) && !(set.Type == RecordType.Ns || set.Type == RecordType.Ds);

    private async Task<string?> CompareAsync(Zone wanted, RecordSet set, IPEndPoint address, CancellationToken token)
    {
        var answer = await client.QueryAsync(address, set.Name, set.Type, token);
        var records = answer.Answers.Concat(wanted.IsDelegated(set.Name) ? answer.Authority : []).Where(record => record.Type == set.Type && record.Name.Equals(set.Name)).ToList();
        if (records.Count == 0) return $"it is not there ({answer.Rcode}).";
        var found = new RecordSet(set.Name, set.Type, records.Min(static record => record.Ttl), records.Select(static record => record.Data));
        if (!found.Means(set)) return $"it is {string.Join(" | ", found.Data.Select(static data => data.Text))} instead of {string.Join(" | ", set.Data.Select(static data => data.Text))}.";
        return found.Ttl > set.Ttl ? FormattableString.Invariant($"its TTL is {found.Ttl} instead of {set.Ttl}.") : null;
    }
}
