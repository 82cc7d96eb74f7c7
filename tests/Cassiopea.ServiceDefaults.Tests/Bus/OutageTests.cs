using Cassiopea.KillTest;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Cassiopea.ServiceDefaults.Tests.Bus;

/// <summary>The services stay up while their broker, or their database, dies and comes back.</summary>
[Trait("Category", "Servers")]
public sealed class OutageTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(3);

    [Fact]
    [Trait("Requirement", "reliability-F4")]
    public async Task A_broker_that_is_killed_again_and_again_loses_no_message_and_the_services_go_on_by_themselves()
    {
        const int Sagas = 200;
        const int Kills = 4;
        var root = Directory.CreateTempSubdirectory("cassiopea-rabbitmq-");
        await using (var broker = await RabbitMqServer.StartAsync(root.FullName))
        {
            await using var journeys = await TestHosts.JourneysAsync(broker.ConnectionString);
            await using var carrier = await TestHosts.CarrierAsync(broker.ConnectionString);
            for (var kill = 0; kill < Kills; kill++)
            {
                await BeginAsync(journeys, Sagas / Kills);
                await Task.Delay(Pause / (kill + 1), TimeProvider.System);
                await broker.KillAsync();
                await Task.Delay(Pause, TimeProvider.System);
                await broker.StartAgainAsync();
                var waiting = await journeys.CountAsync<OutboxRow>() + await carrier.CountAsync<OutboxRow>();
                output.WriteLine($"broker back after kill {kill + 1}, {waiting} messages wait");
                await Task.Delay(Pause, TimeProvider.System);
            }

            var clock = System.Diagnostics.Stopwatch.StartNew();
            await journeys.EventuallyAsync(
                "all completed", async db => await db.Set<Journey>().CountAsync(x => x.CurrentState == "Completed") == Sagas, DrainLimit);
            output.WriteLine($"completed {clock.Elapsed.TotalSeconds:0.0} s after the last return of the broker");
            await Eventually.TrueAsync("outboxes empty", async () =>
                await journeys.CountAsync<OutboxRow>() + await carrier.CountAsync<OutboxRow>() == 0);
            Assert.Equal(Sagas * 3, await carrier.CountAsync<Step>());
            Assert.Equal(Sagas * 4, await journeys.CountAsync<Transition>());
            Assert.Equal(0, await journeys.CountAsync<DeadLetter>() + await carrier.CountAsync<DeadLetter>());
        }

        root.Delete(recursive: true);
    }

    [Fact]
    public async Task A_bus_that_stays_unwell_while_its_broker_answers_is_started_again()
    {
        var broker = await RabbitMqServer.SharedAsync();
        await using var journeys = await TestHost<JourneyContext>.StartAsync(
            "journeys-db",
            builder =>
            {
                builder.AddJourneys();
                builder.Services.Configure<BusOptions>(options => options.StuckAfter = TimeSpan.FromSeconds(1));
            },
            broker.ConnectionString);
        await journeys.Bus.StopAsync(); // stands for a client that hangs: nothing goes in or out
        await BeginAsync(journeys, 3);
        await journeys.EventuallyAsync("begun", async db => await db.Set<Journey>().CountAsync() == 3, DrainLimit);
    }

    // as an HTTP request does: rows in the outbox, which outlive the broker
    private static Task<int> BeginAsync(TestHost<JourneyContext> journeys, int count) => journeys.InOutboxAsync(async outbox =>
    {
        for (var i = 0; i < count; i++) await outbox.SendCommand(new BeginJourney(NewId.NextGuid(), TimeSpan.FromHours(1)), default);
    });
}
