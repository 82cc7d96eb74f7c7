using MassTransit;

namespace Cassiopea.Migrations.Waves;

/// <summary>The clock: a window opened, a black-out ended, a refused start is due again.</summary>
internal sealed class WakeWaveConsumer(WaveKeeper keeper) : IConsumer<WakeWave>
{
    public async Task Consume(ConsumeContext<WakeWave> context)
    {
        if (await keeper.HoldAsync(context.Message.WaveId, context.CancellationToken) is not { } wave)
            return;
        if (wave.WakeAt <= context.Message.DueAt)
            wave.WakeAt = null;
        if (!wave.IsOver)
            await keeper.MoveAsync(context, wave, "system");
    }
}
