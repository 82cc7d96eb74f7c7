using Cassiopea.KillTest;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cassiopea.ServiceDefaults.Tests;

/// <summary>A service in this process: real PostgreSQL, a database of its own, the bus in memory unless told otherwise.</summary>
internal sealed class TestHost<TContext> : IAsyncDisposable where TContext : ServiceContext
{
    private readonly IHost _host;

    private TestHost(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public IBusControl Bus => Services.GetRequiredService<IBusControl>();

    public static async Task<TestHost<TContext>> StartAsync(
        string database, Action<IHostApplicationBuilder> add, string bus = "loopback", string? connectionString = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"ConnectionStrings:{database}"] = connectionString ?? await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(),
            ["ConnectionStrings:bus"] = bus,
            ["Bus:Redelivery:0"] = "00:00:00.3",
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        add(builder);
        var host = new TestHost<TContext>(builder.Build());
        await host._host.StartAsync();
        return host;
    }

    public async Task<T> InDatabaseAsync<T>(Func<TContext, Task<T>> body)
    {
        await using var scope = Services.CreateAsyncScope();
        return await body(scope.ServiceProvider.GetRequiredService<TContext>());
    }

    public Task<int> ExecuteAsync(FormattableString sql) => InDatabaseAsync(db => db.Database.ExecuteSqlAsync(sql));

    public Task<T> ValueAsync<T>(FormattableString sql) => InDatabaseAsync(db => db.Database.SqlQuery<T>(sql).SingleAsync());

    public Task<long> CountAsync<TRow>() where TRow : class => InDatabaseAsync(db => db.Set<TRow>().LongCountAsync());

    public Task EventuallyAsync(string what, Func<TContext, Task<bool>> condition, TimeSpan? limit = null) =>
        Eventually.TrueAsync(what, () => InDatabaseAsync(condition), limit ?? TimeSpan.FromSeconds(60));

    /// <summary>Sends through the outbox of a scope, as an HTTP request does.</summary>
    public async Task<int> InOutboxAsync(Func<ServiceOutbox<TContext>, Task> send)
    {
        await using var scope = Services.CreateAsyncScope();
        await send(scope.ServiceProvider.GetRequiredService<ServiceOutbox<TContext>>());
        return await scope.ServiceProvider.GetRequiredService<TContext>().SaveChangesAsync();
    }

    /// <summary>Sends at once, past the outbox, as another service's message would arrive.</summary>
    public async Task SendAsync<T>(T command, Guid? messageId = null) where T : class
    {
        var endpoint = await Bus.GetSendEndpoint(Commands.AddressOf(typeof(T)));
        await endpoint.Send(command, context => context.MessageId = messageId ?? context.MessageId);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

internal static class TestHosts
{
    public static Task<TestHost<JourneyContext>> JourneysAsync(string bus = "loopback") =>
        TestHost<JourneyContext>.StartAsync("journeys-db", builder => builder.AddJourneys(), bus);

    public static Task<TestHost<CarrierContext>> CarrierAsync(string bus = "loopback") =>
        TestHost<CarrierContext>.StartAsync("carrier-db", builder => builder.AddCarrier(), bus);
}
