using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.Databases;

/// <summary>Records the survey as a job and acknowledges; the job tells what it measured.</summary>
internal sealed class SurveyDatabaseConsumer(DatabasesContext db) : IConsumer<SurveyDatabase>
{
    public Task Consume(ConsumeContext<SurveyDatabase> context)
    {
        var command = context.Message;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, SurveyDatabaseJob.Kind, command.Attempt, command.Source.Host, Bucket.Bulk, command, command.Target?.Host),
            context.CancellationToken);
    }
}
