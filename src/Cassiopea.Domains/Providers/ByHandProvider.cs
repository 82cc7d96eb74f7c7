using Cassiopea.Transfer;
using Cassiopea.Zones;
using Cassiopea.Zones.Planning;
using Cassiopea.Zones.Providers;

namespace Cassiopea.Domains;

/// <summary>A provider whose records only people can change: its zones are files that they exported, its changes are printed lists.</summary>
/// <param name="folder">Folder of <c>DOMAIN.zone</c>.</param>
internal sealed class ByHandProvider(string folder) : IZoneProvider
{
    public const string Kind = "by-hand";
    private readonly ZoneFileProvider _files = new(folder);

    public string Name => Kind;

    public ZoneLimits Limits => ZoneLimits.None;

    public Task<Zone?> ReadAsync(DnsName zone, CancellationToken token) => _files.ReadAsync(zone, token);

    public Task ChangeAsync(DnsName zone, Zone? live, IReadOnlyList<PlannedChange> changes, CancellationToken token) => throw People(zone);

    public Task RemoveAsync(DnsName zone, CancellationToken token) => throw People(zone);

    private static TransferException People(DnsName zone) =>
        DomainFailures.Shut(TransferSide.Us, $"Only people change {zone.Host} at its provider: a list is printed for them.", TransferCode.NotExpressible);
}
