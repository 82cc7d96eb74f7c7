using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Domains;

/// <summary>Says plainly that nobody looked: “not surveyed” is not “nothing found”, and blocks the hand-over.</summary>
internal sealed class FindDomainsConsumer(TimeProvider time) : IConsumer<FindDomains>
{
    private static readonly Failure NotSurveyed = new(
        FailureSide.Us,
        FailureKind.Refused,
        FailureCode.NotSurveyed,
        "This version of the system does not move domain names yet. Look for the member's domain names by hand, then exclude the kind with a reason.");

    public Task Consume(ConsumeContext<FindDomains> context) =>
        context.Publish(
            new ServiceSurveyed(context.Message.MigrationId, ItemKind.Domain, SurveyOutcome.NotSurveyed, [], NotSurveyed, time.GetUtcNow()),
            context.CancellationToken);
}
