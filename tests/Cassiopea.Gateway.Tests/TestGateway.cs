using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.SignIn;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Cassiopea.Gateway.Tests;

/// <summary>The real gateway on a free port, with a real PostgreSQL and the bus in memory; the test plays the other services.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    static readonly SocketsHttpHandler Handler = new() { PooledConnectionLifetime = TimeSpan.FromMinutes(1), MaxConnectionsPerServer = 200 };

    readonly VaultPeer _vault;
    readonly bool _ownsVault;

    TestGateway(WebApplication app, string database, VaultPeer vault, bool ownsVault, MemoryLog log)
    {
        (App, Database, _vault, _ownsVault, Logged) = (app, database, vault, ownsVault, log);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public WebApplication App { get; }

    public string Database { get; }

    public Uri Address { get; }

    public VaultPeer Vault => _vault;

    public MemoryLog Logged { get; }

    public string AdminKey { get; private set; } = "";

    /// <summary>True: every command that is about an operation is accepted at once, as a saga without objections would.</summary>
    public bool AcceptsAll { get; set; }

    /// <summary>Commands that the gateway sent, in order of arrival.</summary>
    public ConcurrentQueue<object> Sent { get; } = new();

    public static async Task<TestGateway> StartAsync(
        string? database = null, IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? time = null, VaultPeer? vault = null, int port = 0)
    {
        database ??= await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var ownsVault = vault is null;
        vault ??= await VaultPeer.StartAsync();
        var log = new MemoryLog();
        LogContext.Current = null; // MassTransit keeps the last host's loggers in the flow, even after that host is gone
        var keyFile = Path.Combine(Path.GetTempPath(), $"cassiopea-gateway-key-{Guid.NewGuid():n}");
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:gateway-db"] = database,
            ["ConnectionStrings:bus"] = "loopback",
            ["Gateway:AdminKeyFile"] = keyFile,
            ["Gateway:RequestsPerMinute"] = "100000",
            ["Gateway:AnonymousRequestsPerMinute"] = "100000",
            ["services:vault:http:0"] = vault.Address,
            ["Vault:ServiceToken"] = "test-token",
        });
        if (settings is not null)
            builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddProvider(log);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.AddGateway();
        if (time is not null)
            builder.Services.Replace(ServiceDescriptor.Singleton(time));
        var app = builder.Build();
        app.UseGateway();
        await app.StartAsync();
        var gateway = new TestGateway(app, database, vault, ownsVault, log);
        await gateway.ListenAsync();
        if (File.Exists(keyFile))
        {
            gateway.AdminKey = (await File.ReadAllTextAsync(keyFile)).Trim();
            File.Delete(keyFile);
        }
        return gateway;
    }

    public HttpClient Client(string? key = null)
    {
        var client = new HttpClient(Handler, disposeHandler: false) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        if ((key ?? AdminKey) is { Length: > 0 } text)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", text);
        return client;
    }

    public HttpClient Anonymous() => new(Handler, disposeHandler: false) { BaseAddress = Address };

    public Task PublishAsync(params object[] events) => Task.WhenAll(events.Select(said => App.Services.GetRequiredService<IBus>().Publish(said, said.GetType())));

    public async Task<T> QueryAsync<T>(Func<GatewayContext, Task<T>> query)
    {
        await using var scope = App.Services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<GatewayContext>());
    }

    /// <summary>Makes a key without the API.</summary>
    public async Task<string> KeyAsync(string owner, Role role, Guid? memberId = null, string[]? scopes = null, DateTimeOffset? expiresAt = null)
    {
        var now = App.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var (key, text) = ApiKey.Make(owner, role, memberId, scopes ?? [.. Scope.All], "test", now, expiresAt ?? now.AddDays(30));
        await QueryAsync(db =>
        {
            db.ApiKeys.Add(key);
            return db.SaveChangesAsync();
        });
        return text;
    }

    /// <summary>Signs somebody in without a form; returns the cookie's value.</summary>
    public async Task<string> SessionAsync(string owner, Role role, Guid? memberId = null, string language = "fr")
    {
        var now = App.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var (session, secret) = Session.Open(owner, role, memberId, null, language, now);
        await QueryAsync(db =>
        {
            db.Sessions.Add(session);
            return db.SaveChangesAsync();
        });
        return secret;
    }

    public async Task<T> SentAsync<T>(Func<T, bool>? which = null)
    {
        T? found = default;
        await Eventually.TrueAsync($"{typeof(T).Name} was sent", () => (found = Sent.OfType<T>().FirstOrDefault(m => which?.Invoke(m) ?? true)) is not null);
        return found!;
    }

    /// <summary>Puts a member and its migration on the board.</summary>
    public async Task<(Guid Member, Guid Migration)> SeedAsync(string reference = "M0001", MigrationState state = MigrationState.Ready, params string[] allowed)
    {
        var (member, migration) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await PublishAsync(Says.Member(member, reference));
        await PublishAsync(Says.Migration(member, migration, reference, state, 1, allowed));
        await Eventually.TrueAsync("the board knows them", () => QueryAsync(async db =>
            await db.Members.AnyAsync(m => m.Id == member) && await db.Migrations.AnyAsync(m => m.Id == migration)));
        return (member, migration);
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        if (_ownsVault)
            await _vault.DisposeAsync();
    }

    async Task ListenAsync()
    {
        var bus = App.Services.GetRequiredService<IBusControl>();
        await ListenAsync<RegisterMember>(bus, "register-member");
        await ListenAsync<ImportInventory>(bus, "import-inventory");
        await ListenAsync<ImportInvoices>(bus, "import-invoices");
        await ListenAsync<RecordPayment>(bus, "record-payment");
        await ListenAsync<WaiveInvoices>(bus, "waive-invoices");
        await ListenAsync<RecordArrangement>(bus, "record-arrangement");
        await ListenAsync<RecordRung>(bus, "record-rung");
        await ListenAsync<PrepareTransfer>(bus, "prepare-transfer");
        await ListenAsync<ApproveZoneDeletions>(bus, "approve-zone-deletions");
        await ListenAsync<ImportPayments>(bus, "import-payments");
        await ListenAsync<ContestInvoices>(bus, "contest-invoices");
        await ListenAsync<AnswerContest>(bus, "answer-contest");
        await ListenAsync<RecheckInvoices>(bus, "recheck-invoices");
        await ListenAsync<EditText>(bus, "edit-text");
        await ListenAsync<DeclareWave>(bus, "declare-wave");
        await ListenAsync<AssignMembers>(bus, "assign-members");
        await ListenAsync<DecideWave>(bus, "decide-wave");
        await ListenAsync<SendSignInLink>(bus, "send-sign-in-link");
        var saga = bus.ConnectReceiveEndpoint("migration", endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false;
            Take<RequestMigration>(endpoint);
            Take<DeclareItem>(endpoint);
            Take<ExcludeItem>(endpoint);
            Take<RetryItem>(endpoint);
            Take<ExcludeKind>(endpoint);
            Take<SurveyAgain>(endpoint);
            Take<ApprovePlan>(endpoint);
            Take<StartCopy>(endpoint);
            Take<ApproveCutOver>(endpoint);
            Take<ConsentToSwitch>(endpoint);
            Take<ApproveDifferences>(endpoint);
            Take<HandOver>(endpoint);
            Take<PauseMigration>(endpoint);
            Take<ResumeMigration>(endpoint);
            Take<CancelMigration>(endpoint);
            Take<DeclineMigration>(endpoint);
            Take<RollBackMigration>(endpoint);
            Take<ChooseStrategy>(endpoint);
            Take<ConfirmLastFetch>(endpoint);
            Take<ArchiveItem>(endpoint);
            Take<EntrustItem>(endpoint);
            Take<ReportMoved>(endpoint);
            Take<TakeBackItem>(endpoint);
            Take<AnswerStatistics>(endpoint);
            Take<MapPaths>(endpoint);
            Take<RequestArchive>(endpoint);
            Take<AcceptBackup>(endpoint);
            Take<DecideDatabase>(endpoint);
            Take<RequestReadAccount>(endpoint);
            Take<InviteHost>(endpoint);
            Take<RequestExport>(endpoint);
            Take<ConsentToExport>(endpoint);
            Take<AnswerChecklist>(endpoint);
            Take<CloseTask>(endpoint);
            Take<AssignTask>(endpoint);
            Take<RunCheck>(endpoint);
            Take<SendContactCode>(endpoint);
            Take<ConfirmContact>(endpoint);
        });
        await saga.Ready;
    }

    /// <summary>Hears an event that the gateway publishes.</summary>
    public async Task HearAsync<T>(Action<T> hear) where T : class
    {
        var handle = App.Services.GetRequiredService<IBusControl>().ConnectReceiveEndpoint($"heard-{typeof(T).Name}", endpoint => endpoint.Handler<T>(context =>
        {
            hear(context.Message);
            return Task.CompletedTask;
        }));
        await handle.Ready;
    }

    async Task ListenAsync<T>(IBusControl bus, string queue) where T : class
    {
        var handle = bus.ConnectReceiveEndpoint(queue, endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false;
            Take<T>(endpoint);
        });
        await handle.Ready;
    }

    void Take<T>(IReceiveEndpointConfigurator endpoint) where T : class => endpoint.Handler<T>(context =>
    {
        Sent.Enqueue(context.Message);
        return AcceptsAll && typeof(T).GetProperty("OperationId")?.GetValue(context.Message) is Guid operation ? context.Publish(new CommandAccepted(operation)) : Task.CompletedTask;
    });
}

/// <summary>Keeps every log line, with its scopes and exceptions.</summary>
internal sealed class MemoryLog : ILoggerProvider
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    sealed class Logger(MemoryLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Lines.Enqueue($"{logLevel} {category} {formatter(state, exception)} {exception}");
    }
}

internal static class Requests
{
    public static Task<HttpResponseMessage> PostAsync(this HttpClient client, string path, object? body, string? key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (body is not null)
            request.Content = body as HttpContent ?? JsonContent.Create(body, options: ApiJson.Options);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return client.SendAsync(request);
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());

    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;

    /// <summary>The problem's code; fails when the answer is not a whole problem (RFC 9457).</summary>
    public static async Task<string> ProblemAsync(this HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode} instead of {status}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var json = JsonSerializer.Deserialize<JsonElement>(text);
        var code = json.Text("code");
        Assert.Equal("/problems/" + code, json.Text("type"));
        Assert.Equal(status, json.GetProperty("status").GetInt32());
        Assert.NotEmpty(json.Text("traceId"));
        Assert.NotEmpty(json.Text("detail"));
        return code;
    }
}
