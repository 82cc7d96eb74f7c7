using Cassiopea.Contracts;
using Cassiopea.Gateway.Events;
using MassTransit;

namespace Cassiopea.Gateway.Board;

internal sealed class ServiceSurveyedConsumer(GatewayContext db, EventLog events) : IConsumer<ServiceSurveyed>
{
    public async Task Consume(ConsumeContext<ServiceSurveyed> context)
    {
        var (said, token) = (context.Message, context.CancellationToken);
        await db.HoldAsync("survey", $"{said.MigrationId}/{said.Kind}", token);
        var row = await db.Surveys.FindAsync([said.MigrationId, said.Kind], token);
        if (row is null)
            db.Surveys.Add(row = new SurveyRow { MigrationId = said.MigrationId, Kind = said.Kind });
        else if (said.AsOf < row.AsOf)
            return;
        (row.Outcome, row.Found, row.Failure, row.AsOf) = (said.Outcome, said.Items.Count, said.Failure, said.AsOf);
        await events.AddAsync(
            EventType.Message, said.MigrationId, null,
            new { message = "service-surveyed", said.Kind, said.Outcome, found = said.Items.Count, said.Failure },
            said.AsOf, token);
    }
}
