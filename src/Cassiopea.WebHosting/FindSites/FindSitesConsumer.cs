using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.WebHosting;

/// <summary>Says plainly that nobody looked: “not surveyed” is not “nothing found”, and blocks the hand-over.</summary>
internal sealed class FindSitesConsumer(TimeProvider time) : IConsumer<FindSites>
{
    private static readonly Failure NotSurveyed = new(
        FailureSide.Us,
        FailureKind.Refused,
        FailureCode.NotSurveyed,
        "This version of the system does not move web sites yet. Look for the member's web sites by hand, then exclude the kind with a reason.");

    public Task Consume(ConsumeContext<FindSites> context) =>
        context.Publish(
            new ServiceSurveyed(context.Message.MigrationId, ItemKind.Site, SurveyOutcome.NotSurveyed, [], NotSurveyed, time.GetUtcNow()),
            context.CancellationToken);
}
