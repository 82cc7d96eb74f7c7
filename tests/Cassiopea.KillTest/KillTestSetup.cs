using Cassiopea.ServiceDefaults;
using Microsoft.Extensions.Hosting;

namespace Cassiopea.KillTest;

public static class KillTestSetup
{
    public static void AddJourneys(this IHostApplicationBuilder builder)
    {
        builder.AddServiceDefaults("journeys");
        builder.AddDatabase<JourneyContext>("journeys-db");
        builder.AddBus<JourneyContext>("journeys", bus => bus.AddSaga<JourneyStateMachine, Journey>());
    }

    public static void AddCarrier(this IHostApplicationBuilder builder)
    {
        builder.AddServiceDefaults("carrier");
        builder.AddDatabase<CarrierContext>("carrier-db");
        builder.AddBus<CarrierContext>("carrier", bus =>
        {
            bus.AddConsumer<CarryMailConsumer>();
            bus.AddConsumer<CarrySiteConsumer>();
            bus.AddConsumer<CarryDatabaseConsumer>();
        });
    }
}
