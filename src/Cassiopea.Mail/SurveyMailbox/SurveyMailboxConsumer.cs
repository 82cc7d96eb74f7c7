using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.Mail;

/// <summary>Records the survey as a job and acknowledges; the job tells what it measured.</summary>
internal sealed class SurveyMailboxConsumer(MailContext db) : IConsumer<SurveyMailbox>
{
    public Task Consume(ConsumeContext<SurveyMailbox> context)
    {
        var command = context.Message;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, SurveyMailboxJob.Kind, command.Attempt, command.Source.Host, Bucket.Bulk, command, command.Target?.Host),
            context.CancellationToken);
    }
}
