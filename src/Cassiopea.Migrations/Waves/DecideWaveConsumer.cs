using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.Migrations.Waves;

/// <summary>Starts, pauses, resumes or cancels a wave: from its commit on, nothing more or again something is started.</summary>
internal sealed class DecideWaveConsumer(MigrationsContext db, WaveKeeper keeper) : IConsumer<DecideWave>
{
    public async Task Consume(ConsumeContext<DecideWave> context)
    {
        var (told, token) = (context.Message, context.CancellationToken);
        var wave = await keeper.HoldAsync(told.WaveId, token);
        if (wave is null || After(wave.State, told.Act) is not { } state)
        {
            var (code, detail, allowed) = wave is null ? ("not-found", "No such wave.", []) : ("transition-not-allowed", $"The wave is {wave.State}.", Allowed(wave.State));
            await context.Publish(new CommandRefused(told.OperationId, code, detail, allowed), token);
            return;
        }

        var from = wave.State;
        (wave.State, wave.Reason, wave.WakeAt) = (state, told.Reason.Trim(), null);
        await keeper.MoveAsync(context, wave, told.Actor);
        db.Audit(told.Actor, VerbOf(told.Act), $"wave/{wave.Id}", $"{told.Reason} {from} → {wave.State}.".Trim());
        await context.Publish(new CommandAccepted(told.OperationId, $"The wave is {wave.State}."), token);
    }

    private static IReadOnlyList<string> Allowed(WaveState state) => [.. Enum.GetValues<WaveAct>().Where(act => After(state, act) is not null).Select(VerbOf)];

    private static string VerbOf(WaveAct act) => $"{act.ToString().ToLowerInvariant()}-wave";

    private static WaveState? After(WaveState state, WaveAct act) => (state, act) switch
    {
        (WaveState.Planned, WaveAct.Start) or (WaveState.Paused, WaveAct.Resume) => WaveState.Running,
        (WaveState.Running, WaveAct.Pause) => WaveState.Paused,
        (WaveState.Planned or WaveState.Running or WaveState.Paused, WaveAct.Cancel) => WaveState.Cancelled,
        _ => null,
    };
}
