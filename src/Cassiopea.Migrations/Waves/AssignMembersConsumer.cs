using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Migrations.Waves;

/// <summary>Puts members into a wave, or takes them out: all or none.</summary>
internal sealed class AssignMembersConsumer(MigrationsContext db, WaveKeeper keeper) : IConsumer<AssignMembers>
{
    public async Task Consume(ConsumeContext<AssignMembers> context)
    {
        var (told, token) = (context.Message, context.CancellationToken);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended('wave places', 0))", token);
        var wave = await keeper.HoldAsync(told.WaveId, token);
        if (await ProblemAsync(wave, told, token) is { } problem)
        {
            await context.Publish(new CommandRefused(told.OperationId, wave is null ? "not-found" : "invalid", problem, []), token);
            return;
        }

        wave!.Places.RemoveAll(p => told.Removed.Contains(p.MemberId));
        var number = wave.Places.Select(p => p.Number).DefaultIfEmpty(0).Max();
        foreach (var member in told.Added.Distinct().Where(id => wave.Places.All(p => p.MemberId != id)).ToList())
            wave.Places.Add(new WavePlace { WaveId = wave.Id, MemberId = member, Number = ++number });
        db.Audit(told.Actor, "assign-members", $"wave/{wave.Id}", $"{told.Added.Count} put in, {told.Removed.Count} taken out: {wave.Places.Count} members.");
        await keeper.MoveAsync(context, wave, told.Actor);
        await context.Publish(new CommandAccepted(told.OperationId, $"{wave.Places.Count} members."), token);
    }

    private async Task<string?> ProblemAsync(Wave? wave, AssignMembers told, CancellationToken token)
    {
        if (wave is null)
            return "No such wave.";
        if (wave.State == WaveState.Cancelled)
            return "The wave is cancelled: make another.";
        var unknown = told.Added.Except(await db.Members.Where(m => told.Added.Contains(m.Id)).Select(m => m.Id).ToListAsync(token)).ToList();
        if (unknown.Count > 0)
            return $"Not known as a member: {unknown[0]}.";
        var elsewhere = await db.Waves.Where(w => w.Id != wave.Id && w.State != WaveState.Cancelled && w.State != WaveState.Done && w.Places.Any(p => told.Added.Contains(p.MemberId))).FirstOrDefaultAsync(token);
        return elsewhere is null ? null : $"A member is in the wave {elsewhere.Name} already: take it out there first.";
    }
}
