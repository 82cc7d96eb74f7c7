using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.MailingLists;

/// <summary>Says plainly that nobody looked: “not surveyed” is not “nothing found”, and blocks the hand-over.</summary>
internal sealed class FindMailingListsConsumer(TimeProvider time) : IConsumer<FindMailingLists>
{
    private static readonly Failure NotSurveyed = new(
        FailureSide.Us,
        FailureKind.Refused,
        FailureCode.NotSurveyed,
        "This version of the system does not move mailing lists yet. Look for the member's mailing lists by hand, then exclude the kind with a reason.");

    public Task Consume(ConsumeContext<FindMailingLists> context) =>
        context.Publish(
            new ServiceSurveyed(context.Message.MigrationId, ItemKind.MailingList, SurveyOutcome.NotSurveyed, [], NotSurveyed, time.GetUtcNow()),
            context.CancellationToken);
}
