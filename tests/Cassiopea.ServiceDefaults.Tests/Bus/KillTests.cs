using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Cassiopea.KillTest;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Cassiopea.ServiceDefaults.Tests.Bus;

/// <summary>Two hosts are killed with SIGKILL at random moments while sagas run over real RabbitMQ and PostgreSQL (with fsync).</summary>
[Trait("Requirement", "reliability-R2")]
public sealed class KillTests(ITestOutputHelper output)
{
    private static readonly TimeSpan LastRunLimit = TimeSpan.FromMinutes(3);

    [Fact]
    [Trait("Category", "Servers")]
    [Trait("Requirement", "reliability-F6")]
    public Task Five_hundred_sagas_whose_hosts_are_killed_are_completed_once() =>
        KillAsync(500, TimeSpan.FromSeconds(60), (_, _, _) => Task.CompletedTask);

    [Fact]
    [Trait("Category", "Nightly")]
    [Trait("Requirement", "reliability-F4")]
    [Trait("Requirement", "reliability-F5")]
    public Task Broker_and_database_are_killed_too_and_every_saga_is_completed_once() =>
        KillAsync(300, TimeSpan.FromMinutes(3), KillServersAsync);

    private async Task KillAsync(int sagas, TimeSpan killing, Func<PostgresServer, RabbitMqServer, TimeSpan, Task> alsoKill)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CASSIOPEA_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given : RandomNumberGenerator.GetInt32(int.MaxValue);
        output.WriteLine($"seed {seed} (CASSIOPEA_SEED)");
        var roots = new[] { "cassiopea-postgres-", "cassiopea-rabbitmq-" }.Select(name => Directory.CreateTempSubdirectory(name)).ToArray();
        await using (var postgres = await PostgresServer.StartAsync(roots[0].FullName))
        await using (var broker = await RabbitMqServer.StartAsync(roots[1].FullName))
        {
            var journeys = await postgres.CreateDatabaseAsync("journeys");
            var carrier = await postgres.CreateDatabaseAsync("carrier");
            var environment = new Dictionary<string, string?>
            {
                ["ConnectionStrings__journeys-db"] = journeys,
                ["ConnectionStrings__carrier-db"] = carrier,
                ["ConnectionStrings__bus"] = broker.ConnectionString,
                ["Jobs__Lease"] = "00:00:03",
                ["Jobs__Heartbeat"] = "00:00:01",
                ["Jobs__BulkSlots"] = "8",
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["Logging__LogLevel__Default"] = "Error",
                ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
            };
            using var end = new CancellationTokenSource(killing * 2); // on a busy machine: until there were enough kills, at most twice as long
            await using var first = new Victim("journeys", environment, new Random(seed));
            await using var second = new Victim("carrier", environment, new Random(seed ^ 0x5eed));
            await Task.WhenAll(
                first.KillAsync(killing, end.Token),
                second.KillAsync(killing, end.Token),
                BeginAsync(broker.ConnectionString, sagas, killing * 0.8),
                alsoKill(postgres, broker, killing));
            await Task.WhenAll(first.StartAsync(), second.StartAsync());
            output.WriteLine($"kills: journeys {first.Kills}, carrier {second.Kills}");
            await Eventually.TrueAsync(
                "all journeys are completed and both outboxes empty, or there are dead letters",
                async () => (await CountAsync(journeys, "journey where current_state = 'Completed'") == sagas
                    && await CountAsync(journeys, "outbox") + await CountAsync(carrier, "outbox") == 0)
                    || await CountAsync(journeys, "dead_letter") + await CountAsync(carrier, "dead_letter") > 0,
                LastRunLimit);
            foreach (var database in new[] { journeys, carrier }) Assert.Empty(await LettersAsync(database));

            Assert.Equal(sagas, await CountAsync(journeys, "journey"));
            Assert.Equal(sagas * 4, await CountAsync(journeys, "transition"));
            Assert.Equal(0, await CountAsync(journeys, "(select from transition group by journey_id, state having count(*) > 1) twice"));
            Assert.Equal(sagas * 3, await CountAsync(carrier, "step"));
            Assert.Equal(0, await CountAsync(carrier, "(select from step group by journey_id, name having count(*) > 1) twice"));
            Assert.Equal(sagas, await CountAsync(carrier, "job where state = 'Done'"));
            Assert.True(first.Kills > 2 && second.Kills > 2, "too few kills to mean anything");
            output.WriteLine($"jobs taken over {await CountAsync(carrier, "job where lease_epoch > 1")}");
            output.WriteLine($"outside calls {await CountAsync(carrier, "outside_call")} for {sagas * 3} steps");
            // a duplicate that its inbox drops may still be on its way
            var queues = "";
            await Eventually.TrueAsync(
                () => $"every queue is empty:\n{queues}",
                async () =>
                {
                    queues = await broker.ControlAsync(["-q", "list_queues", "name", "messages", "--no-table-headers"]);
                    return queues.Split('\n', StringSplitOptions.RemoveEmptyEntries).All(line => line.EndsWith("\t0", StringComparison.Ordinal));
                });
        }

        foreach (var root in roots) root.Delete(recursive: true);
    }

    /// <summary>Each in turn, every few seconds, away for some seconds; both are there at the end.</summary>
    private static async Task KillServersAsync(PostgresServer postgres, RabbitMqServer broker, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        var pause = TimeSpan.FromSeconds(15);
        while (clock.Elapsed < time)
        {
            await postgres.KillAsync();
            await postgres.StartAgainAsync(CancellationToken.None);
            await Task.Delay(pause, TimeProvider.System, CancellationToken.None);
            await broker.KillAsync();
            await broker.StartAgainAsync(CancellationToken.None);
            await Task.Delay(pause, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Begins the sagas evenly over the time of the kills; each is sent until the broker has it in a queue.</summary>
    private static async Task BeginAsync(string broker, int sagas, TimeSpan over)
    {
        await using var provider = new ServiceCollection().AddLogging()
            .AddMassTransit(bus =>
            {
                bus.DisableUsageTelemetry();
                bus.UsingRabbitMq((_, rabbit) => rabbit.Host(new Uri(broker)));
            }).BuildServiceProvider();
        var bus = provider.GetRequiredService<IBusControl>();
        await bus.StartAsync();
        var endpoint = await bus.GetSendEndpoint(Commands.AddressOf(typeof(BeginJourney)));
        for (var i = 0; i < sagas; i++)
        {
            var id = NewId.NextGuid();
            await Eventually.TrueAsync("the journey's queue exists", () => SentAsync(endpoint, id), TimeSpan.FromMinutes(2));
            await Task.Delay(over / sagas, TimeProvider.System);
        }

        await bus.StopAsync();
    }

    private static async Task<bool> SentAsync(ISendEndpoint endpoint, Guid id)
    {
        try
        {
            await endpoint.Send(new BeginJourney(id, TimeSpan.FromHours(1)), context =>
            {
                context.MessageId = id;
                ((PublishContext)context).Mandatory = true;
            });
            return true;
        }
        catch (Exception e) when (e is MessageReturnedException or OperationCanceledException or TransportException
            || e.GetType().Assembly == typeof(RabbitMQ.Client.IConnection).Assembly)
        {
            return false; // no queue yet, or the broker is away: sent again, with the same MessageId
        }
    }

    private static async Task<List<string>> LettersAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database + ";Pooling=false");
        await using var command = source.CreateCommand("select queue || ': ' || error_type || ': ' || error from dead_letter order by at");
        await using var rows = await command.ExecuteReaderAsync();
        var letters = new List<string>();
        while (await rows.ReadAsync()) letters.Add(rows.GetString(0));
        return letters;
    }

    private static async Task<long> CountAsync(string database, string what)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select count(*) from " + what, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>One host, killed again and again; the last one is left to finish.</summary>
    private sealed class Victim(string role, Dictionary<string, string?> environment, Random random) : IAsyncDisposable
    {
        private const int EnoughKills = 8;

        private ChildProcess? _process;

        public int Kills { get; private set; }

        public async Task KillAsync(TimeSpan time, CancellationToken end)
        {
            var clock = Stopwatch.StartNew();
            while ((clock.Elapsed < time || Kills < EnoughKills) && !end.IsCancellationRequested)
            {
                var ready = await StartAsync();

                // mostly in the middle of its work, sometimes while it starts
                if (random.Next(5) > 0) await ready.WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System, CancellationToken.None);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 3500)), TimeProvider.System, CancellationToken.None);
                if (_process!.HasExited) continue; // gave up by itself: its servers were away too
                await _process.KillAsync();
                Kills++;
            }
        }

        public async Task<Task> StartAsync()
        {
            var ready = new TaskCompletionSource();
            _process = await ChildProcess.StartAsync(new ChildProgram(Path.Combine(AppContext.BaseDirectory, "Cassiopea.KillTest"), role)
            {
                Environment = environment,
                WorkingDirectory = AppContext.BaseDirectory,
                OnLine = line =>
                {
                    if (line.Contains("Application started", StringComparison.Ordinal)) ready.TrySetResult();
                },
            });
            return Task.WhenAny(ready.Task, _process.WaitForExitAsync());
        }

        public async ValueTask DisposeAsync()
        {
            if (_process is null) return;
            await _process.KillAsync();
            await _process.DisposeAsync();
        }
    }
}
