using Cassiopea.Contracts;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Board;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Gateway.Pages.Staff;

/// <summary>What the console's first page shows: counts over all migrations, and the few that wait longest.</summary>
internal sealed partial class StaffDesk(GatewayContext db, BoardQueries board, WorkDesk work, Visit visit, IOptions<GatewayOptions> options)
{
    const int Shown = 12;

    static readonly MigrationState[] Ended = [MigrationState.Completed, MigrationState.Cancelled, MigrationState.Declined];

    public async Task<BoardModel> BoardAsync(CancellationToken token)
    {
        var counts = await db.Migrations.GroupBy(m => m.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, token);
        var members = await db.Members.CountAsync(token);
        var waiting = await SummariesAsync(db.Migrations.Where(m => m.WaitingFor == "staff" && !Ended.Contains(m.State)).OrderBy(m => m.AsOf).Take(Shown), token);
        var stuck = await SummariesAsync(db.Migrations.Where(m => m.State == MigrationState.NeedsStaff || m.State == MigrationState.RollingBack).OrderBy(m => m.AsOf).Take(Shown), token);
        var moving = await SummariesAsync(db.Migrations.Where(m => m.State == MigrationState.Copying || m.State == MigrationState.CuttingOver).OrderByDescending(m => m.AsOf).Take(Shown), token);
        var incidents = await db.Items.Where(i => i.FailureCode != null && (i.State == ItemState.NeedsStaff || i.State == ItemState.CredentialsNeeded))
            .GroupBy(i => i.FailureCode!).OrderByDescending(g => g.Count()).Take(8).Select(g => new IncidentCount(g.Key, g.Count())).ToListAsync(token);
        var messages = await db.Messages.AsNoTracking().Where(m => m.ClosedAt == null && m.FromMember).OrderBy(m => m.Id).Take(Shown)
            .Join(db.Members, m => m.MemberId, m => m.Id, (message, member) => new OpenMessage(message.Id, member.Id, member.Reference, member.Name, message.About, message.Text, message.At)).ToListAsync(token);
        var rate = await db.Progress.Where(p => p.AsOf > visit.Now.AddMinutes(-2)).SumAsync(p => (long?)p.BytesPerSecond, token) ?? 0;
        var open = await db.StaffTasks.AsNoTracking().Where(t => t.State == "Open").GroupBy(t => 1)
            .Select(g => new { Free = g.Count(t => t.Assignee == ""), Late = g.Count(t => t.DueAt < visit.Now) }).FirstOrDefaultAsync(token);
        var mine = new TaskCounts(await work.MineAsync(Shown, token), open?.Free ?? 0, open?.Late ?? 0);
        return new BoardModel(counts, members, waiting, stuck, moving, incidents, messages, rate, options.Value.ClosingDate, mine);
    }

    public async Task<IReadOnlyList<MigrationSummary>> SummariesAsync(IQueryable<MigrationRow> rows, CancellationToken token) =>
        (await rows.AsNoTracking().Join(db.Members, m => m.MemberId, m => m.Id, (row, member) => new { row, member.Name }).ToListAsync(token))
            .ConvertAll(x => MigrationSummary.Of(x.row, x.Name));
}

internal sealed record BoardModel(
    IReadOnlyDictionary<MigrationState, int> Counts, int Members, IReadOnlyList<MigrationSummary> Waiting, IReadOnlyList<MigrationSummary> Stuck, IReadOnlyList<MigrationSummary> Moving,
    IReadOnlyList<IncidentCount> Incidents, IReadOnlyList<OpenMessage> Messages, long BytesPerSecond, DateOnly? ClosingDate, TaskCounts Tasks)
{
    public int Of(params MigrationState[] states) => states.Sum(s => Counts.GetValueOrDefault(s));

    public int Total => Counts.Values.Sum();
}

/// <summary>The reader's own tasks, and how many of all are nobody's or late.</summary>
internal sealed record TaskCounts(IReadOnlyList<TaskLine> Mine, int Free, int Late);

internal sealed record IncidentCount(string Code, int Count);

internal sealed record OpenMessage(Guid Id, Guid MemberId, string Reference, string Name, string About, string Text, DateTimeOffset At);
