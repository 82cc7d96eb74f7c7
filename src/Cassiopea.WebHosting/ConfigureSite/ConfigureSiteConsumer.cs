using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.WebHosting;

/// <summary>Records the configuration as a job and acknowledges; the job tells how it went.</summary>
internal sealed class ConfigureSiteConsumer(WebHostingContext db) : IConsumer<ConfigureSite>
{
    public Task Consume(ConsumeContext<ConfigureSite> context)
    {
        var command = context.Message;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, ConfigureSiteJob.Kind, command.Pass, command.Source.Host, Bucket.CutOver, command, command.Target.Host),
            context.CancellationToken);
    }
}
