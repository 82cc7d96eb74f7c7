using Cassiopea.ServiceDefaults;

namespace Cassiopea.KillTest;

public static class KillTestSetup
{
    public static void AddJourneys(this IHostApplicationBuilder builder)
    {
        builder.AddServiceDefaults("journeys");
        builder.AddDatabase<JourneyContext>("journeys-db");
        builder.AddBus<JourneyContext>("journeys", bus => bus.AddSaga<JourneyStateMachine, Journey>());
    }

    /// <summary>Begins a journey as an API would: a row in the outbox, which leaves with the request's own changes.</summary>
    public static void MapJourneys(this WebApplication app) => app.MapPost(
        "/journeys/{id:guid}",
        async (Guid id, ServiceOutbox<JourneyContext> outbox, JourneyContext db, CancellationToken token) =>
        {
            await outbox.SendCommand(new BeginJourney(id, TimeSpan.FromHours(1)), token);
            await db.SaveChangesAsync(token);
            return Results.Accepted();
        });

    public static void AddCarrier(this IHostApplicationBuilder builder)
    {
        builder.AddServiceDefaults("carrier");
        builder.AddDatabase<CarrierContext>("carrier-db");
        builder.AddBus<CarrierContext>("carrier", bus =>
        {
            bus.AddConsumer<CarryMailConsumer>();
            bus.AddConsumer<CarrySiteConsumer>();
            bus.AddConsumer<CarryDatabaseConsumer>();
            bus.AddJobWorker<CarryDatabaseJob>(CarryDatabaseJob.Kind, slots: 8);
        });
    }
}
