using Cassiopea.Contracts;
using Cassiopea.ServiceTesting;
using MassTransit;
using Microsoft.AspNetCore.Builder;

namespace Cassiopea.Mail.Tests;

internal sealed class MailHost : ServiceUnderTest<MailContext>
{
    private MailHost(VaultStandIn vault) : base("mail", vault)
    {
        Journals = Folder("journals");
        Archives = Folder("archives");
        Set("AllowedTestNetworks", "127.0.0.0/8");
        Set("Mail:JournalDirectory", Journals);
        Set("Mail:ArchiveDirectory", Archives);
    }

    public string Journals { get; }

    public string Archives { get; }

    public static async Task<MailHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var host = new MailHost(await VaultStandIn.StartAsync("mail"));
        await host.StartAsync(settings.AsEnumerable());
        return host;
    }

    protected override void Add(WebApplicationBuilder builder) => builder.AddMail();

    protected override void Observe(IReceiveEndpointConfigurator endpoint)
    {
        Observe<ServiceSurveyed>(endpoint);
        Observe<ItemSurveyed>(endpoint);
        Observe<ItemTransferAdvanced>(endpoint);
        Observe<ItemTransferred>(endpoint);
        Observe<ItemTransferFailed>(endpoint);
        Observe<ItemVerified>(endpoint);
        Observe<ItemArchived>(endpoint);
        Observe<WorkErased>(endpoint);
    }
}
