using System.Text.Json;
using System.Text.Json.Serialization;
using Cassiopea.Transfer;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Providers;

namespace Cassiopea.Zones.Planning;

/// <summary>How far a change of name servers is.</summary>
public enum SwitchStep
{
    /// <summary>The registrar was asked to take the DS records out: a signed zone must not move with them.</summary>
    SignersAsked,

    /// <summary>No parent server has a DS any more; resolvers still keep it until <see cref="SwitchState.WaitUntil"/>.</summary>
    SignersGone,

    /// <summary>About to ask the registrar: it may or may not have heard of it.</summary>
    Requested,

    /// <summary>The registrar said 202: taken, not done.</summary>
    Accepted,

    /// <summary>Some parent servers hand out the new name servers.</summary>
    Partial,

    /// <summary>All parent servers do.</summary>
    Propagated,

    /// <summary>All parent servers and all new name servers agree.</summary>
    Verified,

    /// <summary>It was taken and did not happen in time.</summary>
    TimedOut,
}

/// <summary>What must be remembered of a change of name servers.</summary>
/// <param name="Domain">The domain.</param>
/// <param name="Before">Name servers before, for the way back.</param>
/// <param name="After">Name servers wanted.</param>
/// <param name="SignersBefore">DS records that were taken out, as text.</param>
/// <param name="Step">How far.</param>
/// <param name="Asks">How often the registrar was asked to change the name servers.</param>
/// <param name="At">When this step began.</param>
/// <param name="WaitUntil">Not before this instant; null = at once.</param>
/// <param name="OldTtl">Seconds that resolvers may keep the old delegation.</param>
/// <param name="Note">What is waited for, in English.</param>
public sealed record SwitchState(
    string Domain,
    IReadOnlyList<string> Before,
    IReadOnlyList<string> After,
    IReadOnlyList<string> SignersBefore,
    SwitchStep Step,
    int Asks,
    DateTimeOffset At,
    DateTimeOffset? WaitUntil,
    uint OldTtl,
    string Note)
{
    /// <summary>True when nothing more will happen by itself.</summary>
    [JsonIgnore]
    public bool IsOver => Step is SwitchStep.Verified or SwitchStep.TimedOut;

    /// <summary>True when the registrar may have begun to change the delegation.</summary>
    [JsonIgnore]
    public bool MayBeSeen => Step is not (SwitchStep.SignersAsked or SwitchStep.SignersGone);

    /// <summary>The state as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SwitchJson.Default.SwitchState);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">A state.</param>
    public static SwitchState FromJson(string json) => JsonSerializer.Deserialize(json, SwitchJson.Default.SwitchState) ?? throw new FormatException("This is not a change of name servers.");
}

/// <summary>Waits of a <see cref="NameServerChange"/>.</summary>
public sealed record SwitchPatience
{
    /// <summary>How long the registrar may take after 202.</summary>
    /// <value>1 hour.</value>
    public TimeSpan Registrar { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long the parent's servers may take.</summary>
    /// <value>6 hours.</value>
    public TimeSpan Parents { get; init; } = TimeSpan.FromHours(6);

    /// <summary>After a crash between writing down and asking: how long the registrar is watched before it is asked (again).</summary>
    /// <value>2 minutes.</value>
    public TimeSpan Unsure { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>
/// Changes the name servers of a domain at Gandi, step by step. Nothing is asked while a new name server is lame or a DS would stay behind; 202 is not
/// done; after a crash the change goes on without asking twice.
/// </summary>
/// <param name="registrar">Gandi.</param>
/// <param name="delegation">Looks from outside.</param>
/// <param name="served">Asks the new name servers for the zone.</param>
/// <param name="time">The clock of the waits.</param>
/// <param name="patience">Waits; null = the defaults.</param>
public sealed class NameServerChange(GandiApi registrar, Delegation delegation, ServedZone served, TimeProvider time, SwitchPatience? patience = null)
{
    private readonly SwitchPatience _patience = patience ?? new();

    /// <summary>Looks whether the change can begin, and says how it would.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="hosts">The new name servers.</param>
    /// <param name="wanted">The zone that they must answer; null on the way back, where the old zone is not known to us.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>The first state, to be kept before the first <see cref="AdvanceAsync"/>.</returns>
    /// <exception cref="ZoneException">A gate is shut; nothing was asked.</exception>
    public async Task<SwitchState> BeginAsync(DnsName domain, IReadOnlyList<DnsName> hosts, Zone? wanted, CancellationToken token)
    {
        if (await registrar.DomainAsync(domain, token) is not { } managed) throw Shut($"{domain.Host} is not managed by us at the registrar (any more): its name servers are changed by whoever manages it.");
        if (managed.Status.FirstOrDefault(static word => word is "clientUpdateProhibited" or "serverUpdateProhibited" or "pendingTransfer" or "pendingDelete" or "redemptionPeriod") is { } status)
            throw Shut($"{domain.Host} has the status {status}: its name servers cannot be changed now.");
        var now = await registrar.NameServersAsync(domain, token);
        if (wanted is not null && (await served.CheckAsync(wanted, [.. hosts], token)).FirstOrDefault(static finding => finding.Severity == Severity.Blocking) is { } gate)
            throw Shut($"The new name servers are not ready: {gate.Subject} {gate.Text}");
        var view = await delegation.ReadAsync(domain, [.. hosts], token);
        if (view.Servers.FirstOrDefault(server => hosts.Contains(server.Host) && !server.Authoritative) is { } lame) throw Shut($"{lame.Host.Host} must not be handed out. {lame.Problem}");
        if (view.Parents.Count == 0 || view.Parents.All(static parent => parent.Problem.Length > 0)) throw new ZoneException(TransferSide.Source, TransferFailureKind.Passing, TransferCode.Unreachable, $"No server of the zone above {domain.Host} answers.");
        var behind = view.SignersAt(hosts) == SignerState.Bogus;
        var longest = view.Parents.Max(static parent => parent.SignerTtl);
        return new(
            domain.Text,
            [.. now.Select(static host => host.Text)],
            [.. hosts.Order(DnsName.Order).Select(static host => host.Text)],
            behind ? [.. view.Signers.Select(static signer => signer.Text)] : [],
            behind ? SwitchStep.SignersAsked : SwitchStep.Requested,
            0,
            time.GetUtcNow(),
            behind ? time.GetUtcNow() + TimeSpan.FromSeconds(longest) : null,
            view.LongestTtl,
            behind ? "The DS records must go first." : "");
    }

    /// <summary>Goes on by one step, or finds that there is nothing to do but wait. Keep the state before the next call.</summary>
    /// <param name="state">As it was kept.</param>
    /// <param name="resumed">True when the state was read from a journal: it is not known whether the registrar heard of the last step.</param>
    /// <param name="token">Cancels.</param>
    public Task<SwitchState> AdvanceAsync(SwitchState state, bool resumed, CancellationToken token) => state.Step switch
    {
        SwitchStep.SignersAsked => RemoveSignersAsync(state, token),
        SwitchStep.SignersGone => WaitForSignersAsync(state, token),
        SwitchStep.Requested => RequestAsync(state, resumed, token),
        SwitchStep.Accepted or SwitchStep.Partial or SwitchStep.Propagated => WatchAsync(state, token),
        _ => Task.FromResult(state),
    };

    private static DnsName Domain(SwitchState state) => DnsName.Parse(state.Domain);

    private static List<DnsName> After(SwitchState state) => [.. state.After.Select(static host => DnsName.Parse(host))];

    private static ZoneException Shut(string text) => ZoneException.Shut(TransferSide.Target, text);

    private async Task<SwitchState> RemoveSignersAsync(SwitchState state, CancellationToken token)
    {
        foreach (var key in await registrar.KeysAsync(Domain(state), token)) await registrar.RemoveKeyAsync(Domain(state), key.Id, token);
        var view = await delegation.ReadAsync(Domain(state), [], token);
        if (view.Parents.All(static parent => parent.Problem.Length == 0 && parent.Signers.Count == 0))
        {
            var kept = state.WaitUntil - state.At ?? TimeSpan.Zero;
            return state with { Step = SwitchStep.SignersGone, At = time.GetUtcNow(), WaitUntil = time.GetUtcNow() + kept, Note = "The DS records are gone; resolvers may still keep them." };
        }

        return Late(state, _patience.Parents, "The registry still hands out a DS record.");
    }

    private async Task<SwitchState> WaitForSignersAsync(SwitchState state, CancellationToken token)
    {
        if (time.GetUtcNow() < state.WaitUntil) return state;
        var view = await delegation.ReadAsync(Domain(state), After(state), token);
        if (view.SignersAt(After(state)) == SignerState.Bogus) throw Shut($"A DS record of {Domain(state).Host} is back at the registry: the name servers are not changed.");
        if (view.Servers.FirstOrDefault(server => After(state).Contains(server.Host) && !server.Authoritative) is { } lame) throw Shut($"{lame.Host.Host} must not be handed out. {lame.Problem}");
        return state with { Step = SwitchStep.Requested, At = time.GetUtcNow(), WaitUntil = null, Note = "" };
    }

    private async Task<SwitchState> RequestAsync(SwitchState state, bool resumed, CancellationToken token)
    {
        var (domain, after) = (Domain(state), After(state));
        var now = await registrar.NameServersAsync(domain, token);
        if (DelegationView.Same(now, after)) return state with { Step = SwitchStep.Accepted, At = time.GetUtcNow(), Note = "" };
        if (!DelegationView.Same(now, [.. state.Before.Select(static host => DnsName.Parse(host))]))
            throw new ZoneException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemAltered, $"The name servers of {domain.Host} were changed by somebody else to {string.Join(", ", now.Select(static host => host.Host))}.");
        if (resumed && time.GetUtcNow() - state.At < _patience.Unsure) return state with { Note = "It is not known whether the registrar heard of the change: it is watched before it is asked." };
        await registrar.ChangeNameServersAsync(domain, after, token);
        return state with { Step = SwitchStep.Accepted, Asks = state.Asks + 1, At = time.GetUtcNow(), Note = "" };
    }

    private async Task<SwitchState> WatchAsync(SwitchState state, CancellationToken token)
    {
        var (domain, after) = (Domain(state), After(state));
        if (state.Step == SwitchStep.Accepted && !DelegationView.Same(await registrar.NameServersAsync(domain, token), after))
            return Late(state, _patience.Registrar, "The registrar took the change and has not made it.");
        var view = await delegation.ReadAsync(domain, after, token);
        return view.SpreadOf(after) switch
        {
            Spread.Everywhere => state with { Step = SwitchStep.Verified, At = time.GetUtcNow(), Note = "" },
            Spread.AtParents => Late(state with { Step = SwitchStep.Propagated, At = state.Step == SwitchStep.Propagated ? state.At : time.GetUtcNow() }, _patience.Parents, Problem(view, after)),
            Spread.Partial => Late(state with { Step = SwitchStep.Partial, At = state.Step == SwitchStep.Partial ? state.At : time.GetUtcNow() }, _patience.Parents, "Some servers of the registry still hand out the old name servers."),
            Spread.NotBegun => Late(state, _patience.Parents, "No server of the registry hands out the new name servers yet."),
            _ => throw new ArgumentOutOfRangeException(nameof(state), state.Step, "No such spread."),
        };
    }

    private static string Problem(DelegationView view, List<DnsName> after) =>
        view.Servers.FirstOrDefault(server => after.Contains(server.Host) && server.Problem.Length > 0) is { } lame ? $"{lame.Host.Host}: {lame.Problem}" : "The new name servers do not name themselves in the zone.";

    private SwitchState Late(SwitchState state, TimeSpan limit, string note) =>
        time.GetUtcNow() - state.At > limit ? state with { Step = SwitchStep.TimedOut, At = time.GetUtcNow(), Note = note } : state with { Note = note };
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SwitchState))]
internal sealed partial class SwitchJson : JsonSerializerContext;
