using Cassiopea.Zones.Planning;
using Microsoft.Extensions.Options;

namespace Cassiopea.Domains;

/// <summary>Walks a change of name servers to its end; each state is kept before the next step.</summary>
internal sealed class NameServerJourney(DnsWorld world, IOptions<DomainsOptions> options)
{
    /// <summary>Goes on from a state, or begins.</summary>
    /// <param name="kept">The state that an earlier run kept; null to begin.</param>
    /// <param name="begin">Looks at the gates and says how it would begin.</param>
    /// <param name="keep">Keeps a state; the step before it is null at the beginning.</param>
    /// <param name="token">Stops between two steps; nothing is lost.</param>
    public async Task<SwitchState> RunAsync(SwitchState? kept, Func<NameServerChange, Task<SwitchState>> begin, Func<SwitchState, SwitchStep?, Task> keep, CancellationToken token)
    {
        var change = world.NameServerChange();
        var resumed = kept is not null;
        var state = kept ?? await begin(change);
        if (!resumed) await keep(state, null);
        while (!state.IsOver)
        {
            var next = await change.AdvanceAsync(state, resumed, token);
            if (next != state) await keep(next, state.Step);
            var moved = next.Step != state.Step;
            if (moved) resumed = false;
            state = next;
            if (!moved) await Task.Delay(options.Value.LookEvery, TimeProvider.System, token);
        }

        return state;
    }
}
