using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.MailingLists;

/// <summary>Records the survey as a job and acknowledges.</summary>
internal sealed class SurveyMailingListConsumer(MailingListsContext db) : IConsumer<SurveyMailingList>
{
    public Task Consume(ConsumeContext<SurveyMailingList> context)
    {
        var command = context.Message;
        return db.EnqueueJob(new JobRequest(command.MigrationId, command.ItemId, SurveyMailingListJob.Kind, command.Attempt, command.Source.Host, Bucket.Bulk, command), context.CancellationToken);
    }
}
