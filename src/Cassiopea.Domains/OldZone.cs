using Cassiopea.Transfer;
using Cassiopea.Zones;
using Cassiopea.Zones.Planning;
using Microsoft.Extensions.Options;

namespace Cassiopea.Domains;

/// <summary>The zone where it is now.</summary>
internal sealed class OldZone(DomainInventory inventory, DnsWorld world, IOptions<DomainsOptions> options)
{
    /// <summary>Reads it from the provider that the inventory or the settings name.</summary>
    /// <exception cref="TransferException">It cannot be read.</exception>
    public async Task<Zone> ReadAsync(DnsName domain, CancellationToken token)
    {
        var source = (await inventory.RowOfAsync(domain, token))?.Source is { Length: > 0 } named ? named : options.Value.OldProvider;
        if (source.Length == 0) throw DomainFailures.Shut(TransferSide.Us, $"Nobody says where the zone of {domain.Host} is now: name its source in the inventory, or set Domains:OldProvider.");
        return await world.Provider(source).ReadAsync(domain, token)
            ?? throw DomainFailures.Shut(TransferSide.Source, $"The old provider does not have {domain.Host}.", TransferCode.ItemMissing);
    }

    /// <summary>Refuses when somebody changed the old zone since the survey, TTLs aside: the plan would lose that change.</summary>
    /// <exception cref="TransferException">It was changed.</exception>
    public async Task SameAsSurveyedAsync(MovingDomain domain, CancellationToken token)
    {
        // where records change in place, the old zone is the one that the plan itself is compared with
        if (domain.Hosts.Count == 0) return;
        var now = await ReadAsync(domain.Name, token);
        if (ZoneDifference.Between(domain.Old, now).FirstOrDefault(static one => one.Kind != DifferenceKind.OtherTtl) is { } changed)
            throw DomainFailures.Shut(TransferSide.Source, $"{changed.Name.Text} {changed.Type} was changed at the old host since the plan was made: survey again and approve the new plan.", TransferCode.ItemAltered);
    }
}
