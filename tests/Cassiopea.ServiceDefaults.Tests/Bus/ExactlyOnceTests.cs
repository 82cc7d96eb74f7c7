using System.Collections.Concurrent;
using Cassiopea.KillTest;
using Cassiopea.Lab;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.ServiceDefaults.Tests.Bus;

[Trait("Requirement", "reliability-R2")]
public sealed class ExactlyOnceTests
{
    [Fact]
    public async Task A_message_delivered_three_times_is_consumed_once()
    {
        await using var carrier = await TestHosts.CarrierAsync();
        var received = new Received();
        carrier.Bus.ConnectReceiveObserver(received);
        var (journey, message) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        for (var i = 0; i < 3; i++) await carrier.SendAsync(new CarryMail(journey), message);
        var last = Guid.CreateVersion7();
        await carrier.SendAsync(new CarryMail(last));

        // the four are consumed side by side: only when each delivery has ended can there be no second one to come
        await Eventually.TrueAsync("every delivery has ended", () => Task.FromResult(received.Of(message) == 3));
        await carrier.EventuallyAsync("the last message is done", db => db.Set<Step>().AnyAsync(step => step.JourneyId == last));
        await Eventually.TrueAsync("the outbox is empty", async () => await carrier.CountAsync<OutboxRow>() == 0);
        Assert.Equal(1, await carrier.InDatabaseAsync(db => db.Set<Step>().CountAsync(step => step.JourneyId == journey)));
        Assert.Equal(2, await carrier.CountAsync<InboxRow>());
    }

    [Fact]
    public async Task A_journey_runs_from_begin_to_completed_and_leaves_no_row_behind()
    {
        // one process hosts the saga, probes stand for the carrier
        await using var journeys = await TestHosts.JourneysAsync();
        var id = Guid.CreateVersion7();
        await journeys.SendAsync(new BeginJourney(id, TimeSpan.FromHours(1)));
        await InStateAsync(journeys, id, "Mail");
        Assert.Equal(1, await journeys.InDatabaseAsync(db => db.Set<OutboxRow>().CountAsync(row => row.Token != null)));

        await journeys.Bus.Publish(new MailCarried(id));
        await InStateAsync(journeys, id, "Site");
        var twice = Guid.CreateVersion7();
        for (var i = 0; i < 2; i++) await journeys.Bus.Publish(new SiteCarried(id), context => context.MessageId = twice);
        await InStateAsync(journeys, id, "Database");
        await journeys.Bus.Publish(new DatabaseCarried(id));
        await InStateAsync(journeys, id, "Completed");

        Assert.Equal(4, await journeys.InDatabaseAsync(db => db.Set<Journey>().Where(x => x.CorrelationId == id).Select(x => x.Steps).SingleAsync()));
        await journeys.EventuallyAsync("the outbox is empty", async db => !await db.Set<OutboxRow>().AnyAsync());
    }

    [Fact]
    public async Task A_consumer_that_throws_leaves_neither_own_row_nor_outbox_row_nor_inbox_row()
    {
        await using var host = await TestHost<CarrierContext>.StartAsync("carrier-db", builder =>
        {
            builder.AddServiceDefaults("carrier");
            builder.AddDatabase<CarrierContext>("carrier-db");
            builder.AddBus<CarrierContext>("carrier", bus => bus.AddConsumer<ThrowingConsumer>());
        });
        var faulted = new TaskCompletionSource();
        await host.Bus.ConnectReceiveEndpoint("fault-probe", endpoint => endpoint.Handler<Fault<CarryMail>>(_ =>
        {
            faulted.TrySetResult();
            return Task.CompletedTask;
        })).Ready;
        await host.SendAsync(new CarryMail(Guid.CreateVersion7()));
        await faulted.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);

        Assert.Equal(0, await host.CountAsync<Step>());
        Assert.Equal(0, await host.CountAsync<OutboxRow>());
        Assert.Equal(0, await host.CountAsync<InboxRow>());
    }

    [Fact]
    public async Task Fifty_events_at_once_that_create_one_instance_are_all_counted()
    {
        await using var journeys = await TestHosts.JourneysAsync();
        var id = Guid.CreateVersion7();
        var begin = new BeginJourney(id, TimeSpan.FromHours(1));
        var message = Guid.CreateVersion7();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => journeys.SendAsync(begin, message)));
        await InStateAsync(journeys, id, "Mail");
        Assert.Equal(1, await journeys.CountAsync<Transition>());
    }

    internal static Task InStateAsync(TestHost<JourneyContext> host, Guid id, string state) =>
        host.EventuallyAsync($"journey in {state}", db => db.Set<Journey>().AnyAsync(x => x.CorrelationId == id && x.CurrentState == state));

    private sealed class ThrowingConsumer(CarrierContext db) : IConsumer<CarryMail>
    {
        public async Task Consume(ConsumeContext<CarryMail> context)
        {
            db.Add(new Step { JourneyId = context.Message.CorrelationId, Name = "mail" });
            await context.Publish(new MailCarried(context.Message.CorrelationId));
            throw new InvalidOperationException("a defect");
        }
    }

    /// <summary>Counts the deliveries that ended, well or badly, by message.</summary>
    private sealed class Received : IReceiveObserver
    {
        private readonly ConcurrentDictionary<Guid, int> _ended = [];

        public int Of(Guid message) => _ended.GetValueOrDefault(message);

        public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

        public Task PostReceive(ReceiveContext context) => End(context);

        public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) where T : class => Task.CompletedTask;

        public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) where T : class => Task.CompletedTask;

        public Task ReceiveFault(ReceiveContext context, Exception exception) => End(context);

        private Task End(ReceiveContext context)
        {
            if (context.GetMessageId() is { } id) _ended.AddOrUpdate(id, 1, (_, before) => before + 1);
            return Task.CompletedTask;
        }
    }
}
