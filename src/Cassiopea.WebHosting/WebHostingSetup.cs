using Cassiopea.ServiceDefaults;

namespace Cassiopea.WebHosting;

/// <summary>The only place where this service registers anything.</summary>
internal static class WebHostingSetup
{
    public static void AddWebHosting(this IHostApplicationBuilder builder)
    {
        builder.AddServiceDefaults("web-hosting");
        builder.AddDatabase<WebHostingContext>("web-hosting-db");
        builder.AddBus<WebHostingContext>("web-hosting", bus => bus.AddConsumer<FindSitesConsumer>());
    }
}
