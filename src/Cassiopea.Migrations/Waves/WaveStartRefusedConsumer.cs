using Cassiopea.Contracts;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Migrations.Waves;

/// <summary>A start that a wave asked for was refused: its place is free for the next member, and it is asked again later.</summary>
internal sealed class WaveStartRefusedConsumer(MigrationsContext db, WaveKeeper keeper, TimeProvider time) : IConsumer<CommandRefused>
{
    public async Task Consume(ConsumeContext<CommandRefused> context)
    {
        var (told, token) = (context.Message, context.CancellationToken);
        var found = await db.Set<WavePlace>().AsNoTracking().Where(p => p.AskedOperation == told.OperationId).Select(p => (Guid?)p.WaveId).SingleOrDefaultAsync(token);
        if (found is not { } id || await keeper.HoldAsync(id, token) is not { } wave || wave.Places.SingleOrDefault(p => p.AskedOperation == told.OperationId) is not { } place)
            return;
        (place.AskedAt, place.AskedOperation, place.RefusedAt, place.Refusal) = (null, null, time.GetUtcNow(), $"{told.Code}: {told.Detail}");
        await keeper.MoveAsync(context, wave, "system");
    }
}
