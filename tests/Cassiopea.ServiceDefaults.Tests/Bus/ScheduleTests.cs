using Cassiopea.KillTest;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.ServiceDefaults.Tests.Bus;

public sealed class ScheduleTests
{
    [Fact]
    public async Task A_deadline_fires_and_one_that_was_taken_away_does_not()
    {
        await using var journeys = await TestHosts.JourneysAsync();
        var (late, stopped) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await journeys.SendAsync(new BeginJourney(stopped, TimeSpan.FromSeconds(30)));
        await ExactlyOnceTests.InStateAsync(journeys, stopped, "Mail");
        await journeys.SendAsync(new AbandonJourney(stopped));
        await journeys.SendAsync(new BeginJourney(late, TimeSpan.FromMilliseconds(300)));

        await ExactlyOnceTests.InStateAsync(journeys, late, "TimedOut");
        await ExactlyOnceTests.InStateAsync(journeys, stopped, "Stopped");
        Assert.False(await journeys.InDatabaseAsync(db => db.Set<OutboxRow>().AnyAsync(row => row.Token != null)));
    }

    [Fact]
    public async Task A_passing_failure_comes_back_through_the_outbox_and_is_done_once()
    {
        await using var host = await TestHost<CarrierContext>.StartAsync("carrier-db", builder =>
        {
            builder.AddServiceDefaults("carrier");
            builder.AddDatabase<CarrierContext>("carrier-db");
            builder.AddBus<CarrierContext>("carrier", bus => bus.AddConsumer<AwayOnceConsumer>());
        });
        var journey = Guid.CreateVersion7();
        await host.SendAsync(new CarryMail(journey));
        await host.EventuallyAsync("done at the second delivery", db => db.Set<Step>().AnyAsync(step => step.JourneyId == journey));
        Assert.Equal(1, await host.CountAsync<Step>());
    }

    private sealed class AwayOnceConsumer(CarrierContext db) : IConsumer<CarryMail>
    {
        public Task Consume(ConsumeContext<CarryMail> context)
        {
            if (context.GetRedeliveryCount() == 0) throw new HttpRequestException("the other service is away");
            db.Add(new Step { JourneyId = context.Message.CorrelationId, Name = "mail" });
            return Task.CompletedTask;
        }
    }
}
