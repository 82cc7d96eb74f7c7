using Cassiopea.Contracts;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Migrations.Waves;

/// <summary>A member's migration got somewhere else: its wave may have a place free, or somebody more to start.</summary>
internal sealed class WaveMemberAdvancedConsumer(MigrationsContext db, WaveKeeper keeper) : IConsumer<MigrationAdvanced>
{
    public async Task Consume(ConsumeContext<MigrationAdvanced> context)
    {
        var (told, token) = (context.Message, context.CancellationToken);
        if (told.From == told.To && told.To != MigrationState.Ready)
            return;
        var waves = await db.Waves.Where(w => w.State == WaveState.Running && w.Places.Any(p => p.MemberId == told.MemberId)).Select(w => w.Id).ToListAsync(token);
        foreach (var id in waves)
        {
            var wave = (await keeper.HoldAsync(id, token))!;
            var place = wave.Places.SingleOrDefault(p => p.MemberId == told.MemberId);
            // what held the first copy is gone; or it was started, went back to the preparation, and comes a second time
            if (place is not null && told.To == MigrationState.Ready && (place.RefusedAt is null ? told.From != told.To && told.AsOf > place.AskedAt : told.Allowed.Contains("start")))
                (place.AskedAt, place.RefusedAt, place.Refusal) = (null, null, "");
            if (!wave.IsOver)
                await keeper.MoveAsync(context, wave, "system");
        }
    }
}
