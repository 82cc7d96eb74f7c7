using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Migrations.Waves;

/// <summary>Moves a wave on: starts what may be started now, sets its clock, says what changed. One turn of a wave at a time, in the message's transaction.</summary>
internal sealed class WaveKeeper(MigrationsContext db, TimeProvider time)
{
    /// <summary>After a refused start, how long until it is asked again.</summary>
    public static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(10);

    /// <summary>The wave, held until the transaction ends; null when it is not known.</summary>
    public async Task<Wave?> HoldAsync(Guid id, CancellationToken token)
    {
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({"wave/" + id}, 0))", token);
        return await db.Waves.Include(w => w.Places).SingleOrDefaultAsync(w => w.Id == id, token);
    }

    /// <summary>Starts as many first copies as the plan lets run now.</summary>
    public async Task MoveAsync(ConsumeContext context, Wave wave, string actor)
    {
        var (now, token) = (time.GetUtcNow(), context.CancellationToken);
        if (wave.State is WaveState.Running or WaveState.Done)
            await StartAsync(context, wave, now, token);
        var next = wave.State == WaveState.Running && !WaveClock.MayStart(wave.Plan, now) ? WaveClock.NextStart(wave.Plan, now) : null;
        await SetClockAsync(context, wave, now, next, token);
        await context.Publish(
            new WaveChanged(
                wave.Id, wave.Name, wave.Plan, wave.State, next,
                [.. InOrder(wave).Select(p => new WaveMember(p.MemberId, p.AskedAt, p.Refusal))], ++wave.ToldVersion, actor, wave.Reason, now),
            token);
    }

    private async Task StartAsync(ConsumeContext context, Wave wave, DateTimeOffset now, CancellationToken token)
    {
        var standings = await StandingsAsync(wave, token);
        wave.State = wave.Places.Count > 0 && wave.Places.All(p => standings.GetValueOrDefault(p.MemberId) is { IsPast: true }) ? WaveState.Done : WaveState.Running;
        if (wave.State == WaveState.Done || !WaveClock.MayStart(wave.Plan, now))
            return;
        var free = wave.Plan.Concurrency - wave.Places.Count(p => Runs(p, standings.GetValueOrDefault(p.MemberId)));
        foreach (var place in InOrder(wave).Where(p => Waits(p, standings.GetValueOrDefault(p.MemberId), now)).Take(Math.Max(free, 0)).ToList())
        {
            var operation = Guid.CreateVersion7(now);
            (place.AskedAt, place.AskedOperation, place.RefusedAt, place.Refusal) = (now, operation, null, "");
            await context.SendCommand(new StartCopy(operation, $"wave {wave.Name}", standings[place.MemberId].MigrationId), token);
        }
    }

    private static bool Runs(WavePlace place, WaveStanding? standing) =>
        standing?.State == nameof(MigrationState.Copying) || (standing?.State == nameof(MigrationState.Ready) && place.AskedAt is not null);

    private static bool Waits(WavePlace place, WaveStanding? standing, DateTimeOffset now) =>
        standing?.State == nameof(MigrationState.Ready) && place.AskedAt is null && !(place.RefusedAt + AskAgain > now);

    private static IEnumerable<WavePlace> InOrder(Wave wave) => wave.Places.OrderBy(p => p.Number);

    /// <summary>The latest migration of each member.</summary>
    private async Task<Dictionary<Guid, WaveStanding>> StandingsAsync(Wave wave, CancellationToken token)
    {
        var members = wave.Places.Select(p => p.MemberId).ToArray();
        var all = await db.Migrations.AsNoTracking().Where(m => members.Contains(m.MemberId))
            .Select(m => new WaveStanding(m.CorrelationId, m.MemberId, m.CurrentState, m.RequestedAt)).ToListAsync(token);
        return all.GroupBy(s => s.MemberId).ToDictionary(g => g.Key, g => g.MaxBy(s => s.RequestedAt)!);
    }

    private static async Task SetClockAsync(ConsumeContext context, Wave wave, DateTimeOffset now, DateTimeOffset? next, CancellationToken token)
    {
        DateTimeOffset?[] all = [next, .. wave.State == WaveState.Running ? wave.Places.Select(p => p.RefusedAt + AskAgain) : []];
        if (all.Where(at => at > now).Min() is not { } due || (wave.WakeAt <= due && wave.WakeAt > now))
            return;
        wave.WakeAt = due;
        var endpoint = await context.GetSendEndpoint(Commands.AddressOf(typeof(WakeWave)));
        await endpoint.Send(new WakeWave(wave.Id, due), x => x.Delay = due - now, token);
    }
}
