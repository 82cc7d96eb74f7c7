using Cassiopea.Contracts;
using Cassiopea.Migrations.Members;
using Cassiopea.Migrations.Waves;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Cassiopea.Migrations.Tests.Waves;

/// <summary>Whom a wave starts, and when.</summary>
[Trait("Category", "Servers")]
public sealed class WaveTests(World world)
{
    private readonly List<(Guid Member, Guid Migration)> _members = [];
    private readonly Guid _wave = Guid.CreateVersion7();

    [Fact]
    public async Task A_running_wave_starts_as_many_as_it_may_and_another_for_each_that_is_past_its_first_copy()
    {
        using var turn = await world.TakeTurnAsync();
        await MakeAsync(Now.AddHours(-1), Now.AddDays(2), 2, 5);
        Assert.Empty(await StartedAsync());
        await DoAsync(o => new DecideWave(o, "staff-a", _wave, WaveAct.Start, ""));
        Assert.Equal(Migrations(0, 1), await StartedAsync());

        await MoveAsync(0, MigrationState.Ready, MigrationState.Copying);
        Assert.Empty(await StartedAsync());
        await MoveAsync(0, MigrationState.Copying, MigrationState.CatchingUp);
        Assert.Equal(Migrations(2), await StartedAsync());
        await MoveAsync(1, MigrationState.Ready, MigrationState.Copying);
        // stuck: it holds no place
        await MoveAsync(1, MigrationState.Copying, MigrationState.NeedsStaff);
        Assert.Equal(Migrations(3), await StartedAsync());

        foreach (var i in (int[])[1, 2, 3, 4])
            await MoveAsync(i, MigrationState.Copying, MigrationState.CatchingUp);
        Assert.Equal(Migrations(4), await StartedAsync());
        Assert.Equal(WaveState.Done, (await LoadAsync()).State);
    }

    [Fact]
    public async Task Nothing_is_started_before_the_window_in_a_black_out_or_after_the_window()
    {
        using var turn = await world.TakeTurnAsync();
        var opens = Now.AddHours(3);
        var local = TimeZoneInfo.ConvertTime(opens, TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels")).DateTime;
        var black = new BlackOut([], [DateOnly.FromDateTime(local)], TimeOnly.FromDateTime(local), TimeOnly.FromDateTime(local.AddHours(2)));
        await MakeAsync(opens, opens.AddHours(6), 1, 3, black);
        await DoAsync(o => new DecideWave(o, "staff-a", _wave, WaveAct.Start, ""));
        Assert.Empty(await StartedAsync());
        Assert.Equal(opens.AddHours(2), (await LoadAsync()).WakeAt!.Value, TimeSpan.FromMilliseconds(1));

        world.Time.Advance(TimeSpan.FromHours(4.9));
        Assert.Empty(await StartedAsync());
        world.Time.Advance(TimeSpan.FromHours(0.2));
        Assert.Equal(Migrations(0), await StartedAsync());

        world.Time.Advance(TimeSpan.FromHours(5));
        await MoveAsync(0, MigrationState.Copying, MigrationState.CatchingUp);
        Assert.Empty(await StartedAsync());
        Assert.Equal(WaveState.Running, (await LoadAsync()).State);
    }

    [Fact]
    public async Task A_paused_wave_starts_nothing_a_resumed_one_goes_on_a_cancelled_one_never()
    {
        using var turn = await world.TakeTurnAsync();
        await MakeAsync(Now.AddHours(-1), Now.AddDays(2), 1, 3);
        Assert.Equal("transition-not-allowed", (await TryAsync(o => new DecideWave(o, "staff-a", _wave, WaveAct.Pause, "too early")))!.Code);
        await DoAsync(o => new DecideWave(o, "staff-a", _wave, WaveAct.Start, ""));
        Assert.Equal(Migrations(0), await StartedAsync());
        await DoAsync(o => new DecideWave(o, "staff-a", _wave, WaveAct.Pause, "the old host is slow"));
        await MoveAsync(0, MigrationState.Copying, MigrationState.CatchingUp);
        Assert.Empty(await StartedAsync());
        await DoAsync(o => new DecideWave(o, "staff-a", _wave, WaveAct.Resume, ""));
        Assert.Equal(Migrations(1), await StartedAsync());
        await DoAsync(o => new DecideWave(o, "staff-a", _wave, WaveAct.Cancel, "the closing date moved"));
        await MoveAsync(1, MigrationState.Copying, MigrationState.CatchingUp);
        Assert.Empty(await StartedAsync());
        Assert.Equal(["transition-not-allowed"], (await TryAsync(o => new DecideWave(o, "staff-a", _wave, WaveAct.Resume, "")))!.Code.Split(' '));
        Assert.True(await world.ReadAsync(db => db.Set<ServiceDefaults.AuditEntry>().AnyAsync(a => a.Object == $"wave/{_wave}" && a.Action == "cancel-wave")));
    }

    [Fact]
    public async Task A_refused_start_leaves_its_place_to_the_next_and_is_asked_again_when_what_held_it_is_gone()
    {
        using var turn = await world.TakeTurnAsync();
        await MakeAsync(Now.AddHours(-1), Now.AddDays(2), 1, 2);
        await DoAsync(o => new DecideWave(o, "staff-a", _wave, WaveAct.Start, ""));
        Assert.Equal(Migrations(0), await StartedAsync());
        var asked = (await LoadAsync()).Places.Single(p => p.AskedOperation is not null).AskedOperation!.Value;
        await world.DeliverAsync(new CommandRefused(asked, "transition-not-allowed", "A task is open.", []));
        Assert.Equal(Migrations(1), await StartedAsync());
        var refused = (await LoadAsync()).Places.Single(p => p.MemberId == _members[0].Member);
        Assert.Equal("transition-not-allowed: A task is open.", refused.Refusal);

        await MoveAsync(1, MigrationState.Copying, MigrationState.CatchingUp);
        Assert.Empty(await StartedAsync());
        await MoveAsync(0, MigrationState.Ready, MigrationState.Ready, "start");
        Assert.Equal(Migrations(0), await StartedAsync());
    }

    [Fact]
    public async Task Members_come_into_a_running_wave_and_are_in_one_wave_at_a_time()
    {
        using var turn = await world.TakeTurnAsync();
        await MakeAsync(Now.AddHours(-1), Now.AddDays(2), 5, 1);
        await DoAsync(o => new DecideWave(o, "staff-a", _wave, WaveAct.Start, ""));
        Assert.Equal(Migrations(0), await StartedAsync());
        await MoveAsync(0, MigrationState.Copying, MigrationState.CatchingUp);
        Assert.Equal(WaveState.Done, (await LoadAsync()).State);
        _members.Add(await MemberAsync());
        await DoAsync(o => new AssignMembers(o, "staff-a", _wave, [_members[1].Member], []));
        Assert.Equal(Migrations(1), await StartedAsync());
        Assert.Equal(WaveState.Running, (await LoadAsync()).State);

        var other = Guid.CreateVersion7();
        await DoAsync(o => new DeclareWave(o, "staff-a", other, "second", new WavePlan(Now, Now.AddDays(1), 1, [])));
        Assert.Contains("already", (await TryAsync(o => new AssignMembers(o, "staff-a", other, [_members[1].Member], [])))!.Detail, StringComparison.Ordinal);
        Assert.Contains("Not known", (await TryAsync(o => new AssignMembers(o, "staff-a", other, [Guid.NewGuid()], [])))!.Detail, StringComparison.Ordinal);
        await DoAsync(o => new AssignMembers(o, "staff-a", _wave, [], [_members[1].Member]));
        await DoAsync(o => new AssignMembers(o, "staff-a", other, [_members[1].Member], []));
    }

    [Fact]
    public async Task The_start_of_a_wave_starts_the_migration_itself()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Ready);
        await j.TellAsync(new DeclareWave(Guid.NewGuid(), "staff-a", _wave, "first", new WavePlan(Now.AddHours(-1), Now.AddDays(2), 1, [])));
        await j.TellAsync(new AssignMembers(Guid.NewGuid(), "staff-a", _wave, [j.MemberId], []));
        await j.TellAsync(new DecideWave(Guid.NewGuid(), "staff-a", _wave, WaveAct.Start, ""));
        var start = j.Asked.OfType<StartCopy>().Single();
        Assert.Equal("wave first", start.Actor);
        j.Asked.Remove(start);
        await j.TellAsync(start);
        Assert.Equal(MigrationState.Copying, await j.StateAsync());
    }

    private DateTimeOffset Now => world.Time.GetUtcNow();

    private async Task MakeAsync(DateTimeOffset opens, DateTimeOffset closes, int concurrency, int members, params BlackOut[] blackOuts)
    {
        for (var i = 0; i < members; i++)
            _members.Add(await MemberAsync());
        await DoAsync(o => new DeclareWave(o, "staff-a", _wave, "first", new WavePlan(opens, closes, concurrency, blackOuts)));
        await DoAsync(o => new AssignMembers(o, "staff-a", _wave, [.. _members.Select(m => m.Member)], []));
    }

    // ready to be started, without the story before it
    private async Task<(Guid Member, Guid Migration)> MemberAsync()
    {
        var (member, migration) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await using var scope = world.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MigrationsContext>();
        db.Members.Add(new Member { Id = member, Reference = $"W-{member:N}", Name = "Asbl", Language = "fr", ContactEmail = "asbl@asbl.example" });
        db.Migrations.Add(new Migration { CorrelationId = migration, MemberId = member, MemberReference = $"W-{member:N}", CurrentState = "Ready", RequestedAt = Now });
        await db.SaveChangesAsync();
        return (member, migration);
    }

    private async Task MoveAsync(int index, MigrationState from, MigrationState to, params string[] allowed)
    {
        var (member, migration) = _members[index];
        world.Time.Advance(TimeSpan.FromMilliseconds(5));
        await world.ReadAsync(db => db.Migrations.Where(m => m.CorrelationId == migration).ExecuteUpdateAsync(m => m.SetProperty(x => x.CurrentState, to.ToString())));
        await world.DeliverAsync(new MigrationAdvanced(migration, member, $"W-{member:N}", from, to, 1, "system", "", "system", "", null, allowed, Now));
    }

    private Task<Wave> LoadAsync() => world.ReadAsync(db => db.Waves.AsNoTracking().Include(w => w.Places).SingleAsync(w => w.Id == _wave));

    private IReadOnlyList<Guid> Migrations(params int[] indexes) => [.. indexes.Select(i => _members[i].Migration)];

    /// <summary>Whose first copy was asked for since the last look, by this wave.</summary>
    private async Task<IReadOnlyList<Guid>> StartedAsync()
    {
        List<Guid> started = [];
        while (await world.TakeOutgoingAsync() is { Count: > 0 } taken)
        {
            foreach (var wake in taken.OfType<WakeWave>())
                await world.DeliverAsync(wake);
            started.AddRange(taken.OfType<StartCopy>().Select(s => s.MigrationId));
        }

        return [.. started.Where(id => _members.Any(m => m.Migration == id))];
    }

    private async Task DoAsync(Func<Guid, object> command) => Assert.Null(await TryAsync(command));

    private async Task<CommandRefused?> TryAsync(Func<Guid, object> command)
    {
        var operation = Guid.CreateVersion7();
        await world.DeliverAsync(command(operation));
        // only the answer is taken out: what the wave asked for waits for StartedAsync
        await using var scope = world.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MigrationsContext>();
        var rows = await db.Set<ServiceDefaults.OutboxRow>().AsNoTracking().ToListAsync();
        var refused = rows.SingleOrDefault(r => r.MessageType.Contains("CommandRefused", StringComparison.Ordinal) && r.Body.Contains(operation.ToString(), StringComparison.Ordinal));
        if (refused is null)
        {
            Assert.Contains(rows, r => r.MessageType.Contains("CommandAccepted", StringComparison.Ordinal) && r.Body.Contains(operation.ToString(), StringComparison.Ordinal));
            return null;
        }

        using var body = System.Text.Json.JsonDocument.Parse(refused.Body);
        return System.Text.Json.JsonSerializer.Deserialize<CommandRefused>(body.RootElement.GetProperty("message"), System.Text.Json.JsonSerializerOptions.Web)!;
    }
}
