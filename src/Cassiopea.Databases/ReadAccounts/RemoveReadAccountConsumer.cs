using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.Databases;

/// <summary>Records the order as a job and acknowledges; the job tells how it went.</summary>
internal sealed class RemoveReadAccountConsumer(DatabasesContext db) : IConsumer<RemoveReadAccount>
{
    public Task Consume(ConsumeContext<RemoveReadAccount> context)
    {
        var command = context.Message;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, RemoveReadAccountJob.Kind, command.Number, command.Account.Host, Bucket.Bulk, command), context.CancellationToken);
    }
}
