using System.Net;
using Cassiopea.Transfer;
using Cassiopea.Zones.Client;
using Cassiopea.Zones.Planning;
using Cassiopea.Zones.Wire;

namespace Cassiopea.Zones.Providers;

/// <summary>Zones at any server that gives transfers and takes dynamic updates (RFC 2136): Knot, BIND, PowerDNS. It must have the zone already.</summary>
/// <param name="client">Asks.</param>
/// <param name="server">The primary server.</param>
/// <param name="key">Signs (RFC 8945); null where addresses are enough.</param>
public sealed class Rfc2136Provider(DnsClient client, IPEndPoint server, TsigKey? key) : IZoneProvider
{
    private const int MostOctets = 48_000;

    /// <inheritdoc/>
    public string Name => "rfc2136";

    /// <inheritdoc/>
    public ZoneLimits Limits => ZoneLimits.None;

    /// <inheritdoc/>
    public async Task<Zone?> ReadAsync(DnsName zone, CancellationToken token)
    {
        var soa = await client.QueryAsync(server, zone, RecordType.Soa, token);
        if (!soa.Authoritative || soa.Rcode != Rcode.NoError) return null;
        return Zone.Of(zone, await client.TransferAsync(server, zone, key, token)).WithoutSigning();
    }

    /// <inheritdoc/>
    public async Task ChangeAsync(DnsName zone, Zone? live, IReadOnlyList<PlannedChange> changes, CancellationToken token)
    {
        if (live is null) throw new ZoneException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemMissing, $"{server} does not have {zone.Host}, and an update cannot create a zone: configure it there first.");
        // deletions first: a CNAME must be gone before others come, and the other way round
        var update = new DynamicUpdate(zone);
        foreach (var change in changes.OrderBy(static change => change.After is not null))
        {
            if (update.Octets > MostOctets)
            {
                await SendAsync(zone, update, token);
                update = new(zone);
            }

            Add(zone, update, change);
        }

        await SendAsync(zone, update, token);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(DnsName zone, CancellationToken token) =>
        throw new ZoneException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, $"An update cannot remove a zone: remove {zone.Host} from the configuration of {server}.");

    private static void Add(DnsName zone, DynamicUpdate update, PlannedChange change)
    {
        // what must hold: nobody changed the set since it was read
        if (change.Before is { } before) update.Require(before);
        else update.RequireAbsent(change.Name, change.Type);
        if (change.Name.Equals(zone) && change.Type == RecordType.Ns)
        {
            // a server ignores the deletion of all name servers of a zone (RFC 2136 §3.4.2.3): new ones first, then old ones one by one
            var after = change.After ?? throw new ZoneException(TransferSide.Us, TransferFailureKind.Refused, TransferCode.NotExpressible, "A zone cannot be left without name servers.");
            // Knot 3.2 keeps the TTL of a set to which nothing new is added: one that stays goes and comes again
            if (change.Before is { Data.Count: > 1 } set && set.Ttl != after.Ttl && set.Data.FirstOrDefault(after.Data.Contains) is { } stays) update.Delete(zone, stays);
            update.Add(after);
            foreach (var old in change.Before?.Data.Where(data => !after.Data.Contains(data)) ?? []) update.Delete(zone, old);
            return;
        }

        // a CNAME replaces a CNAME (RFC 2136 §3.4.2.2); deleted first, Knot 3.2 does not take it again beside the signatures of a signed zone
        if (change.Before is not null && !(change.Type == RecordType.Cname && change.After is not null)) update.Delete(change.Name, change.Type);
        if (change.After is { } wanted) update.Add(wanted);
    }

    private async Task SendAsync(DnsName zone, DynamicUpdate update, CancellationToken token)
    {
        var rcode = await client.UpdateAsync(server, update, key, token);
        if (rcode is Rcode.NxRrset or Rcode.YxRrset or Rcode.NxDomain or Rcode.YxDomain)
            throw new ZoneException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemAltered, $"{zone.Host} was changed at {server} in the same moment ({rcode}): make another plan.");
        if (rcode != Rcode.NoError) throw client.Refused(rcode, $"{server} refuses the update of {zone.Host}");
    }
}
