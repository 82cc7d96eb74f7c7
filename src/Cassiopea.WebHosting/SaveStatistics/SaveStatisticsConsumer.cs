using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.WebHosting;

/// <summary>Records the saving as a job and acknowledges; the job tells what was saved.</summary>
internal sealed class SaveStatisticsConsumer(WebHostingContext db) : IConsumer<SaveStatistics>
{
    public Task Consume(ConsumeContext<SaveStatistics> context)
    {
        var command = context.Message;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, SaveStatisticsJob.Kind, command.Round, command.Source.Host, command.Last ? Bucket.CutOver : Bucket.Bulk, command),
            context.CancellationToken);
    }
}
