using Cassiopea.Contracts;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceTesting;
using MassTransit;
using Microsoft.AspNetCore.Builder;

namespace Cassiopea.MailingLists.Tests;

internal sealed class MailingListsHost : ServiceUnderTest<MailingListsContext>
{
    private MailingListsHost(VaultStandIn? vault) : base("mailing-lists", vault)
    {
        if (vault is null)
        {
            Set("services:vault:http:0", "http://127.0.0.1:9");
            Set("Vault:ServiceToken", "not-used-here");
        }

        Lists = Folder("lists");
        Directory.CreateDirectory(Lists);
        Set("MailingLists:Directory", Lists);
        Set("AllowedTestNetworks", "127.0.0.0/8");
    }

    /// <summary>Where bundles and journals are.</summary>
    public string Lists { get; }

    protected override TimeSpan Limit => TimeSpan.FromMinutes(2);

    public static async Task<MailingListsHost> StartAsync(params (string Host, SympaServer Server)[] sympas)
    {
        var started = new MailingListsHost(null);
        await started.StartAsync(sympas.Index().SelectMany(static one => Settings(one.Index, one.Item.Host, one.Item.Server)));
        return started;
    }

    /// <summary>Hosts as they are told.</summary>
    public static async Task<MailingListsHost> StartAsync(VaultStandIn? vault, params IReadOnlyList<(string Key, string Value)> settings)
    {
        var started = new MailingListsHost(vault);
        await started.StartAsync(settings);
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
        Observe<WorkErased>(endpoint);
    }

    internal static (string Key, string Value)[] Settings(int number, string host, SympaServer server) =>
    [
        ($"MailingLists:Hosts:{number}:Host", host),
        ($"MailingLists:Hosts:{number}:Configuration", server.Configuration),
        ($"MailingLists:Hosts:{number}:Library", server.Library),
    ];
}
