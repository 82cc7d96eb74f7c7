using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.Domains;

/// <summary>Records the survey as a job and acknowledges; the job tells what it found.</summary>
internal sealed class SurveyDomainConsumer(DomainsContext db) : IConsumer<SurveyDomain>
{
    public Task Consume(ConsumeContext<SurveyDomain> context)
    {
        var command = context.Message;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, SurveyDomainJob.Kind, command.Attempt, command.Domain, Bucket.Bulk, command), context.CancellationToken);
    }
}
