using Cassiopea.Contracts;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Bulk;
using Cassiopea.Gateway.Incidents;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.SignIn;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Pages.Staff;

/// <summary>What the console shows beside its first page.</summary>
internal sealed partial class StaffDesk
{
    const int PageSize = 50;

    public async Task<MembersModel> MembersAsync(CancellationToken token)
    {
        var asked = visit.Http.Request.Query;
        var (search, state, waits) = (asked["q"].ToString().Trim(), Enum.TryParse<MigrationState>(asked["etat"], out var s) ? s : (MigrationState?)null, asked["attend"].ToString());
        var after = asked["apres"].ToString();
        var rows = db.Members.AsNoTracking();
        if (search.Length > 0)
        {
            var like = "%" + search.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + "%";
            rows = rows.Where(m => EF.Functions.ILike(m.Reference, like) || EF.Functions.ILike(m.Name, like));
        }
        if (state is { } wanted)
            rows = rows.Where(m => db.Migrations.Any(x => x.MemberId == m.Id && x.State == wanted));
        if (waits.Length > 0)
            rows = rows.Where(m => db.Migrations.Any(x => x.MemberId == m.Id && x.WaitingFor == waits));
        var count = await rows.CountAsync(token);
        if (after.Length > 0)
            rows = rows.Where(m => m.Reference.CompareTo(after) > 0);
        var found = await rows.OrderBy(m => m.Reference).Take(PageSize + 1).ToListAsync(token);
        var more = found.Count > PageSize;
        if (more)
            found.RemoveAt(PageSize);
        var ids = found.Select(m => m.Id).ToArray();
        var migrations = await db.Migrations.AsNoTracking().Where(m => ids.Contains(m.MemberId)).OrderBy(m => m.Id).ToListAsync(token);
        var last = migrations.GroupBy(m => m.MemberId).ToDictionary(g => g.Key, g => g.Last());
        return new MembersModel(
            [.. found.Select(m => new MemberLine(MemberView.Of(m), last.GetValueOrDefault(m.Id) is { } row ? MigrationSummary.Of(row, m.Name) : null))],
            count, more ? found[^1].Reference : null, search, state, waits);
    }

    public async Task<MemberModel?> MemberAsync(Guid id, string? link, CancellationToken token)
    {
        var caller = visit.Caller!;
        if (await board.MemberAsync(caller, id, token) is not { } member)
            return null;
        var migration = await db.Migrations.AsNoTracking().Where(m => m.MemberId == id).OrderByDescending(m => m.Id).FirstOrDefaultAsync(token);
        var view = migration is null ? null : await board.ShowAsync(migration, token);
        var events = migration is null ? [] : await db.Events.AsNoTracking()
            .Where(e => e.MigrationId == migration.Id && (e.Type == Events.EventType.State || e.Type == Events.EventType.Message)).OrderByDescending(e => e.Id).Take(60).ToListAsync(token);
        var been = migration is null ? [] : (await db.Events.AsNoTracking().Where(e => e.MigrationId == migration.Id && e.Type == Events.EventType.State && e.ItemId == null).Select(e => e.Data).ToListAsync(token))
            .Select(data => System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(data))
            .Select(data => data.TryGetProperty("state", out var state) ? state.GetString()! : "").ToHashSet();
        var operations = await db.Operations.AsNoTracking().Where(o => o.MemberId == id).OrderByDescending(o => o.Id).Take(12).ToListAsync(token);
        return new MemberModel(
            MemberView.Of(member), view, await board.InvoicesAsync(member, token), [.. events.Select(TimelineEntry.Of)], been, [.. operations.Select(o => OperationView.Of(o, []))],
            await TalkEndpoints.ListAsync(db, caller, id, token), migration is null ? null : await db.DateWishes.AsNoTracking().FirstOrDefaultAsync(w => w.MigrationId == migration.Id, token), link,
            migration is null ? [] : await work.GatesAsync(migration.Id, token), migration is null ? null : TraceLinks.Of(options.Value, "cassiopea.migration.id", migration.Id));
    }

    public async Task<StaffItemModel?> ItemAsync(Guid id, CancellationToken token)
    {
        if (await board.ItemAsync(visit.Caller!, id, token) is not { } item)
            return null;
        var migration = await db.Migrations.AsNoTracking().SingleAsync(m => m.Id == item.MigrationId, token);
        var member = await db.Members.AsNoTracking().SingleAsync(m => m.Id == migration.MemberId, token);
        var log = await db.Events.AsNoTracking().Where(e => e.MigrationId == migration.Id && e.ItemId == id).OrderByDescending(e => e.Id).Take(100).ToListAsync(token);
        var credentials = await db.Credentials.AsNoTracking().Where(c => c.ItemId == id).ToListAsync(token);
        return new StaffItemModel(item, MigrationSummary.Of(migration, member.Name), [.. log.Select(TimelineEntry.Of)], [.. credentials.Select(CredentialEndpoints.StatusOf)], TraceLinks.Of(options.Value, "cassiopea.item.id", id));
    }

    public async Task<IncidentsModel> IncidentsAsync(string? code, CancellationToken token)
    {
        var groups = await IncidentEndpoints.GroupsAsync(db, visit.Language, token);
        if (string.IsNullOrEmpty(code))
            return new IncidentsModel(groups, null, [], 0);
        var rows = await BulkScope.Waiting(db).Where(i => i.FailureCode == code)
            .Join(db.Migrations, i => i.MigrationId, m => m.Id, (item, migration) => new { item, migration.MemberReference, migration.MemberId, migration.Allowed }).OrderBy(x => x.item.AsOf).Take(501).ToListAsync(token);
        return new IncidentsModel(
            groups, code, [.. rows.Take(200).Select(x => new IncidentLine(ItemView.Of(x.item, null), x.MemberReference, x.MemberId))], rows.Count(x => x.Allowed.Contains(Verbs.Retry)));
    }

    /// <summary>Where a person must decide: plans, cut-overs, hand-overs.</summary>
    public async Task<DecisionsModel> DecisionsAsync(CancellationToken token)
    {
        var plans = await SummariesAsync(db.Migrations.Where(m => m.State == MigrationState.Preparing && m.Allowed.Contains(Verbs.ApprovePlan) && m.WaitingFor == "staff").OrderBy(m => m.AsOf).Take(PageSize), token);
        var starts = await SummariesAsync(db.Migrations.Where(m => m.State == MigrationState.Ready).OrderBy(m => m.AsOf).Take(PageSize), token);
        var cuts = await SummariesAsync(db.Migrations.Where(m => m.State == MigrationState.CatchingUp).OrderBy(m => m.AsOf).Take(PageSize), token);
        var hands = await SummariesAsync(db.Migrations.Where(m => m.State == MigrationState.Watching).OrderBy(m => m.AsOf).Take(PageSize), token);
        var ids = cuts.Select(c => c.Id).ToArray();
        var wishes = await db.DateWishes.AsNoTracking().Where(w => ids.Contains(w.MigrationId)).ToDictionaryAsync(w => w.MigrationId, w => w.OpensAt, token);
        return new DecisionsModel(plans, starts, cuts, hands, wishes);
    }

    public async Task<BulkModel> BulkAsync(string verb, IReadOnlyList<Guid> ids, CancellationToken token)
    {
        var rows = await SummariesAsync(db.Migrations.Where(m => ids.Contains(m.Id)).OrderBy(m => m.MemberReference), token);
        return new BulkModel(verb, [.. rows.Where(r => r.Allowed.Contains(verb))], [.. rows.Where(r => !r.Allowed.Contains(verb))]);
    }

    public async Task<PeopleModel> PeopleAsync(string? link, CancellationToken token, string? key = null)
    {
        var now = visit.Now;
        var people = await db.People.AsNoTracking().OrderBy(p => p.Login).ToListAsync(token);
        var sessions = await db.Sessions.AsNoTracking().Where(s => s.RevokedAt == null && s.ExpiresAt > now).OrderByDescending(s => s.SeenAt).Take(200).ToListAsync(token);
        var keys = await db.ApiKeys.AsNoTracking().Where(k => k.RevokedAt == null && k.ExpiresAt > now).OrderBy(k => k.Owner).Take(200).ToListAsync(token);
        return new PeopleModel(people.ConvertAll(PersonView.Of), [.. sessions.Where(s => s.IsLive(now)).Select(SessionView.Of)], keys.ConvertAll(KeyView.Of), link, key);
    }
}

internal sealed record MembersModel(IReadOnlyList<MemberLine> Lines, int Count, string? Next, string Search, MigrationState? State, string Waits);

internal sealed record MemberLine(MemberView Member, MigrationSummary? Migration);

internal sealed record MemberModel(
    MemberView Member, MigrationView? Migration, InvoicesView Invoices, IReadOnlyList<TimelineEntry> Timeline, IReadOnlySet<string> Been, IReadOnlyList<OperationView> Operations,
    IReadOnlyList<MessageView> Messages, DateWishRow? Wish, string? Link, IReadOnlyList<Checklist.GateView> Gates, string? Trace);

internal sealed record StaffItemModel(ItemView Item, MigrationSummary Migration, IReadOnlyList<TimelineEntry> Log, IReadOnlyList<CredentialStatus> Credentials, string? Trace);

internal sealed record IncidentsModel(IReadOnlyList<IncidentGroup> Groups, string? Code, IReadOnlyList<IncidentLine> Items, int Retryable);

internal sealed record IncidentLine(ItemView Item, string Reference, Guid MemberId);

internal sealed record DecisionsModel(
    IReadOnlyList<MigrationSummary> Plans, IReadOnlyList<MigrationSummary> Starts, IReadOnlyList<MigrationSummary> CutOvers, IReadOnlyList<MigrationSummary> HandOvers, IReadOnlyDictionary<Guid, DateTimeOffset> Wishes);

internal sealed record PeopleModel(IReadOnlyList<PersonView> People, IReadOnlyList<SessionView> Sessions, IReadOnlyList<KeyView> Keys, string? Link, string? Key);

internal sealed record BulkModel(string Verb, IReadOnlyList<MigrationSummary> Acting, IReadOnlyList<MigrationSummary> Standing);
