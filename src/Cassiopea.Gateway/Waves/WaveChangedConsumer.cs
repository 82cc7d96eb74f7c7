using Cassiopea.Contracts;
using Cassiopea.Gateway.Events;
using MassTransit;

namespace Cassiopea.Gateway.Waves;

internal sealed class WaveChangedConsumer(GatewayContext db, EventLog events) : IConsumer<WaveChanged>
{
    public async Task Consume(ConsumeContext<WaveChanged> context)
    {
        var (said, token) = (context.Message, context.CancellationToken);
        await db.HoldAsync("wave", said.WaveId.ToString(), token);
        var row = await db.Waves.FindAsync([said.WaveId], token);
        if (row is null)
            db.Waves.Add(row = new WaveRow { Id = said.WaveId, Plan = said.Plan });
        else if (said.Version <= row.Version)
            return;
        (row.Name, row.Plan, row.State, row.NextStartAt, row.Members) = (said.Name, said.Plan, said.State, said.NextStartAt, [.. said.Members]);
        (row.Version, row.Actor, row.Reason, row.AsOf) = (said.Version, said.Actor, said.Reason, said.AsOf);
        await events.AddAsync(
            EventType.State, null, null, new { subject = "wave", said.WaveId, said.Name, said.State, said.NextStartAt, said.Version, said.Actor, said.Reason }, said.AsOf, token);
    }
}
