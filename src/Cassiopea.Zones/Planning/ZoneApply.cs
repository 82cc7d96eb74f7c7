using System.Text.Json;
using System.Text.Json.Serialization;
using Cassiopea.Transfer;
using Cassiopea.Zones.Files;
using Cassiopea.Zones.Providers;

namespace Cassiopea.Zones.Planning;

/// <summary>How far a plan was carried out, as the journal knows it.</summary>
public enum ApplyStep
{
    /// <summary>About to be written: the provider may or may not have heard of it.</summary>
    Asked,

    /// <summary>The provider said yes.</summary>
    Taken,

    /// <summary>The zone was read again and is as planned.</summary>
    Verified,

    /// <summary>The zone is again as it was before.</summary>
    RolledBack,
}

/// <summary>What must be remembered of a plan that is carried out.</summary>
/// <param name="PlanSha256">Which plan.</param>
/// <param name="PlanJson">The plan.</param>
/// <param name="BeforeText">The whole zone before, as a file; null when the provider had none.</param>
/// <param name="Step">How far.</param>
/// <param name="Asks">How often the provider was asked to write.</param>
/// <param name="Reason">Why a guard was lifted; empty when none was.</param>
/// <param name="At">When.</param>
public sealed record ApplyState(string PlanSha256, string PlanJson, string? BeforeText, ApplyStep Step, int Asks, string Reason, DateTimeOffset At)
{
    /// <summary>The state as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ApplyJson.Default.ApplyState);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">A state.</param>
    public static ApplyState FromJson(string json) => JsonSerializer.Deserialize(json, ApplyJson.Default.ApplyState) ?? throw new FormatException("This is not a journal of a zone.");
}

/// <summary>Keeps the state of one plan where it survives a crash.</summary>
public interface IApplyJournal
{
    /// <summary>The state, or null when nothing was begun.</summary>
    /// <param name="token">Cancels.</param>
    Task<ApplyState?> ReadAsync(CancellationToken token);

    /// <summary>Keeps the state; returns when it is safe.</summary>
    /// <param name="state">The state.</param>
    /// <param name="token">Cancels.</param>
    Task SaveAsync(ApplyState state, CancellationToken token);
}

/// <summary>Carries out a plan at a provider, once, whatever happens in between; and undoes it.</summary>
/// <param name="provider">Where.</param>
/// <param name="journal">What is remembered.</param>
/// <param name="time">The clock of the journal and of the waits.</param>
public sealed class ZoneApply(IZoneProvider provider, IApplyJournal journal, TimeProvider time)
{
    /// <summary>Largest share of sets that may be deleted without a reason, per cent.</summary>
    public const double MostDeletedPercent = 30;

    /// <summary>How long a change that was taken may take to be seen.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often it is looked for.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Carries out the plan. Run again after a crash it goes on: what was taken is never asked again.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="reason">Why a guard is lifted; empty when none is.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>The zone as it is now, and whether this call asked the provider to write.</returns>
    /// <exception cref="ZoneException">The zone was changed by others, too much would be deleted, or the provider refused or did not do it.</exception>
    public async Task<(Zone Zone, bool Asked)> RunAsync(ZonePlan plan, string reason, CancellationToken token)
    {
        if (plan.Provider != provider.Name) throw ZoneException.Shut(TransferSide.Us, $"The plan is for {plan.Provider}, not for {provider.Name}.");
        var state = await journal.ReadAsync(token);
        if (state is { Step: ApplyStep.RolledBack } || state?.PlanSha256 != plan.Sha256) state = null;
        var live = await provider.ReadAsync(plan.Domain, token);
        var standing = plan.Standing(live);
        if (standing == PlanStanding.Done)
        {
            // a plan that changes nothing must not make us forget the zone before an earlier one
            if (state is null && plan.Changes.Count == 0 && await journal.ReadAsync(token) is not null) return (live!, false);
            state ??= New(plan, live, reason);
            await journal.SaveAsync(state with { Step = ApplyStep.Verified, At = time.GetUtcNow() }, token);
            return (live!, false);
        }

        if (standing == PlanStanding.ChangedByOthers || (standing == PlanStanding.Halfway && state is null))
            throw new ZoneException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemAltered, $"{plan.Domain.Host} was changed at {provider.Name} since the plan was made: make another plan.");
        plan.Guard(MostDeletedPercent, reason);
        if (state is { Step: ApplyStep.Taken } && await SeenAsync(plan, token) is { } seen) return (await VerifiedAsync(state, seen, token), false);
        if (state is { Step: ApplyStep.Taken })
            throw new ZoneException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.TimedOut, $"{provider.Name} took the change of {plan.Domain.Host} and did not make it. It is not asked twice: look there.");
        state = (state ?? New(plan, live, reason)) with { Step = ApplyStep.Asked, Asks = (state?.Asks ?? 0) + 1, At = time.GetUtcNow() };
        await journal.SaveAsync(state, token);
        await provider.ChangeAsync(plan.Domain, live, Open(plan, live), token);
        state = state with { Step = ApplyStep.Taken, At = time.GetUtcNow() };
        await journal.SaveAsync(state, token);
        return await SeenAsync(plan, token) is { } now
            ? (await VerifiedAsync(state, now, token), true)
            : throw new ZoneException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemMissing, $"{provider.Name} took the change of {plan.Domain.Host}, but within {Patience.TotalSeconds:0} s the zone is not as planned: {await OpenAsync(plan, token)}.");
    }

    /// <summary>Makes the zone again what it was before the plan, octet for octet except for the serial.</summary>
    /// <param name="reason">Why it is done although others changed the zone since; empty = it is refused then.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>The zone as it is now; null when there was none before and it was removed.</returns>
    /// <exception cref="ZoneException">Nothing to undo, changed by others, or not equal afterwards.</exception>
    public async Task<Zone?> RollBackAsync(string reason, CancellationToken token)
    {
        var state = await journal.ReadAsync(token) ?? throw ZoneException.Shut(TransferSide.Us, "Nothing was applied here: there is nothing to roll back.");
        var plan = ZonePlan.FromJson(state.PlanJson);
        var live = await provider.ReadAsync(plan.Domain, token);
        if (plan.Standing(live) == PlanStanding.ChangedByOthers && reason.Trim().Length < 10)
            throw new ZoneException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemAltered, $"{plan.Domain.Host} was changed at {provider.Name} after the plan was applied: roll back with a reason, and their changes are lost.");
        if (state.BeforeText is null)
        {
            if (live is not null) await provider.RemoveAsync(plan.Domain, token);
            await journal.SaveAsync(state with { Step = ApplyStep.RolledBack, At = time.GetUtcNow() }, token);
            return null;
        }

        var before = ZoneFileReader.Read(state.BeforeText, plan.Domain).Zone;
        var back = ZonePlan.Make(provider.Name, live, before);
        if (back.Changes.Count > 0) await provider.ChangeAsync(plan.Domain, live, back.Changes, token);
        var now = await SeenAsync(back, token)
            ?? throw new ZoneException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemAltered, $"{plan.Domain.Host} at {provider.Name} is not what it was before, although asked.");
        await journal.SaveAsync(state with { Step = ApplyStep.RolledBack, At = time.GetUtcNow() }, token);
        return now;
    }

    private static IReadOnlyList<PlannedChange> Open(ZonePlan plan, Zone? live) =>
        live is null ? plan.Changes : [.. plan.Changes.Where(change => live.Find(change.Name, change.Type) is var found && !(change.After is { } after ? found is not null && found.SameAs(after) : found is null))];

    private async Task<string> OpenAsync(ZonePlan plan, CancellationToken token)
    {
        var live = await provider.ReadAsync(plan.Domain, token);
        if (Open(plan, live) is not [var first, ..] open) return "other sets changed";
        var now = live?.Find(first.Name, first.Type) is { } set ? FormattableString.Invariant($"{set.Ttl} {string.Join(" | ", set.Data.Select(static data => data.Text))}") : "absent";
        return FormattableString.Invariant($"{open.Count} sets, the first is {first.Name.Text} {first.Type}, now {now}");
    }

    private ApplyState New(ZonePlan plan, Zone? live, string reason) => new(plan.Sha256, plan.Json, live?.Text, ApplyStep.Asked, 0, reason.Trim(), time.GetUtcNow());

    private async Task<Zone> VerifiedAsync(ApplyState state, Zone zone, CancellationToken token)
    {
        await journal.SaveAsync(state with { Step = ApplyStep.Verified, At = time.GetUtcNow() }, token);
        return zone;
    }

    private async Task<Zone?> SeenAsync(ZonePlan plan, CancellationToken token)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await provider.ReadAsync(plan.Domain, token) is { } live && plan.Standing(live) == PlanStanding.Done) return live;
            if (TimeProvider.System.GetElapsedTime(start) >= Patience) return null;
            await Task.Delay(LookEvery, TimeProvider.System, token);
        }
    }
}

/// <summary>A journal in one file, replaced as a whole at each step.</summary>
/// <param name="path">The file; its folder must exist.</param>
public sealed class FileApplyJournal(string path) : IApplyJournal
{
    /// <inheritdoc/>
    public async Task<ApplyState?> ReadAsync(CancellationToken token) => File.Exists(path) ? ApplyState.FromJson(await File.ReadAllTextAsync(path, token)) : null;

    /// <inheritdoc/>
    public async Task SaveAsync(ApplyState state, CancellationToken token)
    {
        var next = path + ".next";
        await using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(state.ToJson()), token);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ApplyState))]
internal sealed partial class ApplyJson : JsonSerializerContext;
