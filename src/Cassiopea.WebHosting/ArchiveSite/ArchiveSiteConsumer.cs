using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.WebHosting;

/// <summary>Records the archive as a job and acknowledges; the job tells when it is made.</summary>
internal sealed class ArchiveSiteConsumer(WebHostingContext db) : IConsumer<ArchiveSite>
{
    public Task Consume(ConsumeContext<ArchiveSite> context)
    {
        var command = context.Message;
        return db.EnqueueJob(new JobRequest(command.MigrationId, command.ItemId, ArchiveSiteJob.Kind, command.Round, command.Source.Host, Bucket.Bulk, command), context.CancellationToken);
    }
}
