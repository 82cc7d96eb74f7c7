using System.Text.Json;
using Cassiopea.Contracts;
using Microsoft.Extensions.Options;

namespace Cassiopea.Domains;

/// <summary>Tells the rights over a domain when they are others than were told last.</summary>
internal sealed class RightsTelling(IOptions<DomainsOptions> options, TimeProvider time)
{
    /// <summary>The event to publish with the row, or none.</summary>
    public IEnumerable<object> Tell(MovingDomain row)
    {
        var rights = Of(row);
        var json = JsonSerializer.Serialize(rights, JsonSerializerOptions.Web);
        if (json == row.ToldRights) yield break;
        row.ToldRights = json;
        yield return new DomainRightsChanged(row.MigrationId, row.ItemId, rights, time.GetUtcNow());
    }

    public DomainRights Of(MovingDomain row)
    {
        var ladder = RightsLadder.Of(row.Recovery);
        var state = ladder.Recovered ? RightsState.Recovered : row.Managed == false ? RightsState.NotOurs : ladder.Pending ? RightsState.Pending : RightsState.Open;
        return new(
            state,
            state == RightsState.NotOurs ? null : ladder.Next,
            row.Custodian,
            row.EndsAt,
            row.EndsAt is { } ends && options.Value.Closing is { } closing && ends > closing,
            row.RegistrantMailSha256,
            DomainTask.Of(row.Tasks));
    }
}
