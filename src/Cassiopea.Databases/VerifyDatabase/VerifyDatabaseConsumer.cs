using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.Databases;

/// <summary>Records the verification as a job and acknowledges; the job tells what it found.</summary>
internal sealed class VerifyDatabaseConsumer(DatabasesContext db) : IConsumer<VerifyDatabase>
{
    public Task Consume(ConsumeContext<VerifyDatabase> context)
    {
        var command = context.Message;
        var kind = command.Bucket == Bucket.CutOver ? CutOverVerifyJob.Kind : VerifyDatabaseJob.Kind;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, kind, command.Pass, command.Source.Host, command.Bucket, command, command.Target.Host),
            context.CancellationToken);
    }
}
