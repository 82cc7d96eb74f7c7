using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.Databases;

/// <summary>Records the replacement, or the counting before it, as a job and acknowledges; the job tells what it found.</summary>
internal sealed class ReplaceInDatabaseConsumer(DatabasesContext db) : IConsumer<ReplaceInDatabase>
{
    public Task Consume(ConsumeContext<ReplaceInDatabase> context)
    {
        var command = context.Message;
        var kind = command.DryRun ? CountInDatabaseJob.Kind : ReplaceInDatabaseJob.Kind;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, kind, command.Pass, command.Target.Host, Bucket.CutOver, command), context.CancellationToken);
    }
}
