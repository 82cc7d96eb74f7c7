using Cassiopea.Zones.Files;
using Cassiopea.Zones.Planning;

namespace Cassiopea.Zones.Providers;

/// <summary>Zones as files <c>DOMAIN.zone</c> in a folder: for BIND, NSD, Knot and whoever takes a zone file.</summary>
/// <param name="folder">The folder; it must exist.</param>
public sealed class ZoneFileProvider(string folder) : IZoneProvider
{
    private const uint SoaTtl = 3600;

    /// <inheritdoc/>
    public string Name => "file";

    /// <inheritdoc/>
    public ZoneLimits Limits => ZoneLimits.None;

    /// <summary>Where a zone is kept.</summary>
    /// <param name="zone">The zone's name.</param>
    public string PathOf(DnsName zone) => Path.Combine(folder, zone.Host.Replace('/', '_') + ".zone");

    /// <inheritdoc/>
    public async Task<Zone?> ReadAsync(DnsName zone, CancellationToken token) =>
        File.Exists(PathOf(zone)) ? ZoneFileReader.Read(await File.ReadAllTextAsync(PathOf(zone), token), zone).Zone.WithoutSigning() : null;

    /// <inheritdoc/>
    public async Task ChangeAsync(DnsName zone, Zone? live, IReadOnlyList<PlannedChange> changes, CancellationToken token)
    {
        var sets = (live?.Sets ?? []).ToDictionary(static set => set.Key);
        foreach (var change in changes)
        {
            if (change.After is { } after) sets[after.Key] = after;
            else sets.Remove((change.Name, change.Type));
        }

        var changed = new Zone(zone, sets.Values);
        if (changed.Soa is { } soa) changed = changed.WithSerial(unchecked(soa.Serial + 1));
        else changed = changed.With(new RecordSet(zone, RecordType.Soa, SoaTtl, [First(changed).ToData()]));
        var next = PathOf(zone) + ".next";
        await File.WriteAllTextAsync(next, changed.Text, token);
        File.Move(next, PathOf(zone), overwrite: true);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(DnsName zone, CancellationToken token)
    {
        File.Delete(PathOf(zone));
        return Task.CompletedTask;
    }

    private static SoaNumbers First(Zone zone) =>
        new(zone.NameServers is [var first, ..] ? first : zone.Origin.Prepend("ns1"), zone.Origin.Prepend("hostmaster"), 1, 10_800, 3600, 1_209_600, 3600);
}
