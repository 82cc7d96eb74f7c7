using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.ServiceDefaults.House;

/// <summary>Computes this service's audit chain again and tells what it found.</summary>
internal sealed class AuditVerificationAskedConsumer<TContext>(TContext db, ServiceName service, TimeProvider time) : IConsumer<AuditVerificationAsked>
    where TContext : ServiceContext
{
    public async Task Consume(ConsumeContext<AuditVerificationAsked> context)
    {
        var (asked, token) = (context.Message, context.CancellationToken);
        var known = asked.Heads.FirstOrDefault(head => head.Service == service.Name)?.Head;
        var verdict = await AuditChain.VerifyAsync(db, token, known);
        await context.Publish(new AuditVerified(asked.OperationId, service.Name, verdict.Intact, verdict.Entries, verdict.Head, verdict.Problem, time.GetUtcNow()), token);
    }
}
