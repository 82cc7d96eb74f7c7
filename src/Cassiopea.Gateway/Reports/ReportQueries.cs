using Cassiopea.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Reports;

/// <summary>Figures and lists over all migrations; the console, its CSV files and the API give the same.</summary>
internal sealed class ReportQueries(GatewayContext db, TimeProvider time)
{
    /// <summary>Names of the lists, as <c>GET /reports/{name}</c> takes them.</summary>
    public static readonly IReadOnlyList<string> Names = ["members", "items", "predictions"];

    static readonly ItemState[] Copied = [ItemState.InSync, ItemState.CutOver, ItemState.Done, ItemState.DoneWithExceptions];

    public async Task<ReportSummary> SummaryAsync(CancellationToken token)
    {
        var members = await db.Members.CountAsync(token);
        var states = await db.Migrations.GroupBy(m => m.State).Select(g => new StateCount(g.Key, g.Count())).ToListAsync(token);
        var kinds = await db.Items.GroupBy(i => new { i.Kind, i.State }).Select(g => new { g.Key.Kind, g.Key.State, Count = g.Count() }).ToListAsync(token);
        var bytes = await db.Progress.Join(db.Items, p => p.ItemId, i => i.Id, (p, i) => new { i.Kind, p.BytesDone }).GroupBy(x => x.Kind).Select(g => new { g.Key, Bytes = g.Sum(x => x.BytesDone) }).ToDictionaryAsync(x => x.Key, x => x.Bytes, token);
        return new ReportSummary(
            time.GetUtcNow(), members, [.. states.OrderBy(s => s.State)],
            [.. kinds.GroupBy(k => k.Kind).OrderBy(g => g.Key).Select(g => new KindCount(
                g.Key, g.Sum(k => k.Count), g.Where(k => Copied.Contains(k.State)).Sum(k => k.Count), g.Where(k => k.State == ItemState.NeedsStaff).Sum(k => k.Count),
                g.Where(k => k.State == ItemState.CredentialsNeeded).Sum(k => k.Count), g.Where(k => k.State == ItemState.Excluded).Sum(k => k.Count), bytes.GetValueOrDefault(g.Key)))]);
    }

    /// <summary>Null when there is no list of that name.</summary>
    public Task<Report?> FindAsync(string name, CancellationToken token) => name switch
    {
        "members" => MembersAsync(token),
        "items" => ItemsAsync(token),
        "predictions" => PredictionsAsync(token),
        _ => Task.FromResult<Report?>(null),
    };

    async Task<Report?> MembersAsync(CancellationToken token)
    {
        var rows = await db.Members.AsNoTracking().GroupJoin(db.Migrations, m => m.Id, m => m.MemberId, (member, all) => new { member, all })
            .SelectMany(x => x.all.DefaultIfEmpty(), (x, migration) => new { x.member.Reference, x.member.Name, x.member.Language, migration }).OrderBy(x => x.Reference).ToListAsync(token);
        return new Report(
            "members", ["reference", "name", "language", "state", "waitingFor", "waitingText", "dueAt", "since"],
            [.. rows.Select(r => (IReadOnlyList<object?>)[r.Reference, r.Name, r.Language, r.migration?.State.ToString(), r.migration?.WaitingFor, r.migration?.WaitingText, r.migration?.NextDueAt, r.migration?.AsOf])]);
    }

    async Task<Report?> ItemsAsync(CancellationToken token)
    {
        var rows = await db.Items.AsNoTracking().Join(db.Migrations, i => i.MigrationId, m => m.Id, (i, m) => new { m.MemberReference, i.Kind, i.Name, i.State, i.Pass, i.Grade, i.FailureCode, i.AsOf })
            .OrderBy(x => x.MemberReference).ThenBy(x => x.Kind).ThenBy(x => x.Name).ToListAsync(token);
        return new Report(
            "items", ["reference", "kind", "name", "state", "pass", "grade", "failure", "since"],
            [.. rows.Select(r => (IReadOnlyList<object?>)[r.MemberReference, r.Kind.ToString(), r.Name, r.State.ToString(), r.Pass, r.Grade?.ToString(), r.FailureCode, r.AsOf])]);
    }

    /// <summary>What the dry runs foretold, beside what came.</summary>
    async Task<Report?> PredictionsAsync(CancellationToken token)
    {
        var rows = await db.Items.AsNoTracking().Where(i => i.Arrangement != null).Join(db.Migrations, i => i.MigrationId, m => m.Id, (i, m) => new { m.MemberReference, i.Kind, i.Name, i.Arrangement })
            .OrderBy(x => x.MemberReference).ThenBy(x => x.Kind).ThenBy(x => x.Name).ToListAsync(token);
        return new Report(
            "predictions", ["reference", "kind", "name", "foretoldThings", "foretoldBytes", "foretoldSeconds", "foretoldProblems", "copiedThings", "copiedBytes", "seconds"],
            [.. rows.Where(r => r.Arrangement!.Prediction is not null || r.Arrangement.Counts is not null).Select(r => (IReadOnlyList<object?>)
                [r.MemberReference, r.Kind.ToString(), r.Name, r.Arrangement!.Prediction?.Things, r.Arrangement.Prediction?.Bytes, r.Arrangement.Prediction?.Seconds, r.Arrangement.Prediction?.Problems.Count,
                    r.Arrangement.Counts?.Copied, r.Arrangement.Bytes, r.Arrangement.Seconds])]);
    }
}

/// <summary>A list.</summary>
/// <param name="Name">members, items or predictions.</param>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Rows">A value for each column.</param>
internal sealed record Report(string Name, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows);

/// <summary>Figures over all migrations.</summary>
internal sealed record ReportSummary(DateTimeOffset At, int Members, IReadOnlyList<StateCount> States, IReadOnlyList<KindCount> Kinds);

/// <summary>Migrations in a state.</summary>
internal sealed record StateCount(MigrationState State, int Migrations);

/// <summary>Items of a kind: all, copied, stuck, without access, left out, and bytes that their last pass moved.</summary>
internal sealed record KindCount(ItemKind Kind, int Items, int Copied, int NeedsStaff, int CredentialsNeeded, int Excluded, long Bytes);
