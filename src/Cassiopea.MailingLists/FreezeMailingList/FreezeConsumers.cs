using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.MailingLists;

/// <summary>Records the freeze as a job of the window that it is for.</summary>
internal sealed class FreezeMailingListConsumer(MailingListsContext db) : IConsumer<FreezeMailingList>
{
    public Task Consume(ConsumeContext<FreezeMailingList> context)
    {
        var command = context.Message;
        return db.EnqueueJob(new JobRequest(command.MigrationId, command.ItemId, FreezeMailingListJob.Kind, command.Round, command.Source.Host, Bucket.CutOver, command), context.CancellationToken);
    }
}

/// <summary>Records that a list gets its own rules back.</summary>
internal sealed class UnfreezeMailingListConsumer(MailingListsContext db) : IConsumer<UnfreezeMailingList>
{
    public Task Consume(ConsumeContext<UnfreezeMailingList> context)
    {
        var command = context.Message;
        return db.EnqueueJob(new JobRequest(command.MigrationId, command.ItemId, UnfreezeMailingListJob.Kind, command.Round, command.Source.Host, Bucket.CutOver, command), context.CancellationToken);
    }
}
