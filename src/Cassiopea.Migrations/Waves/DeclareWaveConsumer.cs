using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.Migrations.Waves;

/// <summary>Makes a wave, or changes its plan: what was started goes on.</summary>
internal sealed class DeclareWaveConsumer(MigrationsContext db, WaveKeeper keeper) : IConsumer<DeclareWave>
{
    public async Task Consume(ConsumeContext<DeclareWave> context)
    {
        var (told, token) = (context.Message, context.CancellationToken);
        var wave = await keeper.HoldAsync(told.WaveId, token);
        var problem = WaveClock.Problem(told.Name, told.Plan) ?? (wave is { State: WaveState.Cancelled } ? "The wave is cancelled: make another." : null);
        if (problem is not null)
        {
            await context.Publish(new CommandRefused(told.OperationId, "invalid", problem, []), token);
            return;
        }

        var isNew = wave is null;
        if (wave is null)
            db.Waves.Add(wave = new Wave { Id = told.WaveId });
        (wave.Name, wave.Plan, wave.WakeAt) = (told.Name.Trim(), told.Plan, null);
        db.Audit(told.Actor, "declare-wave", $"wave/{wave.Id}", isNew ? $"Made: {wave.Name}." : $"Changed: {wave.Name}.");
        await keeper.MoveAsync(context, wave, told.Actor);
        await context.Publish(new CommandAccepted(told.OperationId, isNew ? $"Wave {wave.Id}." : "The plan is changed."), token);
    }
}
