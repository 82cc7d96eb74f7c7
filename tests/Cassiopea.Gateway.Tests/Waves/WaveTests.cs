using System.Net;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Lab;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Tests.Waves;

/// <summary>Waves through the API: what is asked of the saga and of the waves' keeper, and the count that is confirmed first.</summary>
[Trait("Category", "Servers")]
public sealed class WaveTests
{
    static readonly WavePlan Plan = new(Says.Start, Says.Start.AddDays(2), 3, [new([DayOfWeek.Monday], [], new TimeOnly(8, 0), new TimeOnly(18, 0))]);

    [Fact]
    public async Task A_wave_is_made_and_shown_with_its_members()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var staff = gateway.Client(await gateway.KeyAsync("alice", Role.Staff));
        var answer = await (await staff.PostAsync("/api/v1/waves", new
        {
            name = "first",
            opensAt = Plan.OpensAt,
            closesAt = Plan.ClosesAt,
            concurrency = 3,
            blackOuts = new[] { new { days = new[] { "Monday" }, from = "08:00:00", to = "18:00:00" } },
        }, "w1")).JsonAsync();
        var declared = await gateway.SentAsync<DeclareWave>();
        Assert.Equal(answer.GetProperty("waveId").GetGuid(), declared.WaveId);
        Assert.Equal([DayOfWeek.Monday], declared.Plan.BlackOuts.Single().Days);
        Assert.Equal("invalid", await (await staff.PostAsync("/api/v1/waves", new { name = "x", opensAt = Plan.ClosesAt, closesAt = Plan.OpensAt, concurrency = 3 }, "w2")).ProblemAsync(422));

        var (member, migration) = await gateway.SeedAsync("M0001", MigrationState.Copying, "pause", "cancel");
        await TellAsync(gateway, declared.WaveId, WaveState.Running, member);
        var wave = await (await staff.GetAsync(new Uri($"/api/v1/waves/{declared.WaveId}", UriKind.Relative))).JsonAsync();
        Assert.Equal(migration, wave.GetProperty("members")[0].GetProperty("migrationId").GetGuid());
        Assert.Equal("Copying", wave.GetProperty("members")[0].Text("state"));
        var list = await (await staff.GetAsync(new Uri("/api/v1/waves", UriKind.Relative))).JsonAsync();
        Assert.Equal(1, list[0].GetProperty("copying").GetInt32());
        using var auditor = gateway.Client(await gateway.KeyAsync("eve", Role.Auditor));
        Assert.Equal("role-not-allowed", await (await auditor.PostAsync($"/api/v1/waves/{declared.WaveId}/commands/start", new { expectedCount = 1 }, "w3")).ProblemAsync(403));
    }

    [Fact]
    public async Task An_act_on_a_wave_says_its_count_first_and_acts_on_exactly_that_many()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var staff = gateway.Client(await gateway.KeyAsync("alice", Role.Staff));
        var (copies, copying) = await gateway.SeedAsync("M0001", MigrationState.Copying, "pause", "cancel");
        var (prepares, preparing) = await gateway.SeedAsync("M0002", MigrationState.Preparing, "pause", "cancel");
        var (other, elsewhere) = await gateway.SeedAsync("M0003", MigrationState.Copying, "pause", "cancel");
        var id = Guid.CreateVersion7();
        await TellAsync(gateway, id, WaveState.Running, copies, prepares);

        var path = $"/api/v1/waves/{id}/commands/";
        var unconfirmed = await staff.PostAsync(path + "pause", new { reason = "the old host is slow" }, "p1");
        Assert.Contains("1 migrations", (await unconfirmed.JsonAsync()).Text("detail"), StringComparison.Ordinal);
        Assert.Equal("count-missing", await unconfirmed.ProblemAsync(428));
        Assert.Equal("count-changed", await (await staff.PostAsync(path + "pause", new { expectedCount = 2, reason = "the old host is slow" }, "p2")).ProblemAsync(409));
        Assert.Empty(gateway.Sent);

        // who prepares may go on answering; who is not in the wave is not touched
        Assert.Equal(HttpStatusCode.Accepted, (await staff.PostAsync(path + "pause", new { expectedCount = 1, reason = "the old host is slow" }, "p3")).StatusCode);
        Assert.Equal(WaveAct.Pause, (await gateway.SentAsync<DecideWave>()).Act);
        Assert.Equal([copying], await PausedAsync(gateway));

        var refused = await staff.PostAsync(path + "start", new { expectedCount = 2 }, "p4");
        Assert.Equal(["pause", "cancel", "retry"], (await refused.JsonAsync()).GetProperty("allowedTransitions").EnumerateArray().Select(a => a.GetString()!));
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);

        Assert.Equal(HttpStatusCode.Accepted, (await staff.PostAsync(path + "cancel", new { expectedCount = 2, reason = "the closing date moved" }, "p5")).StatusCode);
        await Eventually.TrueAsync("both are cancelled", () => Task.FromResult(gateway.Sent.OfType<CancelMigration>().Count() == 2));
        Assert.Equal([copying, preparing], gateway.Sent.OfType<CancelMigration>().Select(c => c.MigrationId).Order());
        Assert.NotEqual(other, elsewhere);
    }

    [Fact]
    public async Task Retry_tries_the_parked_items_of_the_waves_members_again()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var staff = gateway.Client(await gateway.KeyAsync("alice", Role.Staff));
        var (member, migration) = await gateway.SeedAsync("M0001", MigrationState.Copying, "retry");
        var (stranger, elsewhere) = await gateway.SeedAsync("M0002", MigrationState.Copying, "retry");
        var (parked, fine, foreign, id) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await gateway.PublishAsync(
            Says.Item(migration, parked, "a@amis.example", state: ItemState.NeedsStaff), Says.Item(migration, fine, "b@amis.example"),
            Says.Item(elsewhere, foreign, "c@amis.example", state: ItemState.NeedsStaff));
        await Eventually.TrueAsync("the board knows the items", () => gateway.QueryAsync(async db => await db.Items.CountAsync() == 3));
        await TellAsync(gateway, id, WaveState.Running, member);
        Assert.Equal("count-missing", await (await staff.PostAsync($"/api/v1/waves/{id}/commands/retry", new { }, "r1")).ProblemAsync(428));
        Assert.Equal(HttpStatusCode.Accepted, (await staff.PostAsync($"/api/v1/waves/{id}/commands/retry", new { expectedCount = 1 }, "r2")).StatusCode);
        Assert.Equal(parked, (await gateway.SentAsync<RetryItem>()).ItemId);
        Assert.Single(gateway.Sent.OfType<RetryItem>());
        Assert.NotEqual(stranger, member);
    }

    [Fact]
    public async Task An_older_word_about_a_wave_changes_nothing()
    {
        await using var gateway = await TestGateway.StartAsync();
        var id = Guid.CreateVersion7();
        await TellAsync(gateway, id, WaveState.Running);
        await gateway.PublishAsync(Changed(id, WaveState.Planned, 1));
        await TellAsync(gateway, Guid.CreateVersion7(), WaveState.Planned);
        Assert.Equal(WaveState.Running, (await gateway.QueryAsync(db => db.Waves.SingleAsync(w => w.Id == id))).State);
    }

    static async Task<IReadOnlyList<Guid>> PausedAsync(TestGateway gateway)
    {
        await gateway.SentAsync<PauseMigration>();
        return [.. gateway.Sent.OfType<PauseMigration>().Select(p => p.MigrationId)];
    }

    static WaveChanged Changed(Guid id, WaveState state, int version, params Guid[] members) =>
        new(id, "first", Plan, state, null, [.. members.Select(m => new WaveMember(m, null, ""))], version, "alice", "", Says.Start.AddSeconds(version));

    static async Task TellAsync(TestGateway gateway, Guid id, WaveState state, params Guid[] members)
    {
        await gateway.PublishAsync(Changed(id, state, 2, members));
        await Eventually.TrueAsync("the board knows the wave", () => gateway.QueryAsync(db => db.Waves.AnyAsync(w => w.Id == id)));
    }
}
