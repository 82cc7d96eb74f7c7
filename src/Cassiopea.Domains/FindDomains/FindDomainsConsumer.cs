using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Domains;

/// <summary>Records the question as a job and acknowledges: the registrar's list takes longer than a message may.</summary>
internal sealed class FindDomainsConsumer(DomainsContext db) : IConsumer<FindDomains>
{
    public Task Consume(ConsumeContext<FindDomains> context) =>
        db.EnqueueStep(FindDomainsJob.Kind, context.Message.MigrationId, context.Message.MigrationId, context.Message, context.CancellationToken);
}
