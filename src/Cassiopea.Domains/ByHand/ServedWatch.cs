using Cassiopea.Transfer;
using Cassiopea.Zones;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Planning;
using Microsoft.Extensions.Options;

namespace Cassiopea.Domains;

/// <summary>Looks at the name servers that the registry hands out until they serve what was asked of a provider or of people: a yes is no proof.</summary>
internal sealed class ServedWatch(DnsWorld world, IOptions<DomainsOptions> options, TimeProvider time)
{
    /// <summary>Returns when each of them that answers serves every record set of the zone; at least one must answer.</summary>
    /// <param name="wanted">The zone.</param>
    /// <param name="side">Who was asked.</param>
    /// <param name="what">What was asked, for the refusal.</param>
    /// <param name="byPeople">People were asked: they may take <see cref="DomainsOptions.TaskPatience"/>, a provider <see cref="DomainsOptions.ProviderPatience"/>.</param>
    /// <param name="token">Ends it; nothing is lost.</param>
    /// <exception cref="TransferException">It was not seen in time.</exception>
    public async Task UntilServedAsync(Zone wanted, TransferSide side, string what, bool byPeople, CancellationToken token)
    {
        var start = time.GetUtcNow();
        while (true)
        {
            var handedOut = (await world.Delegation.ReadAsync(wanted.Origin, [], token)).HandedOut;
            var seen = await world.Served.LookAsync(ZonePlan.Moving(wanted), [.. handedOut], token);
            if (Open(seen, handedOut.Count) is not { } open) return;
            if (time.GetUtcNow() - start > (byPeople ? options.Value.TaskPatience : options.Value.ProviderPatience))
                throw DomainFailures.Shut(side, $"{what} was not seen in time: {open.Subject} {open.Text}{(byPeople ? $" The list is in {options.Value.TaskFolder}." : "")}", TransferCode.TimedOut);
            await Task.Delay(options.Value.LookEvery, TimeProvider.System, token);
        }
    }

    /// <summary>Some of the old name servers, or of their addresses, may be dead already; all of them may not.</summary>
    internal static Finding? Open(ServedView seen, int hosts)
    {
        if (hosts == 0) return new("name-servers-none", Severity.Blocking, "", "no name server is handed out.");
        if (seen.Findings.FirstOrDefault(static one => one.Id is "not-served" or "lame") is { } different) return different;
        return seen.Answering > 0 ? null
            : seen.Findings.FirstOrDefault(static one => one.Id is "silent" or "name-server-unknown") ?? new("silent", Severity.Blocking, "", "no name server has an address that answers.");
    }
}
