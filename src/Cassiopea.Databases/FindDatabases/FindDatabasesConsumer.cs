using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Databases;

/// <summary>Says plainly that nobody looked: “not surveyed” is not “nothing found”, and blocks the hand-over.</summary>
internal sealed class FindDatabasesConsumer(TimeProvider time) : IConsumer<FindDatabases>
{
    private static readonly Failure NotSurveyed = new(
        FailureSide.Us,
        FailureKind.Refused,
        FailureCode.NotSurveyed,
        "This version of the system does not move databases yet. Look for the member's databases by hand, then exclude the kind with a reason.");

    public Task Consume(ConsumeContext<FindDatabases> context) =>
        context.Publish(
            new ServiceSurveyed(context.Message.MigrationId, ItemKind.Database, SurveyOutcome.NotSurveyed, [], NotSurveyed, time.GetUtcNow()),
            context.CancellationToken);
}
