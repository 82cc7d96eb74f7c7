using System.Collections.Concurrent;
using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(Cassiopea.Migrations.Tests.World))]

namespace Cassiopea.Migrations.Tests;

/// <summary>
/// The real service on a real PostgreSQL with a clock moved by hand; only the broker is in memory, and the outbox is emptied by the tests,
/// so that each test sees what leaves, and decides when and in which order what arrives.
/// </summary>
public class World : IAsyncLifetime
{
    private static readonly JsonSerializerOptions Envelope = new(JsonSerializerDefaults.Web) { Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() } };

    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<Exception?>> _handled = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private IHost _host = null!;

    /// <summary>A clock moved by hand.</summary>
    public ManualTime Time { get; } = new();

    /// <summary>Where notices arrive.</summary>
    public SmtpSink Mail { get; } = SmtpSink.Start();

    protected virtual IEnumerable<KeyValuePair<string, string?>> Configuration =>
        [new("Migrations:Smtp:Host", "127.0.0.1"), new("Migrations:Smtp:Port", $"{Mail.Port}"), new("Migrations:Smtp:StartTls", "false")];

    public IServiceProvider Services => _host.Services;

    public async ValueTask InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:migrations-db"] = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(),
            ["ConnectionStrings:bus"] = "loopback",
            ["Migrations:ReceiptKeyFile"] = Path.Combine(Path.GetTempPath(), $"migrations-tests-{Guid.NewGuid():N}", "key.pem"),
        });
        builder.Configuration.AddInMemoryCollection(Configuration);
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.AddMigrations();
        foreach (var dispatcher in builder.Services.Where(s => s.ImplementationType?.Name.StartsWith("OutboxDispatcher", StringComparison.Ordinal) == true).ToList())
            builder.Services.Remove(dispatcher);
        _host = builder.Build();
        await _host.StartAsync();
        _host.Services.GetRequiredService<IBusControl>().ConnectReceiveObserver(new Handled(_handled));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _host.StopAsync();
        _host.Dispose();
        await Mail.DisposeAsync();
        _turn.Dispose();
    }

    /// <summary>One test at a time moves the clock.</summary>
    internal async Task<IDisposable> TakeTurnAsync()
    {
        await _turn.WaitAsync();
        return new Release(_turn);
    }

    /// <summary>Delivers a message and returns when it was handled; throws what the service threw.</summary>
    internal async Task DeliverAsync(object message, Guid? messageId = null)
    {
        if (await TryDeliverAsync(message, messageId) is { } error)
            throw new InvalidOperationException($"{message.GetType().Name} was not handled: {error.Message}", error);
    }

    /// <summary>Null when the message was handled, else why it went to the error queue.</summary>
    internal async Task<Exception?> TryDeliverAsync(object message, Guid? messageId = null)
    {
        var id = messageId ?? Guid.CreateVersion7();
        var handled = _handled[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var bus = Services.GetRequiredService<IBusControl>();
        if (Attribute.IsDefined(message.GetType(), typeof(CommandAttribute)))
        {
            var endpoint = await bus.GetSendEndpoint(Commands.AddressOf(message.GetType()));
            await endpoint.Send(message, message.GetType(), c => c.MessageId = id);
        }
        else
        {
            await bus.Publish(message, message.GetType(), c => c.MessageId = id);
        }

        return await handled.Task.WaitAsync(TimeSpan.FromSeconds(15));
    }

    /// <summary>Takes what is due out of the outbox, oldest first.</summary>
    internal async Task<IReadOnlyList<object>> TakeOutgoingAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MigrationsContext>();
        var now = Time.GetUtcNow().UtcDateTime;
        var rows = await db.Set<OutboxRow>().Where(r => r.DueAt <= now).OrderBy(r => r.DueAt).ThenBy(r => r.Id).ToListAsync();
        db.RemoveRange(rows);
        await db.SaveChangesAsync();
        return [.. rows.Select(Read)];
    }

    internal async Task<T> ReadAsync<T>(Func<MigrationsContext, Task<T>> read)
    {
        await using var scope = Services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<MigrationsContext>());
    }

    internal Task<Migration> LoadAsync(Guid id) => ReadAsync(db => db.Migrations.AsNoTracking().AsSplitQuery()
        .Include(m => m.Items).Include(m => m.Surveys).Include(m => m.Approvals).Include(m => m.Notices).Include(m => m.WorkReceipts).Include(m => m.Answers).Include(m => m.Tasks).SingleAsync(m => m.CorrelationId == id));

    private static object Read(OutboxRow row)
    {
        var name = row.MessageType.Split(';')[0]["urn:message:".Length..].Replace(':', '.');
        var type = typeof(CheckInvoices).Assembly.GetType(name) ?? typeof(Migration).Assembly.GetType(name) ?? throw new InvalidOperationException(name);
        using var body = JsonDocument.Parse(row.Body);
        return body.RootElement.GetProperty("message").Deserialize(type, Envelope)!;
    }

    private sealed class Release(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }

    private sealed class Handled(ConcurrentDictionary<Guid, TaskCompletionSource<Exception?>> handled) : IReceiveObserver
    {
        public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostReceive(ReceiveContext context) => End(context, null);

        public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) where T : class => Task.CompletedTask;

        public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) where T : class
        {
            if (context.MessageId is { } id && handled.TryGetValue(id, out var source))
                source.TrySetResult(exception);
            return Task.CompletedTask;
        }

        public Task ReceiveFault(ReceiveContext context, Exception exception) => End(context, exception);

        private Task End(ReceiveContext context, Exception? error)
        {
            if (context.GetMessageId() is { } id && handled.TryGetValue(id, out var source))
                source.TrySetResult(error);
            return Task.CompletedTask;
        }
    }
}
