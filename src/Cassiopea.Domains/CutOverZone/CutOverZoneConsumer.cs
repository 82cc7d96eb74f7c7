using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Domains;

/// <summary>Records the step as a job and acknowledges; the job tells how it went.</summary>
internal sealed class CutOverZoneConsumer(DomainsContext db) : IConsumer<CutOverZone>
{
    public Task Consume(ConsumeContext<CutOverZone> context) =>
        db.EnqueueStep(CutOverZoneJob.Kind, context.Message.MigrationId, context.Message.ItemId, context.Message, context.CancellationToken);
}
