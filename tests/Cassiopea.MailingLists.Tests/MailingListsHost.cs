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

namespace Cassiopea.MailingLists.Tests;

/// <summary>The service as it runs, with a database of its own and the bus in memory.</summary>
internal sealed class MailingListsHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<object> _events = [];

    private MailingListsHost(WebApplication app) => _app = app;

    public static async Task<MailingListsHost> StartAsync(params (string Host, SympaServer Server)[] sympas)
    {
        var postgres = await PostgresServer.SharedAsync();
        var settings = new Dictionary<string, string?>
        {
            ["ConnectionStrings:mailing-lists-db"] = await postgres.CreateDatabaseAsync(),
            ["services:vault:http:0"] = "http://127.0.0.1:9",
            ["Vault:ServiceToken"] = "not-used-here",
            ["MailingLists:Directory"] = LabRoot.NewFolder("lists"),
            ["Jobs:ReportEvery"] = "00:00:00.2",
            ["Jobs:FirstWait"] = "00:00:00.2",
        };
        foreach (var (number, (host, server)) in sympas.Index())
        {
            settings[$"MailingLists:Hosts:{number}:Host"] = host;
            settings[$"MailingLists:Hosts:{number}:Configuration"] = server.Configuration;
            settings[$"MailingLists:Hosts:{number}:Library"] = server.Library;
        }

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development, ApplicationName = typeof(MailingListsContext).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        builder.AddMailingLists();
        LogContext.ConfigureCurrentLogContext(NullLoggerFactory.Instance); // MassTransit keeps that of the first host of a process
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapDefaultEndpoints();
        await app.StartAsync();
        var started = new MailingListsHost(app);
        await app.Services.GetRequiredService<IBusControl>().ConnectReceiveEndpoint("test-observer", endpoint =>
        {
            started.Observe<ServiceSurveyed>(endpoint);
            started.Observe<ItemSurveyed>(endpoint);
            started.Observe<ItemTransferred>(endpoint);
            started.Observe<ItemTransferFailed>(endpoint);
            started.Observe<ItemVerified>(endpoint);
            started.Observe<MailingListFrozen>(endpoint);
            started.Observe<MailingListUnfrozen>(endpoint);
        }).Ready;
        return started;
    }

    /// <summary>Sends a command and waits for its answer.</summary>
    public async Task<TAnswer> AskAsync<TCommand, TAnswer>(TCommand command, Func<TAnswer, bool>? isIt = null) where TCommand : class where TAnswer : class
    {
        await _app.Services.GetRequiredService<IBus>().Publish(command);
        TAnswer? found = null;
        await Eventually.TrueAsync(typeof(TAnswer).Name, () =>
        {
            found = _events.OfType<TAnswer>().FirstOrDefault(isIt ?? (static _ => true));
            if (found is null && typeof(TAnswer) != typeof(ItemTransferFailed) && _events.OfType<ItemTransferFailed>().FirstOrDefault() is { } failed)
                throw new InvalidOperationException($"Failed instead: {failed.Failure}");
            return found is not null;
        }, TimeSpan.FromMinutes(2));
        return found!;
    }

    public async Task<T> QueryAsync<T>(Func<MailingListsContext, Task<T>> query)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<MailingListsContext>());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private void Observe<T>(IReceiveEndpointConfigurator endpoint) where T : class => endpoint.Handler<T>(context =>
    {
        _events.Enqueue(context.Message);
        return Task.CompletedTask;
    });
}
