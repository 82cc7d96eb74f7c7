using System.Text.Json;
using Cassiopea.Transfer;
using Cassiopea.Zones.Planning;

namespace Cassiopea.Zones.Providers;

/// <summary>Zones at Gandi LiveDNS. A change replaces the whole zone in one call, after a snapshot.</summary>
/// <param name="api">Gandi.</param>
public sealed class LiveDnsProvider(GandiApi api) : IZoneProvider
{
    private static readonly RecordType[] Taken =
        [.. "A AAAA ALIAS CAA CDS CNAME DNAME DS HTTPS KEY LOC MX NAPTR NS OPENPGPKEY PTR RP SPF SRV SSHFP SVCB TLSA TXT".Split(' ').Select(RecordType.Parse)];

    /// <inheritdoc/>
    public string Name => "livedns";

    /// <inheritdoc/>
    public ZoneLimits Limits { get; } = new(300, 2_592_000, Taken);

    /// <inheritdoc/>
    public async Task<Zone?> ReadAsync(DnsName zone, CancellationToken token)
    {
        if (await api.Http.GetAsync(Path(zone) + "/records", token) is not { } answer) return null;
        return HttpApi.Understand(() => new Zone(zone, answer.Body.EnumerateArray().Select(set => Read(zone, set))).WithoutSigning());
    }

    /// <inheritdoc/>
    public async Task ChangeAsync(DnsName zone, Zone? live, IReadOnlyList<PlannedChange> changes, CancellationToken token)
    {
        if (live is null) throw GandiApi.Missing($"a zone for {zone.Host} at LiveDNS");
        var sets = live.Sets.Where(ZoneDifference.Moves).ToDictionary(static set => set.Key);
        foreach (var change in changes)
        {
            if (change.After is { } after) sets[after.Key] = after;
            else sets.Remove((change.Name, change.Type));
        }

        await api.Http.SendAsync(HttpMethod.Post, Path(zone) + "/snapshots", new { name = "before a change by Cassiopea" }, token);
        await api.Http.SendAsync(HttpMethod.Put, Path(zone) + "/records", new { items = new Zone(zone, sets.Values).Sets.Select(set => Write(zone, set)) }, token);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(DnsName zone, CancellationToken token) =>
        throw new ZoneException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, $"The zone of {zone.Host} at LiveDNS was not made by us and is not removed.");

    private static string Path(DnsName zone) => "livedns/domains/" + Uri.EscapeDataString(zone.Host);

    private static RecordSet Read(DnsName zone, JsonElement set)
    {
        var (name, type) = (DnsName.Parse(set.GetProperty("rrset_name").GetString()!, zone), RecordType.Parse(set.GetProperty("rrset_type").GetString()!));
        return new(name, type, set.GetProperty("rrset_ttl").GetUInt32(), set.GetProperty("rrset_values").EnumerateArray().Select(value => RecordData.Parse(type, value.GetString()!, zone)));
    }

    private static object Write(DnsName zone, RecordSet set) =>
        new { rrset_name = set.Name.RelativeTo(zone), rrset_type = set.Type.ToString(), rrset_ttl = set.Ttl, rrset_values = set.Data.Select(static data => data.Text) };
}
