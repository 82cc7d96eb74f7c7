using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.Databases;

/// <summary>Records the repair as a job and acknowledges; the job tells what it did.</summary>
internal sealed class RepairCharsetsConsumer(DatabasesContext db) : IConsumer<RepairCharsets>
{
    public Task Consume(ConsumeContext<RepairCharsets> context)
    {
        var command = context.Message;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, RepairCharsetsJob.Kind, command.Pass, command.Target.Host, Bucket.CutOver, command), context.CancellationToken);
    }
}
