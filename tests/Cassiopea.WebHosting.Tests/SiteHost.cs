using Cassiopea.Contracts;
using Cassiopea.ServiceTesting;
using MassTransit;
using Microsoft.AspNetCore.Builder;

namespace Cassiopea.WebHosting.Tests;

internal sealed class SiteHost : ServiceUnderTest<WebHostingContext>
{
    private SiteHost(VaultStandIn vault) : base("web-hosting", vault)
    {
        Journals = Folder("journals");
        Set("AllowedTestNetworks", "127.0.0.0/8");
        Archives = Folder("archives");
        Set("WebHosting:JournalDirectory", Journals);
        Set("WebHosting:ArchiveDirectory", Archives);
    }

    public string Journals { get; }

    public string Archives { get; }

    protected override TimeSpan Limit => TimeSpan.FromSeconds(20);

    public static async Task<SiteHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var host = new SiteHost(await VaultStandIn.StartAsync("web-hosting"));
        await host.StartAsync(settings.AsEnumerable());
        return host;
    }

    protected override void Add(WebApplicationBuilder builder) => builder.AddWebHosting();

    protected override void Observe(IReceiveEndpointConfigurator endpoint)
    {
        Observe<ServiceSurveyed>(endpoint);
        Observe<ItemSurveyed>(endpoint);
        Observe<ItemTransferAdvanced>(endpoint);
        Observe<ItemTransferred>(endpoint);
        Observe<ItemTransferFailed>(endpoint);
        Observe<ItemVerified>(endpoint);
        Observe<SiteConfigured>(endpoint);
        Observe<StatisticsSaved>(endpoint);
        Observe<WorkErased>(endpoint);
        Observe<ItemArchived>(endpoint);
    }
}
