using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.MailingLists;

/// <summary>Records the comparison as a job and acknowledges.</summary>
internal sealed class VerifyMailingListConsumer(MailingListsContext db) : IConsumer<VerifyMailingList>
{
    public Task Consume(ConsumeContext<VerifyMailingList> context)
    {
        var command = context.Message;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, VerifyMailingListJob.Kind, command.Pass, command.Source.Host, command.Bucket, command, command.Target.Host),
            context.CancellationToken);
    }
}
