using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceTesting;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Cassiopea.Databases.Tests;

internal sealed class DatabasesHost : ServiceUnderTest<DatabasesContext>
{
    private DatabasesHost(VaultStandIn vault) : base("databases", vault)
    {
        Journals = Folder("journals");
        Set("AllowedTestNetworks", "127.0.0.0/8");
        Set("Databases:JournalDirectory", Journals);
        Archives = Folder("archives");
        Set("Databases:ArchiveDirectory", Archives);
    }

    public string Journals { get; }

    public string Archives { get; }

    public static async Task<DatabasesHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var host = new DatabasesHost(await VaultStandIn.StartAsync("databases"));
        await host.StartAsync(settings.AsEnumerable());
        return host;
    }

    protected override void Add(WebApplicationBuilder builder)
    {
        builder.AddDatabases();
        builder.Services.PostConfigure<BusOptions>(static bus => bus.Redelivery = [TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(200)]);
    }

    protected override void Observe(IReceiveEndpointConfigurator endpoint)
    {
        Observe<ServiceSurveyed>(endpoint);
        Observe<ItemSurveyed>(endpoint);
        Observe<ItemTransferAdvanced>(endpoint);
        Observe<ItemTransferred>(endpoint);
        Observe<ItemTransferFailed>(endpoint);
        Observe<ItemVerified>(endpoint);
        Observe<CharsetsRepaired>(endpoint);
        Observe<DatabaseReplaced>(endpoint);
        Observe<ItemArchived>(endpoint);
        Observe<ReadAccountAdded>(endpoint);
        Observe<ReadAccountRemoved>(endpoint);
        Observe<WorkErased>(endpoint);
    }
}
