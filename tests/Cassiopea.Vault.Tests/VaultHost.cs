using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceDefaults;
using Cassiopea.Vault.Keys;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cassiopea.Vault.Tests;

/// <summary>The vault on Kestrel with a database and a key folder of its own; the bus in memory, the clock moved by hand.</summary>
internal sealed class VaultHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _ownsFolder;
    private readonly ConcurrentDictionary<Type, ConcurrentQueue<object>> _heard = new();

    private VaultHost(WebApplication app, string folder, bool ownsFolder, string connectionString, ManualTime time) =>
        (_app, Folder, _ownsFolder, ConnectionString, Time) = (app, folder, ownsFolder, connectionString, time);

    public string Folder { get; }

    public string ConnectionString { get; }

    public ManualTime Time { get; }

    public IServiceProvider Services => _app.Services;

    public MasterKeyFiles Files => Services.GetRequiredService<MasterKeyFiles>();

    public string Address => Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static string NewFolder() => Directory.CreateTempSubdirectory("cassiopea-vault-").FullName;

    public static string TokenOf(string service) => $"token-of-{service}-0123456789abcdef";

    /// <param name="folder">Where the master key lies; kept by a second start.</param>
    /// <param name="connectionString">The database; kept by a second start.</param>
    /// <param name="settings">More settings.</param>
    public static async Task<VaultHost> StartAsync(string? folder = null, string? connectionString = null, params (string Key, string Value)[] settings)
    {
        var ownsFolder = folder is null;
        folder ??= NewFolder();
        connectionString ??= await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRouting();
        Dictionary<string, string?> configuration = new()
        {
            ["urls"] = "http://127.0.0.1:0",
            ["ConnectionStrings:vault-db"] = connectionString,
            ["ConnectionStrings:bus"] = "loopback",
            ["Vault:MasterKeyFile"] = Path.Combine(folder, "keys", "master-key"),
        };
        foreach (var service in (string[])["gateway", "mail", "domains", "web-hosting", "operator"]) configuration["Vault:Tokens:" + service] = TokenOf(service);
        foreach (var (key, value) in settings) configuration[key] = value;
        builder.Configuration.AddInMemoryCollection(configuration);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new FolderLog(folder));
        var time = new ManualTime();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddServiceDefaults("vault");
        builder.AddVault();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapVault();
        var host = new VaultHost(app, folder, ownsFolder, connectionString, time);
        await app.StartAsync();
        await host.HearAsync<Contracts.CredentialStored>();
        await host.HearAsync<Contracts.CredentialsErased>();
        return host;
    }

    public HttpClient Client(string? service)
    {
        var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(Address) };
        if (service is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TokenOf(service));
        return client;
    }

    public async Task StoreAsync(Guid credential, Guid member, string secret)
    {
        using var gateway = Client("gateway");
        using var answer = await gateway.PutAsJsonAsync($"credentials/{credential}", new { memberId = member, secret });
        Assert.Equal(System.Net.HttpStatusCode.NoContent, answer.StatusCode);
    }

    public async Task<(System.Net.HttpStatusCode Status, JsonElement Body)> LeaseAsync(string service, Guid credential, Guid? job = null, string purpose = "read-source")
    {
        using var client = Client(service);
        using var answer = await client.PostAsJsonAsync("leases", new { credentialId = credential, jobId = job ?? Guid.NewGuid(), purpose });
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    public async Task<string?> SecretAsync(string service, Guid credential) => (await LeaseAsync(service, credential)).Body.GetProperty("secret").GetString();

    /// <summary>Publishes as another service would and waits until the vault has it.</summary>
    public async Task GrantAsync(Guid credential, Guid member, string service = "mail", Guid? migration = null, Guid? item = null, DateTimeOffset? until = null)
    {
        var grant = new Contracts.CredentialGranted(credential, member, migration ?? Guid.NewGuid(), item ?? Guid.NewGuid(), service, until ?? Time.GetUtcNow().AddDays(1));
        await Services.GetRequiredService<IBus>().Publish(grant);
        await EventuallyAsync("the grant is there", db => db.Grants.AnyAsync(row => row.ItemId == grant.ItemId && row.CredentialId == credential && row.Until == grant.Until));
    }

    public Task PublishAsync<T>(T message) where T : class => Services.GetRequiredService<IBus>().Publish(message);

    /// <summary>Publishes and waits until the vault has consumed it, whatever it did with it.</summary>
    public async Task ConsumedAsync<T>(T message) where T : class
    {
        var id = Guid.NewGuid();
        await Services.GetRequiredService<IBus>().Publish(message, context => context.MessageId = id);
        await Eventually.TrueAsync("the message is consumed", () => InDatabaseAsync(async db =>
            await db.Database.SqlQuery<int>($"""select count(*)::int as "Value" from inbox where message_id = {id}""").SingleAsync() == 1), TimeSpan.FromSeconds(30));
    }

    public async Task SendAsync<T>(T command) where T : class
    {
        var endpoint = await Services.GetRequiredService<IBus>().GetSendEndpoint(Commands.AddressOf(typeof(T)));
        await endpoint.Send(command);
    }

    public IReadOnlyList<T> Heard<T>() => [.. _heard[typeof(T)].Cast<T>()];

    public async Task<T> InDatabaseAsync<T>(Func<VaultContext, Task<T>> body)
    {
        await using var scope = Services.CreateAsyncScope();
        return await body(scope.ServiceProvider.GetRequiredService<VaultContext>());
    }

    public Task EventuallyAsync(string what, Func<VaultContext, Task<bool>> condition) =>
        Eventually.TrueAsync(what, () => InDatabaseAsync(condition), TimeSpan.FromSeconds(30));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownsFolder) Directory.Delete(Folder, recursive: true);
    }

    private async Task HearAsync<T>() where T : class
    {
        var queue = _heard.GetOrAdd(typeof(T), _ => new());
        var handle = Services.GetRequiredService<IBusControl>().ConnectReceiveEndpoint($"heard-{typeof(T).Name}", endpoint => endpoint.Handler<T>(context =>
        {
            queue.Enqueue(context.Message);
            return Task.CompletedTask;
        }));
        await handle.Ready;
    }
}

/// <summary>Everything that the vault logs, in a file, for the canary sweep.</summary>
internal sealed class FolderLog(string folder) : ILoggerProvider, ILogger
{
    private static readonly Lock Gate = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Gate) File.AppendAllText(Path.Combine(folder, "vault.log"), $"{logLevel} {formatter(state, exception)} {exception}\n");
    }

    public void Dispose()
    {
    }
}
