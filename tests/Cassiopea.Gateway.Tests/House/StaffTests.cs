using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Lab;

namespace Cassiopea.Gateway.Tests.House;

/// <summary>What staff see and do over all migrations and services.</summary>
[Trait("Category", "Servers")]
public sealed class StaffTests : IAsyncLifetime
{
    TestGateway _gateway = null!;
    HttpClient _alice = null!;
    HttpClient _bob = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await TestGateway.StartAsync();
        _alice = _gateway.Client(await _gateway.KeyAsync("alice", Role.Staff));
        _bob = _gateway.Client(await _gateway.KeyAsync("bob", Role.Operator));
    }

    public async ValueTask DisposeAsync()
    {
        _alice.Dispose();
        _bob.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task Incidents_are_grouped_explained_and_retried_by_code_only_with_the_right_count()
    {
        var (_, one) = await _gateway.SeedAsync("M1", MigrationState.Copying, "retry");
        var (_, two) = await _gateway.SeedAsync("M2", MigrationState.Copying, "retry");
        var full = new Failure(FailureSide.Target, FailureKind.Refused, FailureCode.OverQuota, "full");
        await _gateway.PublishAsync(
            Says.Item(one, Guid.CreateVersion7(), "a@x.example", state: ItemState.NeedsStaff, target: Says.End(Guid.NewGuid(), "new.example")) with { Failure = full },
            Says.Item(two, Guid.CreateVersion7(), "b@x.example", state: ItemState.NeedsStaff) with { Failure = full },
            Says.Item(two, Guid.CreateVersion7(), "c@x.example", state: ItemState.NeedsStaff) with { Failure = full with { Code = FailureCode.TimedOut } });
        await Eventually.TrueAsync("three are parked", async () => (await GetAsync("/api/v1/incidents?language=fr")).GetArrayLength() == 2);
        var groups = await GetAsync("/api/v1/incidents?language=fr");
        Assert.Equal(("over-quota", 2, 2), (groups[0].Text("code"), groups[0].GetProperty("items").GetInt32(), groups[0].GetProperty("migrations").GetInt32()));
        Assert.Contains("quota", groups[0].GetProperty("explanation").Text("fix"), StringComparison.Ordinal);
        Assert.Equal("provider", (await GetAsync("/api/v1/incidents/over-quota?language=nl")).Text("who"));
        Assert.Equal("not-found", await (await _alice.GetAsync("/api/v1/incidents/no-such")).ProblemAsync(404));

        Assert.Equal("count-missing", await (await _alice.PostAsync("/api/v1/bulk/retry", new { code = "over-quota" }, "k1")).ProblemAsync(428));
        Assert.Equal("count-changed", await (await _alice.PostAsync("/api/v1/bulk/retry", new { code = "over-quota", expectedCount = 3 }, "k2")).ProblemAsync(409));
        Assert.Equal("invalid", await (await _alice.PostAsync("/api/v1/bulk/retry", new { expectedCount = 3 }, "k3")).ProblemAsync(422));
        Assert.Empty(_gateway.Sent);
        Assert.Equal(HttpStatusCode.Accepted, (await _alice.PostAsync("/api/v1/bulk/retry", new { host = "NEW.example", expectedCount = 1 }, "k4")).StatusCode);
        Assert.Equal(one, (await _gateway.SentAsync<RetryItem>()).MigrationId);
        var answer = await _alice.PostAsync("/api/v1/bulk/retry", new { code = "over-quota", expectedCount = 2 }, "k5");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await Eventually.TrueAsync("both are asked", () => _gateway.Sent.OfType<RetryItem>().Count() == 3);
        foreach (var sent in _gateway.Sent.OfType<RetryItem>()) await _gateway.PublishAsync(new CommandAccepted(sent.OperationId, ""));
        await Eventually.TrueAsync("it ends", async () => (await GetAsync(answer.Headers.Location!.ToString())).Text("state") == "Succeeded");
    }

    [Fact]
    public async Task Many_migrations_are_held_resumed_and_given_up_where_each_allows_it()
    {
        var (member, one) = await _gateway.SeedAsync("M1", MigrationState.Copying, "pause", "cancel");
        await _gateway.SeedAsync("M2", MigrationState.Copying, "pause", "cancel");
        await _gateway.SeedAsync("M3", MigrationState.HandedOver);
        await _gateway.PublishAsync(Says.Item(one, Guid.CreateVersion7(), source: Says.End(Guid.NewGuid(), "old.example")));
        await Eventually.TrueAsync("the item is there", () => _gateway.QueryAsync(db => Task.FromResult(db.Items.Any())));
        Assert.Equal("count-changed", await (await _alice.PostAsync("/api/v1/bulk/pause", new { all = true, expectedCount = 3, reason = "the line is down" }, "k1")).ProblemAsync(409));
        Assert.Equal("invalid", await (await _alice.PostAsync("/api/v1/bulk/pause", new { all = true, expectedCount = 2 }, "k2")).ProblemAsync(422));
        Assert.Equal("invalid", await (await _alice.PostAsync("/api/v1/bulk/pause", new { all = true, host = "old.example", expectedCount = 2, reason = "why not" }, "k3")).ProblemAsync(422));
        Assert.Equal("count-changed", await (await _alice.PostAsync("/api/v1/bulk/pause", new { migrations = new[] { one }, expectedCount = 2, reason = "the line is down" }, "k4")).ProblemAsync(409));
        await _alice.PostAsync("/api/v1/bulk/pause", new { all = true, expectedCount = 2, reason = "the line is down" }, "k5");
        await Eventually.TrueAsync("two in all", () => _gateway.Sent.OfType<PauseMigration>().Count() == 2);
        await _alice.PostAsync("/api/v1/bulk/cancel", new { memberId = member, expectedCount = 1, reason = "the member stays with us" }, "k6");
        Assert.Equal(one, (await _gateway.SentAsync<CancelMigration>()).MigrationId);
        var none = await (await _alice.PostAsync("/api/v1/bulk/resume", new { all = true, expectedCount = 0 }, "k7")).JsonAsync();
        Assert.Equal("Succeeded", none.Text("state"));
    }

    [Fact]
    public async Task Items_of_a_host_a_kind_or_one_are_held_and_released_without_asking_any_saga_and_left_out_by_a_cancel()
    {
        var held = new System.Collections.Concurrent.ConcurrentQueue<ItemsHeld>();
        await _gateway.HearAsync<ItemsHeld>(held.Enqueue);
        var (_, migration) = await _gateway.SeedAsync("M1", MigrationState.Copying, "pause", "cancel", "exclude");
        var (near, far, done) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await _gateway.PublishAsync(
            Says.Item(migration, near, "a@x.example", source: Says.End(Guid.NewGuid(), "old.example")),
            Says.Item(migration, far, "b@x.example", source: Says.End(Guid.NewGuid(), "other.example")),
            Says.Item(migration, done, "c@x.example", state: ItemState.Done, source: Says.End(Guid.NewGuid(), "old.example")));
        await Eventually.TrueAsync("the items are there", () => _gateway.QueryAsync(db => Task.FromResult(db.Items.Count() == 3)));
        Assert.Equal("count-missing", await (await _alice.PostAsync("/api/v1/bulk/pause", new { host = "OLD.example", reason = "the old host is slow" }, "k1")).ProblemAsync(428));
        Assert.Equal(HttpStatusCode.Accepted, (await _alice.PostAsync("/api/v1/bulk/pause", new { host = "OLD.example", expectedCount = 1, reason = "the old host is slow" }, "k2")).StatusCode);
        await Eventually.TrueAsync("it is told", () => held.Count == 1);
        Assert.True(held.TryDequeue(out var said) && said.Held && said.Items.SequenceEqual([near]));
        Assert.Equal("alice", (await GetAsync($"/api/v1/items/{near}")).Text("heldBy"));
        Assert.Equal("count-changed", await (await _alice.PostAsync("/api/v1/bulk/pause", new { kind = "Mailbox", expectedCount = 2, reason = "all mail waits" }, "k3")).ProblemAsync(409));
        await _alice.PostAsync("/api/v1/bulk/resume", new { itemId = near, expectedCount = 1 }, "k4");
        await Eventually.TrueAsync("it is told", () => held.Count == 1);
        Assert.True(held.TryDequeue(out said) && !said.Held && said.Items.SequenceEqual([near]));
        Assert.Equal("", (await GetAsync($"/api/v1/items/{near}")).Text("heldBy"));
        Assert.Empty(_gateway.Sent);
        await _alice.PostAsync("/api/v1/bulk/cancel", new { host = "other.example", expectedCount = 1, reason = "that host is gone for good" }, "k5");
        Assert.Equal(far, (await _gateway.SentAsync<ExcludeItem>()).ItemId);
        Assert.Equal("invalid", await (await _alice.PostAsync("/api/v1/bulk/start", new { kind = "Mailbox", expectedCount = 1 }, "k6")).ProblemAsync(422));
    }

    [Fact]
    [Trait("Requirement", "sec-S25")]
    [Trait("Requirement", "reliability-F14")]
    public async Task Dead_letters_of_all_services_are_read_requeued_and_discarded_by_two_people()
    {
        var decided = new System.Collections.Concurrent.ConcurrentQueue<DeadLetterDecided>();
        await _gateway.HearAsync<DeadLetterDecided>(decided.Enqueue);
        var (good, bad) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await _gateway.PublishAsync(
            new DeadLetterParked(good, "mail", "transfer-mailbox", "urn:message:TransferMailbox", "InvalidOperationException", "login of ***@asbl.be failed", true, Says.Start),
            new DeadLetterParked(bad, "vault", "credential-granted", "", "", "not readable", false, Says.Start));
        await Eventually.TrueAsync("both are known", async () => (await GetAsync("/api/v1/dead-letters")).GetProperty("items").GetArrayLength() == 2);
        Assert.Equal("invalid", await (await _alice.PostAsync($"/api/v1/dead-letters/{bad}/requeue", new { reason = "try again" }, "k1")).ProblemAsync(422));
        var requeue = await _alice.PostAsync($"/api/v1/dead-letters/{good}/requeue", new { reason = "the login is mended" }, "k2");
        await Eventually.TrueAsync("it is decided", () => !decided.IsEmpty);
        Assert.Equal((good, "mail", true, "alice"), decided.TryDequeue(out var said) ? (said.LetterId, said.Service, said.Requeue, said.Actor) : default);
        await _gateway.PublishAsync(new DeadLetterEnded(good, true, "alice", Says.Start), new CommandAccepted(said!.OperationId, "Sent to its queue again."));
        await Eventually.TrueAsync("it waits no more", async () => (await GetAsync("/api/v1/dead-letters")).GetProperty("items").GetArrayLength() == 1);
        await Eventually.TrueAsync("it ends", async () => (await GetAsync(requeue.Headers.Location!.ToString())).Text("state") == "Succeeded");

        var first = await (await _alice.PostAsync($"/api/v1/dead-letters/{bad}/discard", new { reason = "an unreadable test" }, "k3")).JsonAsync();
        Assert.Contains("somebody else", first.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("four-eyes", await (await _alice.PostAsync($"/api/v1/dead-letters/{bad}/discard", new { reason = "an unreadable test" }, "k4")).ProblemAsync(403));
        Assert.Empty(decided);
        Assert.Equal(HttpStatusCode.Accepted, (await _bob.PostAsync($"/api/v1/dead-letters/{bad}/discard", new { reason = "agreed, a test" }, "k5")).StatusCode);
        await Eventually.TrueAsync("it is decided", () => !decided.IsEmpty);
        Assert.Equal((bad, false, "bob"), decided.TryDequeue(out said) ? (said.LetterId, said.Requeue, said.Actor) : default);
    }

    [Fact]
    [Trait("Requirement", "sec-S26")]
    public async Task The_audit_chains_of_all_services_are_verified_and_the_heads_that_were_seen_must_stay()
    {
        var asked = new System.Collections.Concurrent.ConcurrentQueue<AuditVerificationAsked>();
        await _gateway.HearAsync<AuditVerificationAsked>(asked.Enqueue);
        string[] others = ["billing", "databases", "domains", "mail", "mailing-lists", "migrations", "vault", "web-hosting"];
        var first = await _bob.PostAsync("/api/v1/audit/verifications", new { }, "k1");
        await Eventually.TrueAsync("it is asked", () => !asked.IsEmpty);
        asked.TryDequeue(out var one);
        foreach (var service in others) await _gateway.PublishAsync(new AuditVerified(one!.OperationId, service, true, 3, "head-" + service, "", TimeProvider.System.GetUtcNow()));
        await Eventually.TrueAsync("all are intact", async () => (await GetAsync(first.Headers.Location!.ToString(), _bob)).Text("state") == "Succeeded");

        var second = await _bob.PostAsync("/api/v1/audit/verifications", new { }, "k2");
        await Eventually.TrueAsync("it is asked again", () => !asked.IsEmpty);
        asked.TryDequeue(out var two);
        Assert.Contains(two!.Heads, head => head == new AuditHead("mail", "head-mail"));
        Assert.Contains(two.Heads, head => head.Service == "gateway");
        foreach (var service in others) await _gateway.PublishAsync(new AuditVerified(two.OperationId, service, service != "mail", 2, "x", service == "mail" ? "entry 3 is missing" : "", TimeProvider.System.GetUtcNow().AddSeconds(1)));
        await Eventually.TrueAsync("one is broken", async () => (await GetAsync(second.Headers.Location!.ToString(), _bob)).Text("state") == "Refused");
        Assert.Contains("mail: entry 3 is missing", (await GetAsync(second.Headers.Location!.ToString(), _bob)).Text("detail"), StringComparison.Ordinal);
        var verdicts = await GetAsync("/api/v1/audit/verdicts", _bob);
        Assert.Equal("head-mail", verdicts.EnumerateArray().Single(v => v.Text("service") == "mail").Text("head"));
    }

    [Fact]
    public async Task The_forecast_shows_its_assumptions_and_who_is_at_risk()
    {
        await _gateway.SeedAsync("M1", MigrationState.Watching);
        await _gateway.SeedAsync("M2", MigrationState.AwaitingPayment);
        await _gateway.SeedAsync("M3", MigrationState.HandedOver);
        Assert.Equal("invalid", await (await _alice.GetAsync("/api/v1/forecast")).ProblemAsync(422));
        var closing = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(20));
        var told = await GetAsync($"/api/v1/forecast?closing={closing:yyyy-MM-dd}&runs=500&seed=7");
        Assert.Equal((2, "M2"), (told.GetProperty("open").GetInt32(), told.GetProperty("departures")[0].Text("memberReference")));
        Assert.True(told.GetProperty("departures")[0].GetProperty("inTime").GetDouble() <= told.GetProperty("departures")[1].GetProperty("inTime").GetDouble());
        Assert.Equal(9, told.GetProperty("stages").GetArrayLength());
        Assert.False(told.GetProperty("rateMeasured").GetBoolean());
        var again = await GetAsync($"/api/v1/forecast?closing={closing:yyyy-MM-dd}&runs=500&seed=7");
        Assert.Equal(told.GetProperty("allInTime").GetDouble(), again.GetProperty("allInTime").GetDouble());
    }

    async Task<JsonElement> GetAsync(string path, HttpClient? client = null) => await (client ?? _alice).GetFromJsonAsync<JsonElement>(path);
}
