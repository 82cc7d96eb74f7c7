using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Tests.Events;

[Trait("Category", "Servers")]
public sealed class EventStreamTests
{
    [Fact]
    public async Task Events_arrive_in_order_with_their_type()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (member, migration) = await gateway.SeedAsync();
        using var client = gateway.Client();
        await using var stream = await Reader.OpenAsync(client, "?after=0");
        Assert.Equal(["state", "state"], (await stream.TakeAsync(2)).Select(e => e.EventType));
        var item = Guid.CreateVersion7();
        await gateway.PublishAsync(Says.Item(migration, item));
        await gateway.PublishAsync(Says.Progress(migration, item, 5, 5));
        var live = await stream.TakeAsync(2);
        Assert.Equal(["progress", "state"], live.Select(e => e.EventType).Order());
        Assert.Equal(live.Select(e => Number(e)).Order(), live.Select(e => Number(e)));
        Assert.NotEqual(Guid.Empty, member);
    }

    [Fact]
    public async Task A_member_and_a_filter_see_only_their_own()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (mine, myMigration) = await gateway.SeedAsync("M1");
        var (_, theirMigration) = await gateway.SeedAsync("M2");
        using var member = gateway.Client(await gateway.KeyAsync("amis", Role.Member, mine));
        using var staff = gateway.Client();
        await using var own = await Reader.OpenAsync(member, "?after=0");
        await using var filtered = await Reader.OpenAsync(staff, $"?after=0&migration={myMigration}");
        await gateway.PublishAsync(Says.Item(theirMigration, Guid.CreateVersion7(), "secret@others.example"));
        await Eventually.TrueAsync("theirs is there", () => gateway.QueryAsync(db => db.Items.AnyAsync()));
        await gateway.PublishAsync(new NoticeSent(myMigration, "last", 1, Says.Start));
        Assert.DoesNotContain(await own.UntilAsync("\"last\""), e => e.Data.Contains(theirMigration.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(await filtered.UntilAsync("\"last\""), e => e.Data.Contains(theirMigration.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "rel-F7")]
    public async Task A_reader_that_resumes_after_restarts_under_load_misses_nothing()
    {
        const int Events = 200;
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var port = FreePort.Next();
        var seen = new List<SseItem<string>>();
        var (member, migration, key) = (Guid.Empty, Guid.Empty, "");
        for (var round = 0; round < 4; round++)
        {
            await using var gateway = await TestGateway.StartAsync(database, port: port);
            if (round == 0)
            {
                (member, migration) = await gateway.SeedAsync();
                key = gateway.AdminKey;
            }
            var first = round * Events;
            var publishing = Task.WhenAll(Enumerable.Range(first, Events).Select(n => gateway.PublishAsync(new NoticeSent(migration, "n", n, Says.Start))));
            using var client = gateway.Client(key);
            await using (var stream = await Reader.OpenAsync(client, "", seen.LastOrDefault().EventId ?? "0"))
                seen.AddRange(await stream.TakeAsync(Events / 2));
            await publishing;
            await Eventually.TrueAsync("all are in the log", () => gateway.QueryAsync(async db => await db.Events.CountAsync(e => e.Type == "message") == first + Events));
        }
        await using (var gateway = await TestGateway.StartAsync(database, port: port))
        {
            using var client = gateway.Client(key);
            await using var stream = await Reader.OpenAsync(client, "", seen[^1].EventId);
            var wanted = await gateway.QueryAsync(db => db.Events.Select(e => e.Id).OrderBy(id => id).ToListAsync());
            seen.AddRange(await stream.TakeAsync(wanted.Count - seen.Count));
            Assert.Equal(wanted, seen.Select(e => Number(e)));
        }
    }

    [Fact]
    public async Task Silence_is_broken_by_heartbeats_and_a_revoked_key_loses_its_stream()
    {
        await using var gateway = await TestGateway.StartAsync(settings: new Dictionary<string, string?> { ["Gateway:Heartbeat"] = "00:00:00.2" });
        using var client = gateway.Client(await gateway.KeyAsync("carol", Role.Staff));
        using var response = await client.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        string? line;
        while ((line = await reader.ReadLineAsync()) != ": heartbeat")
            Assert.NotNull(line);
        await gateway.QueryAsync(db => db.ApiKeys.Where(k => k.Owner == "carol").ExecuteUpdateAsync(k => k.SetProperty(x => x.RevokedAt, Says.Start)));
        while (await reader.ReadLineAsync() is not null)
        {
        }
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/events")).StatusCode);
    }

    [Fact]
    public async Task A_last_event_id_that_is_none_is_refused()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var client = gateway.Client();
        client.DefaultRequestHeaders.Add("Last-Event-ID", "yesterday");
        Assert.Equal("malformed", await (await client.GetAsync("/api/v1/events")).ProblemAsync(400));
    }

    static long Number(SseItem<string> item) => long.Parse(item.EventId!, CultureInfo.InvariantCulture);

    sealed class Reader(HttpResponseMessage response, IAsyncEnumerator<SseItem<string>> items) : IAsyncDisposable
    {
        static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        public static async Task<Reader> OpenAsync(HttpClient client, string query, string? lastEventId = null)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events" + query);
            if (lastEventId is not null)
                request.Headers.Add("Last-Event-ID", lastEventId);
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return new Reader(response, SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator());
        }

        public async Task<List<SseItem<string>>> TakeAsync(int count)
        {
            var taken = new List<SseItem<string>>();
            while (taken.Count < count)
            {
                Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(Patience), "the stream ended");
                taken.Add(items.Current);
            }
            return taken;
        }

        public async Task<List<SseItem<string>>> UntilAsync(string text)
        {
            var taken = new List<SseItem<string>>();
            do
                taken.AddRange(await TakeAsync(1));
            while (!taken[^1].Data.Contains(text, StringComparison.Ordinal));
            return taken;
        }

        public ValueTask DisposeAsync()
        {
            response.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
