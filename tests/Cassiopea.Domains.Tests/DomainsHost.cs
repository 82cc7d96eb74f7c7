using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.ServiceTesting;
using Cassiopea.Zones.Tests;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Domains.Tests;

/// <summary>The domains service as it runs, against a toy internet; stop it and start it again over the same database.</summary>
internal sealed class DomainsHost : ServiceUnderTest<DomainsContext>
{
    private readonly string _folder;

    private DomainsHost(ToyInternet toy) : base("domains")
    {
        _folder = Folder("domains");
        File.WriteAllText(Inventory, $"member;domain;source;provider;name_servers\nM0042;{ToyInternet.Name};;new;ns1.nouvelhote.be, ns2.nouvelhote.be\nM0007;maison-médicale.be;;;\n");
        File.WriteAllText(Path.Combine(_folder, "token"), toy.Gandi.Token + "\n");
        File.WriteAllText(Path.Combine(_folder, "key"), toy.New.ApiKey + "\n");
        Set("Domains:InventoryFile", Inventory);
        Set("Domains:OldProvider", "old");
        Set("Domains:Providers:old:Kind", "rfc2136");
        Set("Domains:Providers:old:Address", toy.Old.Endpoint.ToString());
        Set("Domains:Providers:new:Kind", "powerdns");
        Set("Domains:Providers:new:Address", toy.New.Api.ToString());
        Set("Domains:Providers:new:SecretFile", Path.Combine(_folder, "key"));
        Set("Domains:Gandi:Address", toy.Gandi.Root.ToString());
        Set("Domains:Gandi:TokenFile", Path.Combine(_folder, "token"));
        Set("Domains:DyingNames:0", "cassiopea.be");
        Set("Domains:DyingNetworks:0", "192.0.2.0/24");
        Set("Domains:Successors:0", "192.0.2.10=198.51.100.20");
        Set("Domains:Successors:1", "2001:db8::10=2001:db8:20::10");
        Set("Domains:Successors:2", "mail.cassiopea.be=mail.nouvelhote.be");
        Set("Domains:Successors:3", "backup.cassiopea.be=backup.nouvelhote.be");
        Set("Domains:Successors:4", "webmail.cassiopea.be=webmail.nouvelhote.be");
        Set("Domains:Successors:5", "sympa.cassiopea.be=sympa.nouvelhote.be");
        Set("Domains:Successors:6", "autoconfig.cassiopea.be=autoconfig.nouvelhote.be");
        Set("Domains:EndpointOverrides:0", $"ns1.cassiopea.be={toy.Old.Endpoint}");
        Set("Domains:EndpointOverrides:1", $"ns2.cassiopea.be={toy.Old.Endpoint}");
        Set("Domains:EndpointOverrides:2", $"ns1.nouvelhote.be={toy.New.Endpoint}");
        Set("Domains:EndpointOverrides:3", $"ns2.nouvelhote.be={toy.New.Endpoint}");
        Set("Domains:EndpointOverrides:4", $"a.nsset.be={toy.Registry.Endpoint}");
        Set("Domains:EndpointOverrides:5", $"b.nsset.be={toy.Lagging.Endpoint}");
        Set("Domains:ParentOverrides:0", "be=a.nsset.be,b.nsset.be");
        Set("Domains:TtlMargin", "00:00:00");
        Set("Domains:LookEvery", "00:00:00.1");
        Set("Domains:ProviderPatience", "00:00:05");
        Set("Domains:UnsurePatience", "00:00:01");
    }

    public string Inventory => Path.Combine(_folder, "inventory.csv");

    public Guid Migration { get; } = Guid.CreateVersion7();

    public Guid Item { get; } = Guid.CreateVersion7();

    public string PlanSha256 => Events.OfType<ItemSurveyed>().Last().Facts.Single(static fact => fact.Name == "plan-sha256").Value;

    public static async Task<DomainsHost> StartAsync(ToyInternet toy, params (string Key, string Value)[] settings)
    {
        var host = new DomainsHost(toy);
        await host.StartAsync(settings.AsEnumerable());
        return host;
    }

    /// <summary>Sends a command and waits for the next event of one of the two kinds.</summary>
    public async Task<object> AskAsync<TAnswer>(object command, TimeSpan? limit = null) where TAnswer : class
    {
        var before = Events.Count;
        await SendAsync(command);
        object? found = null;
        await Eventually.TrueAsync(() => $"{typeof(TAnswer).Name} ({string.Join(" | ", Events.Skip(before))})", () => Task.FromResult((found = Events.Skip(before).FirstOrDefault(static one => one is TAnswer or ZoneRefused)) is not null), limit ?? TimeSpan.FromSeconds(60));
        return found!;
    }

    /// <summary>Sends a command that must succeed.</summary>
    public async Task<TAnswer> DemandAsync<TAnswer>(object command) where TAnswer : class =>
        await AskAsync<TAnswer>(command) switch
        {
            TAnswer answer => answer,
            ZoneRefused refused => throw new InvalidOperationException($"{refused.Step}: {refused.Failure}"),
            var other => throw new InvalidOperationException($"{other}"),
        };

    public async Task<ItemSurveyed> SurveyAsync(int attempt = 1, string domain = ToyInternet.Name) =>
        (ItemSurveyed)await AskAsync<ItemSurveyed>(new SurveyDomain(Migration, Item, attempt, domain));

    /// <summary>Surveyed, lowered, waited for and published: ready to cut over.</summary>
    public async Task PrepareAsync()
    {
        var surveyed = await SurveyAsync();
        Assert.True(surveyed is { SourceFailure: null, TargetFailure: null }, $"{surveyed.SourceFailure} {surveyed.TargetFailure}");
        var lowered = await DemandAsync<TtlLowered>(new LowerTtl(Migration, Item, TimeSpan.FromSeconds(1)));
        await DemandAsync<ZonePublished>(new PublishZone(Migration, Item, PlanSha256));
        await Eventually.TrueAsync("the old TTLs are over", () => TimeProvider.System.GetUtcNow() > lowered.OldTtlsOverAt);
    }

    public Task<MovingDomain> RowAsync() => QueryAsync(db => db.Domains.AsNoTracking().SingleAsync(row => row.ItemId == Item));

    protected override void Add(WebApplicationBuilder builder) => builder.AddDomains();

    protected override void Observe(IReceiveEndpointConfigurator endpoint)
    {
        Observe<ServiceSurveyed>(endpoint);
        Observe<ItemSurveyed>(endpoint);
        Observe<TtlLowered>(endpoint);
        Observe<ZonePublished>(endpoint);
        Observe<ZoneCutOver>(endpoint);
        Observe<ZoneRolledBack>(endpoint);
        Observe<ZoneRefused>(endpoint);
        Observe<CommandAccepted>(endpoint);
        Observe<CommandRefused>(endpoint);
    }
}
