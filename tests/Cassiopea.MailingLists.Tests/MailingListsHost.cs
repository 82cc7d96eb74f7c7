using Cassiopea.Contracts;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceTesting;
using MassTransit;
using Microsoft.AspNetCore.Builder;

namespace Cassiopea.MailingLists.Tests;

internal sealed class MailingListsHost : ServiceUnderTest<MailingListsContext>
{
    private MailingListsHost() : base("mailing-lists")
    {
        Set("services:vault:http:0", "http://127.0.0.1:9");
        Set("Vault:ServiceToken", "not-used-here");
        Set("MailingLists:Directory", Folder("lists"));
    }

    protected override TimeSpan Limit => TimeSpan.FromMinutes(2);

    public static async Task<MailingListsHost> StartAsync(params (string Host, SympaServer Server)[] sympas)
    {
        var started = new MailingListsHost();
        await started.StartAsync(sympas.Index().SelectMany(static one => Settings(one.Index, one.Item.Host, one.Item.Server)));
        return started;
    }

    protected override void Add(WebApplicationBuilder builder) => builder.AddMailingLists();

    protected override void Observe(IReceiveEndpointConfigurator endpoint)
    {
        Observe<ServiceSurveyed>(endpoint);
        Observe<ItemSurveyed>(endpoint);
        Observe<ItemTransferred>(endpoint);
        Observe<ItemTransferFailed>(endpoint);
        Observe<ItemVerified>(endpoint);
        Observe<MailingListFrozen>(endpoint);
        Observe<MailingListUnfrozen>(endpoint);
    }

    private static (string Key, string Value)[] Settings(int number, string host, SympaServer server) =>
    [
        ($"MailingLists:Hosts:{number}:Host", host),
        ($"MailingLists:Hosts:{number}:Configuration", server.Configuration),
        ($"MailingLists:Hosts:{number}:Library", server.Library),
    ];
}
