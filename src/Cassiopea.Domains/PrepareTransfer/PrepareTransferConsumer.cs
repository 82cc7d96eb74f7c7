using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Domains;

/// <summary>Records the command as a job and acknowledges; the job ends the operation.</summary>
internal sealed class PrepareTransferConsumer(DomainsContext db) : IConsumer<PrepareTransfer>
{
    public Task Consume(ConsumeContext<PrepareTransfer> context) =>
        db.EnqueueStep(PrepareTransferJob.Kind, context.Message.MigrationId, context.Message.ItemId, context.Message, context.CancellationToken);
}
