using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.Databases;

/// <summary>Records the pass as a job and acknowledges; the job tells how it went.</summary>
internal sealed class TransferDatabaseConsumer(DatabasesContext db) : IConsumer<TransferDatabase>
{
    public Task Consume(ConsumeContext<TransferDatabase> context)
    {
        var command = context.Message;
        var kind = command.Bucket == Bucket.CutOver ? CutOverTransferJob.Kind : TransferDatabaseJob.Kind;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, kind, command.Pass, command.Source.Host, command.Bucket, command, command.Target.Host),
            context.CancellationToken);
    }
}
