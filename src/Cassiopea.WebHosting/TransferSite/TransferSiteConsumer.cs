using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.WebHosting;

/// <summary>Records the pass as a job and acknowledges; the job tells how it went.</summary>
internal sealed class TransferSiteConsumer(WebHostingContext db) : IConsumer<TransferSite>
{
    public Task Consume(ConsumeContext<TransferSite> context)
    {
        var command = context.Message;
        var kind = command.Bucket == Bucket.CutOver ? CutOverTransferJob.Kind : TransferSiteJob.Kind;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, kind, command.Pass, command.Source.Host, command.Bucket, command, command.Target.Host),
            context.CancellationToken);
    }
}
