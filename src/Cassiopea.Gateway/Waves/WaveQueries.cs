using Cassiopea.Contracts;
using Cassiopea.Gateway.Board;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Waves;

/// <summary>Waves as the board knows them.</summary>
internal sealed class WaveQueries(GatewayContext db)
{
    public async Task<List<WaveSummary>> ListAsync(CancellationToken token)
    {
        var waves = await db.Waves.AsNoTracking().OrderBy(w => w.Id).ToListAsync(token);
        var migrations = await LatestAsync(waves.SelectMany(w => w.Members).Select(m => m.MemberId), token);
        return waves.ConvertAll(w =>
        {
            var members = w.Members.Select(m => WaveMemberView.Of(m, "", migrations.GetValueOrDefault(m.MemberId))).ToList();
            return new WaveSummary(
                w.Id, w.Name, w.State, w.Plan.OpensAt, w.Plan.ClosesAt, w.Plan.Concurrency, members.Count, members.Count(m => m.State == MigrationState.Copying),
                members.Count(m => m.IsPast), w.NextStartAt, w.AsOf);
        });
    }

    public async Task<WaveView?> ShowAsync(Guid id, CancellationToken token)
    {
        if (await db.Waves.AsNoTracking().SingleOrDefaultAsync(w => w.Id == id, token) is not { } wave)
            return null;
        var members = wave.Members.Select(m => m.MemberId).ToArray();
        var references = await db.Members.AsNoTracking().Where(m => members.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Reference, token);
        var migrations = await LatestAsync(members, token);
        return new WaveView(
            wave.Id, wave.Name, wave.State, wave.Plan, wave.NextStartAt,
            [.. wave.Members.Select(m => WaveMemberView.Of(m, references.GetValueOrDefault(m.MemberId, ""), migrations.GetValueOrDefault(m.MemberId)))], wave.Actor, wave.Reason, wave.AsOf);
    }

    /// <summary>Migrations of a wave's members that an act concerns.</summary>
    public async Task<List<MigrationRow>> ConcernedAsync(WaveRow wave, string verb, CancellationToken token)
    {
        var latest = await LatestAsync(wave.Members.Select(m => m.MemberId), token);
        // a wave holds what copies: who still prepares may go on answering
        return [.. latest.Values.Where(m => m.Allowed.Contains(verb) && (verb != Operations.Verbs.Pause || m.State is MigrationState.Copying or MigrationState.CatchingUp)
            && (verb != Operations.Verbs.Resume || m.State == MigrationState.Paused)).OrderBy(m => m.Id)];
    }

    /// <summary>Parked items of a wave's members, where they may be tried again.</summary>
    public async Task<List<(ItemRow Item, MigrationRow Migration)>> ParkedAsync(WaveRow wave, CancellationToken token)
    {
        var migrations = (await LatestAsync(wave.Members.Select(m => m.MemberId), token)).Values.Where(m => m.Allowed.Contains(Operations.Verbs.Retry)).ToDictionary(m => m.Id);
        var ids = migrations.Keys.ToArray();
        var items = await db.Items.AsNoTracking().Where(i => ids.Contains(i.MigrationId) && (i.State == ItemState.NeedsStaff || i.State == ItemState.CredentialsNeeded)).OrderBy(i => i.Id).ToListAsync(token);
        return items.ConvertAll(i => (i, migrations[i.MigrationId]));
    }

    async Task<Dictionary<Guid, MigrationRow>> LatestAsync(IEnumerable<Guid> members, CancellationToken token)
    {
        var ids = members.Distinct().ToArray();
        var all = await db.Migrations.AsNoTracking().Where(m => ids.Contains(m.MemberId)).ToListAsync(token);
        return all.GroupBy(m => m.MemberId).ToDictionary(g => g.Key, g => g.MaxBy(m => m.Id)!);
    }
}
