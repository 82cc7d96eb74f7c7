using System.Collections.Concurrent;
using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cassiopea.WebHosting.Tests;

/// <summary>The web hosting service as it runs, with a database of its own and the bus in memory; stop it and start it again over the same database.</summary>
internal sealed class SiteHost : IAsyncDisposable
{
    private readonly Dictionary<string, string?> _settings;
    private WebApplication? _app;

    private SiteHost(string database, VaultStandIn vault, IEnumerable<(string Key, string Value)> settings)
    {
        Vault = vault;
        Journals = LabRoot.NewFolder("journals");
        _settings = new Dictionary<string, string?>
        {
            ["ConnectionStrings:web-hosting-db"] = database,
            ["services:vault:http:0"] = vault.Address,
            ["Vault:ServiceToken"] = VaultStandIn.Token,
            ["AllowedTestNetworks"] = "127.0.0.0/8",
            ["WebHosting:JournalDirectory"] = Journals,
            ["Jobs:Lease"] = "00:00:05",
            ["Jobs:Heartbeat"] = "00:00:00.5",
            ["Jobs:ReportEvery"] = "00:00:00.2",
            ["Jobs:FirstWait"] = "00:00:00.2",
            ["Jobs:LongestWait"] = "00:00:02",
        };
        foreach (var (key, value) in settings)
            _settings[key] = value;
    }

    public VaultStandIn Vault { get; }

    public string Journals { get; }

    /// <summary>Every event that the service published, oldest first, over all its lives.</summary>
    public ConcurrentQueue<object> Events { get; } = [];

    public static async Task<SiteHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var postgres = await PostgresServer.SharedAsync();
        var host = new SiteHost(await postgres.CreateDatabaseAsync(), await VaultStandIn.StartAsync(), settings);
        await host.StartAgainAsync();
        return host;
    }

    public async Task StartAgainAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development, ApplicationName = typeof(WebHostingContext).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection(_settings);
        builder.Logging.ClearProviders();
        builder.AddWebHosting();
        LogContext.ConfigureCurrentLogContext(NullLoggerFactory.Instance); // MassTransit keeps that of the first host of a process
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapDefaultEndpoints();
        await _app.StartAsync();
        await _app.Services.GetRequiredService<IBusControl>().ConnectReceiveEndpoint("test-observer", endpoint =>
        {
            Observe<ServiceSurveyed>(endpoint);
            Observe<ItemSurveyed>(endpoint);
            Observe<ItemTransferAdvanced>(endpoint);
            Observe<ItemTransferred>(endpoint);
            Observe<ItemTransferFailed>(endpoint);
            Observe<ItemVerified>(endpoint);
            Observe<SiteConfigured>(endpoint);
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

    public Task SendAsync<T>(T message) where T : class => _app!.Services.GetRequiredService<IBus>().Publish(message);

    /// <summary>Sends a command and waits for its answer about the item.</summary>
    public async Task<TAnswer> AskAsync<TCommand, TAnswer>(TCommand command, Func<TAnswer, bool> isIt, TimeSpan? limit = null) where TCommand : class where TAnswer : class
    {
        await SendAsync(command);
        return await WaitAsync(isIt, limit);
    }

    /// <summary>Waits for an event; a failure of the item in its place is told at once.</summary>
    public async Task<TEvent> WaitAsync<TEvent>(Func<TEvent, bool> isIt, TimeSpan? limit = null) where TEvent : class
    {
        TEvent? found = null;
        await Eventually.TrueAsync(
            typeof(TEvent).Name,
            () =>
            {
                found = Events.OfType<TEvent>().FirstOrDefault(isIt);
                if (found is null && typeof(TEvent) != typeof(ItemTransferFailed) && Events.OfType<ItemTransferFailed>().FirstOrDefault() is { } failed)
                    throw new InvalidOperationException($"Failed instead: {failed.Failure}");
                return found is not null;
            },
            limit ?? TimeSpan.FromSeconds(20));
        return found!;
    }

    /// <summary>Reads or writes the service's own tables.</summary>
    public async Task<T> QueryAsync<T>(Func<WebHostingContext, Task<T>> query)
    {
        await using var scope = _app!.Services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<WebHostingContext>());
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Vault.DisposeAsync();
        if (Directory.Exists(Journals))
            Directory.Delete(Journals, recursive: true);
    }

    private void Observe<T>(IReceiveEndpointConfigurator endpoint) where T : class => endpoint.Handler<T>(context =>
    {
        Events.Enqueue(context.Message);
        return Task.CompletedTask;
    });
}
