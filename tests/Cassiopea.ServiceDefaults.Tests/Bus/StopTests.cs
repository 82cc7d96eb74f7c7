using Cassiopea.KillTest;
using Cassiopea.Lab.Servers;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Cassiopea.ServiceDefaults.Tests.Bus;

[Trait("Category", "Servers")]
public sealed class StopTests
{
    [Fact]
    public async Task A_message_whose_host_stops_in_the_middle_is_no_dead_letter_and_is_done_by_the_next_host()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var journey = Guid.CreateVersion7();
        var begun = new Begun { Waits = true };
        await using (var first = await StartAsync(begun, database))
        {
            await first.SendAsync(new CarrySite(journey));
            await begun.Source.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        }

        await using var second = await StartAsync(new Begun(), database);
        await second.EventuallyAsync("done", db => db.Set<Step>().AnyAsync(step => step.JourneyId == journey));
        Assert.Empty(await second.InDatabaseAsync(db => db.Set<DeadLetter>().ToListAsync()));
    }

    private static async Task<TestHost<CarrierContext>> StartAsync(Begun begun, string database) =>
        await TestHost<CarrierContext>.StartAsync(
            "carrier-db",
            builder =>
            {
                builder.AddServiceDefaults("carrier");
                builder.AddDatabase<CarrierContext>("carrier-db");
                builder.AddBus<CarrierContext>("carrier", bus => bus.AddConsumer<WaitingConsumer>());
                builder.Services.AddSingleton(begun);
            },
            (await RabbitMqServer.SharedAsync()).ConnectionString,
            database);

    private sealed class Begun
    {
        public bool Waits { get; init; }

        public TaskCompletionSource Source { get; } = new();
    }

    private sealed class WaitingConsumer(CarrierContext db, Begun begun) : IConsumer<CarrySite>
    {
        public async Task Consume(ConsumeContext<CarrySite> context)
        {
            begun.Source.TrySetResult();
            if (begun.Waits) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            db.Add(new Step { JourneyId = context.Message.CorrelationId, Name = "site" });
        }
    }
}
