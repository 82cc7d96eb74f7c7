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

namespace Cassiopea.ServiceTesting;

/// <summary>A service as it runs, with a database of its own and the bus in memory; stop it and start it again over the same database.</summary>
public abstract class ServiceUnderTest<TContext> : IAsyncDisposable where TContext : ServiceContext
{
    private readonly string _name;
    private readonly VaultStandIn? _vault;
    private readonly List<string> _folders = [];
    private readonly Dictionary<string, string?> _settings = new()
    {
        ["Jobs:Lease"] = "00:00:05",
        ["Jobs:Heartbeat"] = "00:00:00.5",
        ["Jobs:ReportEvery"] = "00:00:00.2",
        ["Jobs:FirstWait"] = "00:00:00.2",
        ["Jobs:LongestWait"] = "00:00:02",
    };

    private WebApplication? _app;

    /// <param name="name">The service's name in kebab-case.</param>
    /// <param name="vault">The vault of a service that takes leases; disposed with the service.</param>
    protected ServiceUnderTest(string name, VaultStandIn? vault = null)
    {
        (_name, _vault) = (name, vault);
        if (vault is null)
            return;
        Set("services:vault:http:0", vault.Address);
        Set("Vault:ServiceToken", vault.Token);
    }

    public VaultStandIn Vault => _vault ?? throw new InvalidOperationException($"{_name} was started without a vault.");

    /// <summary>Every observed event that the service published, oldest first, over all its lives.</summary>
    public ConcurrentQueue<object> Events { get; } = [];

    /// <summary>How long an answer may take.</summary>
    protected virtual TimeSpan Limit => TimeSpan.FromSeconds(90);

    public async Task StartAgainAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development, ApplicationName = typeof(TContext).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection(_settings);
        builder.Logging.ClearProviders();
        Add(builder);
        LogContext.ConfigureCurrentLogContext(NullLoggerFactory.Instance); // MassTransit keeps that of the first host of a process
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapDefaultEndpoints();
        await _app.StartAsync();
        await _app.Services.GetRequiredService<IBusControl>().ConnectReceiveEndpoint("test-observer", Observe).Ready;
    }

    public async Task StopAsync()
    {
        if (_app is null)
            return;
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = null;
    }

    public Task SendAsync(object message) => _app!.Services.GetRequiredService<IBus>().Publish(message, message.GetType());

    /// <summary>Sends a command and waits for its answer about the item.</summary>
    public async Task<TAnswer> AskAsync<TCommand, TAnswer>(TCommand command, Func<TAnswer, bool>? isIt = null, TimeSpan? limit = null) where TCommand : class where TAnswer : class
    {
        await SendAsync(command);
        return await WaitAsync(isIt, limit);
    }

    /// <summary>Waits for an event; a failure of the item in its place is told at once.</summary>
    public async Task<TEvent> WaitAsync<TEvent>(Func<TEvent, bool>? isIt = null, TimeSpan? limit = null) where TEvent : class
    {
        TEvent? found = null;
        await Eventually.TrueAsync(
            typeof(TEvent).Name,
            () =>
            {
                found = Events.OfType<TEvent>().FirstOrDefault(isIt ?? (static _ => true));
                if (found is null && typeof(TEvent) != typeof(ItemTransferFailed) && Events.OfType<ItemTransferFailed>().FirstOrDefault() is { } failed)
                    throw new InvalidOperationException($"Failed instead: {failed.Failure}");
                return found is not null;
            },
            limit ?? Limit);
        return found!;
    }

    /// <summary>Reads or writes the service's own tables.</summary>
    public async Task<T> QueryAsync<T>(Func<TContext, Task<T>> query)
    {
        await using var scope = _app!.Services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<TContext>());
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_vault is not null)
            await _vault.DisposeAsync();
        foreach (var folder in _folders.Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Registers the service, as its Program does.</summary>
    protected abstract void Add(WebApplicationBuilder builder);

    /// <summary>Names the events that tests look at, by <see cref="Observe{T}"/>.</summary>
    protected abstract void Observe(IReceiveEndpointConfigurator endpoint);

    protected void Observe<T>(IReceiveEndpointConfigurator endpoint) where T : class => endpoint.Handler<T>(context =>
    {
        Events.Enqueue(context.Message);
        return Task.CompletedTask;
    });

    /// <summary>To be set before the start.</summary>
    protected void Set(string key, string? value) => _settings[key] = value;

    /// <summary>A new folder, gone with the service.</summary>
    protected string Folder(string name)
    {
        var folder = LabRoot.NewFolder(name);
        _folders.Add(folder);
        return folder;
    }

    /// <summary>The first start, with a new database and a test's own settings.</summary>
    protected async Task StartAsync(IEnumerable<(string Key, string Value)> settings)
    {
        var postgres = await PostgresServer.SharedAsync();
        Set($"ConnectionStrings:{_name}-db", await postgres.CreateDatabaseAsync());
        foreach (var (key, value) in settings)
            Set(key, value);
        await StartAgainAsync();
    }
}
