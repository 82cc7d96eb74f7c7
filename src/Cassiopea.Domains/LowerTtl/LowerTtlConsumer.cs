using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Domains;

/// <summary>Records the step as a job and acknowledges; the job tells how it went.</summary>
internal sealed class LowerTtlConsumer(DomainsContext db) : IConsumer<LowerTtl>
{
    public Task Consume(ConsumeContext<LowerTtl> context) =>
        db.EnqueueStep(LowerTtlJob.Kind, context.Message.MigrationId, context.Message.ItemId, context.Message, context.CancellationToken);
}
