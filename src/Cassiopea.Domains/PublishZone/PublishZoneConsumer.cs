using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Domains;

/// <summary>Records the step as a job and acknowledges; the job tells how it went.</summary>
internal sealed class PublishZoneConsumer(DomainsContext db) : IConsumer<PublishZone>
{
    public Task Consume(ConsumeContext<PublishZone> context) =>
        db.EnqueueStep(PublishZoneJob.Kind, context.Message.MigrationId, context.Message.ItemId, context.Message, context.CancellationToken);
}
