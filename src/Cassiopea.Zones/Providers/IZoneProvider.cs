using Cassiopea.Zones.Planning;

namespace Cassiopea.Zones.Providers;

/// <summary>Somewhere that zones are kept and changed. No call deletes what it was not told to.</summary>
public interface IZoneProvider
{
    /// <summary>Its name in plans and reports, for example <c>powerdns</c>.</summary>
    string Name { get; }

    /// <summary>What it can hold.</summary>
    ZoneLimits Limits { get; }

    /// <summary>The zone as it is now, without what signers make; null when the provider does not have it.</summary>
    /// <param name="zone">The zone's name.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="ZoneException">Refused, unreachable or not understood.</exception>
    Task<Zone?> ReadAsync(DnsName zone, CancellationToken token);

    /// <summary>Asks for changes. The answer says that they were taken, not that they were made: read the zone again.</summary>
    /// <param name="zone">The zone's name.</param>
    /// <param name="live">The zone as it was just read; null = it is to be created.</param>
    /// <param name="changes">What to change.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="ZoneException">Refused, unreachable or not understood.</exception>
    Task ChangeAsync(DnsName zone, Zone? live, IReadOnlyList<PlannedChange> changes, CancellationToken token);

    /// <summary>Removes a zone that <see cref="ChangeAsync"/> created, for a rollback.</summary>
    /// <param name="zone">The zone's name.</param>
    /// <param name="token">Cancels.</param>
    Task RemoveAsync(DnsName zone, CancellationToken token);
}

/// <summary>What a provider can hold; the planned zone is fitted to it before people see the plan.</summary>
/// <param name="SmallestTtl">Seconds.</param>
/// <param name="LargestTtl">Seconds.</param>
/// <param name="Types">Types that it takes; empty = all.</param>
public sealed record ZoneLimits(uint SmallestTtl, uint LargestTtl, IReadOnlyCollection<RecordType> Types)
{
    /// <summary>No limit.</summary>
    public static ZoneLimits None { get; } = new(0, int.MaxValue, []);

    /// <summary>The zone with TTLs within bounds.</summary>
    /// <param name="zone">The zone wanted.</param>
    /// <exception cref="ZoneException">A type cannot be held.</exception>
    public Zone Fit(Zone zone)
    {
        if (Types.Count > 0 && zone.Sets.FirstOrDefault(set => ZoneDifference.Moves(set) && !Types.Contains(set.Type)) is { } impossible)
            throw new ZoneException(Transfer.TransferSide.Target, Transfer.TransferFailureKind.Refused, Transfer.TransferCode.NotExpressible, $"{impossible} cannot be held by this provider.");
        return new(zone.Origin, zone.Sets.Select(set => set.WithTtl(Math.Clamp(set.Ttl, SmallestTtl, LargestTtl))));
    }
}
