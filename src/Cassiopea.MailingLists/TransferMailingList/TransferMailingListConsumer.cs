using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.MailingLists;

/// <summary>Records the pass as a job and acknowledges; the job tells how it went.</summary>
internal sealed class TransferMailingListConsumer(MailingListsContext db) : IConsumer<TransferMailingList>
{
    public Task Consume(ConsumeContext<TransferMailingList> context)
    {
        var command = context.Message;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, TransferMailingListJob.Kind, command.Pass, command.Source.Host, command.Bucket, command, command.Target.Host),
            context.CancellationToken);
    }
}
