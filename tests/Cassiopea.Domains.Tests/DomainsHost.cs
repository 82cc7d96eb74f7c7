using System.Collections.Concurrent;
using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceDefaults;
using Cassiopea.Zones.Tests;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cassiopea.Domains.Tests;

/// <summary>The domains service as it runs, against a toy internet; stop it and start it again over the same database.</summary>
internal sealed class DomainsHost : IAsyncDisposable
{
    private readonly Dictionary<string, string?> _settings;
    private readonly string _folder;
    private WebApplication? _app;

    private DomainsHost(ToyInternet toy, string database, string folder, IEnumerable<(string Key, string Value)> settings)
    {
        _folder = folder;
        File.WriteAllText(Path.Combine(folder, "inventory.csv"), $"member;domain;source;provider;name_servers\nM0042;{ToyInternet.Name};;new;ns1.nouvelhote.be, ns2.nouvelhote.be\nM0007;maison-médicale.be;;;\n");
        File.WriteAllText(Path.Combine(folder, "token"), toy.Gandi.Token + "\n");
        File.WriteAllText(Path.Combine(folder, "key"), toy.New.ApiKey + "\n");
        _settings = new Dictionary<string, string?>
        {
            ["ConnectionStrings:domains-db"] = database,
            ["Domains:InventoryFile"] = Path.Combine(folder, "inventory.csv"),
            ["Domains:OldProvider"] = "old",
            ["Domains:Providers:old:Kind"] = "rfc2136",
            ["Domains:Providers:old:Address"] = toy.Old.Endpoint.ToString(),
            ["Domains:Providers:new:Kind"] = "powerdns",
            ["Domains:Providers:new:Address"] = toy.New.Api.ToString(),
            ["Domains:Providers:new:SecretFile"] = Path.Combine(folder, "key"),
            ["Domains:Gandi:Address"] = toy.Gandi.Root.ToString(),
            ["Domains:Gandi:TokenFile"] = Path.Combine(folder, "token"),
            ["Domains:DyingNames:0"] = "cassiopea.be",
            ["Domains:DyingNetworks:0"] = "192.0.2.0/24",
            ["Domains:Successors:0"] = "192.0.2.10=198.51.100.20",
            ["Domains:Successors:1"] = "2001:db8::10=2001:db8:20::10",
            ["Domains:Successors:2"] = "mail.cassiopea.be=mail.nouvelhote.be",
            ["Domains:Successors:3"] = "backup.cassiopea.be=backup.nouvelhote.be",
            ["Domains:Successors:4"] = "webmail.cassiopea.be=webmail.nouvelhote.be",
            ["Domains:Successors:5"] = "sympa.cassiopea.be=sympa.nouvelhote.be",
            ["Domains:Successors:6"] = "autoconfig.cassiopea.be=autoconfig.nouvelhote.be",
            ["Domains:EndpointOverrides:0"] = $"ns1.cassiopea.be={toy.Old.Endpoint}",
            ["Domains:EndpointOverrides:1"] = $"ns2.cassiopea.be={toy.Old.Endpoint}",
            ["Domains:EndpointOverrides:2"] = $"ns1.nouvelhote.be={toy.New.Endpoint}",
            ["Domains:EndpointOverrides:3"] = $"ns2.nouvelhote.be={toy.New.Endpoint}",
            ["Domains:EndpointOverrides:4"] = $"a.nsset.be={toy.Registry.Endpoint}",
            ["Domains:EndpointOverrides:5"] = $"b.nsset.be={toy.Lagging.Endpoint}",
            ["Domains:ParentOverrides:0"] = "be=a.nsset.be,b.nsset.be",
            ["Domains:TtlMargin"] = "00:00:00",
            ["Domains:LookEvery"] = "00:00:00.1",
            ["Domains:ProviderPatience"] = "00:00:05",
            ["Domains:UnsurePatience"] = "00:00:01",
            ["Jobs:Lease"] = "00:00:05",
            ["Jobs:Heartbeat"] = "00:00:00.5",
            ["Jobs:FirstWait"] = "00:00:00.2",
            ["Jobs:LongestWait"] = "00:00:02",
        };
        foreach (var (key, value) in settings)
            _settings[key] = value;
    }

    public string Inventory => Path.Combine(_folder, "inventory.csv");

    public Guid Migration { get; } = Guid.CreateVersion7();

    public Guid Item { get; } = Guid.CreateVersion7();

    /// <summary>Every event that the service published, oldest first, over all its lives.</summary>
    public ConcurrentQueue<object> Events { get; } = [];

    public string PlanSha256 => Events.OfType<ItemSurveyed>().Last().Facts.Single(static fact => fact.Name == "plan-sha256").Value;

    public static async Task<DomainsHost> StartAsync(ToyInternet toy, params (string Key, string Value)[] settings)
    {
        var postgres = await PostgresServer.SharedAsync();
        var host = new DomainsHost(toy, await postgres.CreateDatabaseAsync(), Directory.CreateTempSubdirectory("domains-").FullName, settings);
        await host.StartAgainAsync();
        return host;
    }

    public async Task StartAgainAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development, ApplicationName = typeof(DomainsContext).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection(_settings);
        builder.Logging.ClearProviders();
        builder.AddDomains();
        LogContext.ConfigureCurrentLogContext(NullLoggerFactory.Instance); // MassTransit keeps that of the first host of a process
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapDefaultEndpoints();
        await _app.StartAsync();
        await _app.Services.GetRequiredService<IBusControl>().ConnectReceiveEndpoint("test-observer", endpoint =>
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
        }).Ready;
    }

    public async Task StopAsync()
    {
        if (_app is null)
            return;
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = null;
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

    public Task SendAsync(object command) => _app!.Services.GetRequiredService<IBus>().Publish(command, command.GetType());

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

    public async Task<T> QueryAsync<T>(Func<DomainsContext, Task<T>> query)
    {
        await using var scope = _app!.Services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<DomainsContext>());
    }

    public Task<MovingDomain> RowAsync() => QueryAsync(db => db.Domains.AsNoTracking().SingleAsync(row => row.ItemId == Item));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private void Observe<T>(IReceiveEndpointConfigurator endpoint) where T : class => endpoint.Handler<T>(context =>
    {
        Events.Enqueue(context.Message);
        return Task.CompletedTask;
    });
}
