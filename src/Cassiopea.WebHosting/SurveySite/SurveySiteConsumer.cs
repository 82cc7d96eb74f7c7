using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.WebHosting;

/// <summary>Records the survey as a job and acknowledges; the job tells what it found.</summary>
internal sealed class SurveySiteConsumer(WebHostingContext db) : IConsumer<SurveySite>
{
    public Task Consume(ConsumeContext<SurveySite> context)
    {
        var command = context.Message;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, SurveySiteJob.Kind, command.Attempt, command.Source.Host, Bucket.Bulk, command, command.Target?.Host),
            context.CancellationToken);
    }
}
