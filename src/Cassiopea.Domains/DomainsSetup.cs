using Cassiopea.ServiceDefaults;

namespace Cassiopea.Domains;

/// <summary>The only place where this service registers anything.</summary>
internal static class DomainsSetup
{
    public static void AddDomains(this IHostApplicationBuilder builder)
    {
        builder.AddServiceDefaults("domains");
        builder.AddDatabase<DomainsContext>("domains-db");
        builder.AddBus<DomainsContext>("domains", bus => bus.AddConsumer<FindDomainsConsumer>());
    }
}
