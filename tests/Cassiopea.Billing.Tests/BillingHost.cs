using System.Collections.Concurrent;
using System.Text;
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

namespace Cassiopea.Billing.Tests;

/// <summary>Billing with a database of its own, the bus in memory, the clock moved by hand; hears what it publishes.</summary>
internal sealed class BillingHost : IAsyncDisposable
{
    public const string Header = "member_ref;invoice_no;year;issued_on;due_on;amount;paid;credited;currency;status;communication\n";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly IHost _host;
    private readonly ConcurrentDictionary<Type, ConcurrentQueue<object>> _heard = new();

    private BillingHost(IHost host, ManualTime time) => (_host, Time) = (host, time);

    public ManualTime Time { get; }

    public IServiceProvider Services => _host.Services;

    public static async Task<BillingHost> StartAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:billing-db"] = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(),
            ["ConnectionStrings:bus"] = "loopback",
            ["Billing:ClosingDate"] = "2018-06-30",
            ["Billing:ClockInterval"] = "00:00:00.2",
        });
        if (settings is not null) builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var time = new ManualTime(new DateTimeOffset(2018, 3, 1, 12, 0, 0, TimeSpan.Zero));
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddServiceDefaults("billing");
        builder.AddBilling();
        var billing = new BillingHost(builder.Build(), time);
        await billing._host.StartAsync();
        await billing.HearAsync<InvoicesChecked>();
        await billing.HearAsync<LedgerChanged>();
        await billing.HearAsync<PaymentRecorded>();
        await billing.HearAsync<InvoicesImported>();
        await billing.HearAsync<PaymentsImported>();
        await billing.HearAsync<CommandAccepted>();
        await billing.HearAsync<CommandRefused>();
        return billing;
    }

    public IReadOnlyList<T> Heard<T>() => [.. _heard[typeof(T)].Cast<T>()];

    /// <summary>The first message of a kind that fits, awaited.</summary>
    public async Task<T> NextAsync<T>(Func<T, bool> fits) where T : class
    {
        await Eventually.TrueAsync($"{typeof(T).Name} arrives", () => Heard<T>().Any(fits), Limit);
        return Heard<T>().First(fits);
    }

    public async Task SendAsync<T>(T command) where T : class
    {
        var endpoint = await Services.GetRequiredService<IBus>().GetSendEndpoint(Commands.AddressOf(typeof(T)));
        await endpoint.Send(command);
    }

    /// <summary>Sends and waits for the end of the operation: <c>accepted: …</c> or <c>CODE: …</c>.</summary>
    public async Task<string> AnswerAsync<T>(Func<Guid, T> command) where T : class
    {
        var operation = Guid.NewGuid();
        await SendAsync(command(operation));
        string? answer = null;
        await Eventually.TrueAsync($"{typeof(T).Name} is answered", () => (answer = AnswerTo(operation)) is not null, Limit);
        return answer!;
    }

    public async Task<InvoicesImported> ImportAsync(string lines, bool dryRun = false)
    {
        var operation = Guid.NewGuid();
        await SendAsync(new Contracts.ImportInvoices(operation, "tresoriere", "invoices.csv", Encoding.UTF8.GetBytes(Header + lines), dryRun));
        return await NextAsync<InvoicesImported>(said => said.OperationId == operation);
    }

    public Task<string> PayAsync(string bankReference, long cents, string member = "", string communication = "") =>
        AnswerAsync(operation => new Contracts.RecordPayment(operation, "tresoriere", member, cents, communication, new DateOnly(2018, 2, 27), bankReference));

    public async Task<PaymentsImported> ImportPaymentsAsync(string text, bool dryRun = false)
    {
        var operation = Guid.NewGuid();
        await SendAsync(new Contracts.ImportPayments(operation, "tresoriere", "bank.cod", Encoding.Latin1.GetBytes(text), dryRun));
        return await NextAsync<PaymentsImported>(said => said.OperationId == operation);
    }

    public Task<string> WaiveAsync(string actor, string member, DateOnly? expires = null, string reason = "The board decided so.") =>
        AnswerAsync(operation => new Contracts.WaiveInvoices(operation, actor, member, reason, "", expires));

    public async Task<(Guid Migration, InvoicesChecked Answer)> CheckAsync(string member)
    {
        var migration = Guid.NewGuid();
        await SendAsync(new Contracts.CheckInvoices(migration, member));
        return (migration, await NextAsync<InvoicesChecked>(said => said.MigrationId == migration));
    }

    public IReadOnlyList<InvoicesChecked> Told(Guid migration) => [.. Heard<InvoicesChecked>().Where(said => said.MigrationId == migration)];

    /// <summary>Waits until a migration was told this last.</summary>
    public Task StandsAsync(Guid migration, InvoiceStatus status, long openCents) => Eventually.TrueAsync(
        $"{status} with {openCents} cents", () => Told(migration) is [.., { } last] && last.Status == status && last.OpenCents == openCents, Limit);

    public async Task<T> InDatabaseAsync<T>(Func<BillingContext, Task<T>> body)
    {
        await using var scope = Services.CreateAsyncScope();
        return await body(scope.ServiceProvider.GetRequiredService<BillingContext>());
    }

    /// <summary>Publishes or sends and waits until it is consumed, whatever came of it.</summary>
    public async Task ConsumedAsync<T>(T message) where T : class
    {
        var id = Guid.NewGuid();
        await Services.GetRequiredService<IBus>().Publish(message, context => context.MessageId = id);
        await Eventually.TrueAsync("the message is consumed", () => InDatabaseAsync(async db =>
            await db.Database.SqlQuery<int>($"""select count(*)::int as "Value" from inbox where message_id = {id}""").SingleAsync() == 1), Limit);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private string? AnswerTo(Guid operation) =>
        Heard<CommandAccepted>().FirstOrDefault(said => said.OperationId == operation) is { } accepted ? $"accepted: {accepted.Detail}"
        : Heard<CommandRefused>().FirstOrDefault(said => said.OperationId == operation) is { } refused ? $"{refused.Code}: {refused.Detail}"
        : null;

    private async Task HearAsync<T>() where T : class
    {
        var queue = _heard.GetOrAdd(typeof(T), _ => new());
        var handle = Services.GetRequiredService<IBusControl>().ConnectReceiveEndpoint($"heard-{typeof(T).Name}", endpoint =>
        {
            endpoint.ConcurrentMessageLimit = 1;
            endpoint.Handler<T>(context =>
            {
                queue.Enqueue(context.Message);
                return Task.CompletedTask;
            });
        });
        await handle.Ready;
    }
}
