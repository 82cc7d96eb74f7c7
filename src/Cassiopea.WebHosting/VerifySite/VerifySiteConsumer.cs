using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.WebHosting;

/// <summary>Records the verification as a job and acknowledges; the job tells what differs.</summary>
internal sealed class VerifySiteConsumer(WebHostingContext db) : IConsumer<VerifySite>
{
    public Task Consume(ConsumeContext<VerifySite> context)
    {
        var command = context.Message;
        var kind = command.Bucket == Bucket.CutOver ? CutOverVerifyJob.Kind : VerifySiteJob.Kind;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, kind, command.Pass, command.Source.Host, command.Bucket, command, command.Target.Host),
            context.CancellationToken);
    }
}
