using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Domains;

/// <summary>Records the step as a job and acknowledges; the job tells how it went.</summary>
internal sealed class RollBackZoneConsumer(DomainsContext db) : IConsumer<RollBackZone>
{
    public Task Consume(ConsumeContext<RollBackZone> context) =>
        db.EnqueueStep(RollBackZoneJob.Kind, context.Message.MigrationId, context.Message.ItemId, context.Message, context.CancellationToken);
}
