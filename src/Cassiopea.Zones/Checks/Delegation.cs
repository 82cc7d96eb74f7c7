using System.Net;
using Cassiopea.Transfer;
using Cassiopea.Zones.Client;
using Cassiopea.Zones.Wire;

namespace Cassiopea.Zones.Checks;

/// <summary>What one server of the parent zone says of the delegation.</summary>
/// <param name="Server">Its name and address.</param>
/// <param name="NameServers">The name servers that it hands out; empty when it delegates to nobody.</param>
/// <param name="Ttl">Seconds that resolvers keep them.</param>
/// <param name="Signers">DS records.</param>
/// <param name="SignerTtl">Seconds that resolvers keep these.</param>
/// <param name="Problem">Why nothing was learnt; empty when all is well.</param>
public sealed record ParentView(string Server, IReadOnlyList<DnsName> NameServers, uint Ttl, IReadOnlyList<RecordData> Signers, uint SignerTtl, string Problem);

/// <summary>What one name server of the zone itself says.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Address">The address that was asked; null when it has none.</param>
/// <param name="Authoritative">True when it knows the zone: anything else is a lame server.</param>
/// <param name="Serial">The zone's version there.</param>
/// <param name="NameServers">The name servers that it tells itself.</param>
/// <param name="Ttl">Seconds that resolvers keep these.</param>
/// <param name="Keys">DNSKEY records.</param>
/// <param name="Problem">Why it is lame or silent; empty when all is well.</param>
public sealed record ServerView(
    DnsName Host, IPEndPoint? Address, bool Authoritative, uint? Serial, IReadOnlyList<DnsName> NameServers, uint Ttl, IReadOnlyList<RecordData> Keys, string Problem);

/// <summary>How far a change of name servers has spread.</summary>
public enum Spread
{
    /// <summary>No parent server hands out the new name servers.</summary>
    NotBegun,

    /// <summary>Some do, some do not.</summary>
    Partial,

    /// <summary>All parent servers do, but a name server is lame or its answers are not the new ones yet.</summary>
    AtParents,

    /// <summary>All parent servers and all new name servers agree.</summary>
    Everywhere,
}

/// <summary>A delegation as the world can see it: every parent server, every name server.</summary>
/// <param name="Zone">The zone.</param>
/// <param name="Parents">What each parent server says.</param>
/// <param name="Servers">What each name server says: those that a parent hands out, and those that were asked for besides.</param>
public sealed record DelegationView(DnsName Zone, IReadOnlyList<ParentView> Parents, IReadOnlyList<ServerView> Servers)
{
    /// <summary>Name servers that any parent hands out.</summary>
    public IReadOnlyList<DnsName> HandedOut => [.. Parents.SelectMany(static parent => parent.NameServers).Distinct().Order(DnsName.Order)];

    /// <summary>DS records of any parent.</summary>
    public IReadOnlyList<RecordData> Signers => [.. Parents.SelectMany(static parent => parent.Signers).Distinct()];

    /// <summary>The longest time that a resolver keeps the delegation, seconds.</summary>
    public uint LongestTtl => Parents.Select(static parent => parent.Ttl).Concat(Servers.Select(static server => server.Ttl)).DefaultIfEmpty().Max();

    /// <summary>How far a change to these name servers has spread.</summary>
    /// <param name="expected">The new name servers; order, case and final dot do not matter.</param>
    public Spread SpreadOf(IReadOnlyCollection<DnsName> expected)
    {
        var changed = Parents.Count(parent => parent.Problem.Length == 0 && Same(parent.NameServers, expected));
        if (changed == 0) return Spread.NotBegun;
        if (changed < Parents.Count) return Spread.Partial;
        return Servers.Where(server => expected.Contains(server.Host)).All(server => server.Authoritative && Same(server.NameServers, expected)) ? Spread.Everywhere : Spread.AtParents;
    }

    /// <summary>How the parent's DS records stand to the keys of the given name servers.</summary>
    /// <param name="hosts">Name servers of this view.</param>
    public SignerState SignersAt(IReadOnlyCollection<DnsName> hosts) =>
        DelegationSigner.State(Zone, Signers, Servers.Where(server => hosts.Contains(server.Host)).Select(static server => server.Keys));

    /// <summary>True when both are the same set.</summary>
    /// <param name="a">Name servers.</param>
    /// <param name="b">Name servers.</param>
    public static bool Same(IReadOnlyCollection<DnsName> a, IReadOnlyCollection<DnsName> b) => a.ToHashSet().SetEquals(b);
}

/// <summary>Looks at a delegation from outside, asking each server itself.</summary>
/// <param name="client">Asks.</param>
/// <param name="servers">Finds servers.</param>
public sealed class Delegation(DnsClient client, NameServers servers)
{
    /// <summary>Asks every server of the parent, and every name server that they hand out or that is given besides.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="also">Name servers to ask besides, for example the new ones before the change.</param>
    /// <param name="token">Cancels.</param>
    public async Task<DelegationView> ReadAsync(DnsName zone, IReadOnlyCollection<DnsName> also, CancellationToken token)
    {
        var parents = new List<ParentView>();
        foreach (var host in (await servers.ParentAsync(zone, token)).Servers)
        {
            var (addresses, problem) = await AddressesAsync(host, token);
            if (problem.Length > 0) parents.Add(new(host.Host, [], 0, [], 0, problem));
            foreach (var address in addresses) parents.Add(await AskParentAsync(zone, host, address, token));
        }

        var handedOut = parents.SelectMany(static parent => parent.NameServers).Concat(also).Distinct().Order(DnsName.Order);
        var children = new List<ServerView>();
        foreach (var host in handedOut)
        {
            var (addresses, problem) = await AddressesAsync(host, token);
            if (problem.Length > 0) children.Add(new(host, null, false, null, [], 0, [], problem));
            foreach (var address in addresses) children.Add(await AskServerAsync(zone, host, address, token));
        }

        return new(zone, parents, children);
    }

    private async Task<(IReadOnlyList<IPEndPoint> Addresses, string Problem)> AddressesAsync(DnsName host, CancellationToken token)
    {
        try
        {
            return (await servers.AddressesAsync(host, token), "");
        }
        catch (ZoneException none) when (none.Code == TransferCode.Unreachable)
        {
            return ([], "It has no address.");
        }
        catch (ZoneException refused) when (refused.Code == TransferCode.PermissionDenied)
        {
            return ([], refused.Message);
        }
    }

    private async Task<ParentView> AskParentAsync(DnsName zone, DnsName host, IPEndPoint address, CancellationToken token)
    {
        var server = $"{host.Host} ({address})";
        try
        {
            var answer = await client.QueryAsync(address, zone, RecordType.Ns, token);
            if (answer.Rcode is not (Rcode.NoError or Rcode.NxDomain)) return new(server, [], 0, [], 0, $"It answers {answer.Rcode}.");
            // a referral has the name servers in AUTHORITY and is not authoritative; a server of both zones has them in ANSWER
            var found = answer.Authority.Concat(answer.Answers).Where(record => record.Type == RecordType.Ns && record.Name.Equals(zone)).ToList();
            var signers = await client.QueryAsync(address, zone, RecordType.Ds, token);
            var signed = signers.Answers.Where(record => record.Type == RecordType.Ds && record.Name.Equals(zone)).ToList();
            return new(
                server, [.. found.Select(static record => record.Data.Target!).Distinct().Order(DnsName.Order)], Longest(found), [.. signed.Select(static record => record.Data)], Longest(signed), "");
        }
        catch (ZoneException silent)
        {
            return new(server, [], 0, [], 0, silent.Message);
        }
    }

    private async Task<ServerView> AskServerAsync(DnsName zone, DnsName host, IPEndPoint address, CancellationToken token)
    {
        try
        {
            var soa = await client.QueryAsync(address, zone, RecordType.Soa, token);
            var version = soa.Answers.FirstOrDefault(record => record.Type == RecordType.Soa && record.Name.Equals(zone));
            if (!soa.Authoritative || version.Data is null)
                return new(host, address, false, null, [], 0, [], $"It is lame: it answers {soa.Rcode}{(soa.Authoritative ? "" : " and is no authority for the zone")}.");
            var ns = (await client.QueryAsync(address, zone, RecordType.Ns, token)).Answers.Where(record => record.Type == RecordType.Ns).ToList();
            var keys = (await client.QueryAsync(address, zone, RecordType.Dnskey, token)).Answers.Where(record => record.Type == RecordType.Dnskey).Select(static record => record.Data);
            return new(host, address, true, SoaNumbers.Of(version.Data).Serial, [.. ns.Select(static record => record.Data.Target!).Order(DnsName.Order)], Longest(ns), [.. keys], "");
        }
        catch (ZoneException silent)
        {
            return new(host, address, false, null, [], 0, [], silent.Message);
        }
    }

    private static uint Longest(IEnumerable<ZoneRecord> records) => records.Select(static record => record.Ttl).DefaultIfEmpty().Max();
}
