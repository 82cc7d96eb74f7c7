using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.Databases;

/// <summary>Records the archive as a job and acknowledges; the job tells how it went.</summary>
internal sealed class ArchiveDatabaseConsumer(DatabasesContext db) : IConsumer<ArchiveDatabase>
{
    public Task Consume(ConsumeContext<ArchiveDatabase> context)
    {
        var command = context.Message;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, ArchiveDatabaseJob.Kind, command.Pass, command.Source.Host, command.Bucket, command), context.CancellationToken);
    }
}
