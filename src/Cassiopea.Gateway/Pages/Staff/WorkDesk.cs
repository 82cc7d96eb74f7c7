using Cassiopea.Contracts;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Checklist;
using Cassiopea.Gateway.Inventory;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Pages.Staff;

/// <summary>What the pages of the daily work show: tasks, conversations, checks, lists, access and texts.</summary>
internal sealed class WorkDesk(GatewayContext db, BoardQueries board, ChecklistQueries lists, InventoryQueries inventory, Visit visit)
{
    const int Most = 200;

    /// <summary>Tasks, the first due first: all, those of the reader, or those that nobody has.</summary>
    public async Task<TasksModel> TasksAsync(CancellationToken token)
    {
        var asked = visit.Http.Request.Query;
        var (whose, closed) = (asked["qui"].ToString(), asked["etat"] == "Closed");
        var migration = Guid.TryParse(asked["migration"], out var id) ? id : (Guid?)null;
        var assignee = whose switch { "moi" => visit.Caller!.Owner, "personne" => "", _ => null };
        var found = await lists.TasksAsync(visit.Caller!, new TaskFilter(migration, closed ? "Closed" : "Open", assignee), visit.Language, PageRequest.Read(Most, asked["suite"]), token);
        var members = await MembersAsync(found.Items.Select(t => t.MigrationId), token);
        return new TasksModel([.. found.Items.OrderBy(t => t.DueAt).Select(t => new TaskLine(t, members.GetValueOrDefault(t.MigrationId)))], found.Next, whose, closed, migration);
    }

    /// <summary>The reader's open tasks, the first due first.</summary>
    public async Task<IReadOnlyList<TaskLine>> MineAsync(int most, CancellationToken token)
    {
        var found = await lists.TasksAsync(visit.Caller!, new TaskFilter(null, "Open", visit.Caller!.Owner), visit.Language, PageRequest.Read(Most, null), token);
        var first = found.Items.OrderBy(t => t.DueAt).Take(most).ToList();
        var members = await MembersAsync(first.Select(t => t.MigrationId), token);
        return [.. first.Select(t => new TaskLine(t, members.GetValueOrDefault(t.MigrationId)))];
    }

    /// <summary>Messages of members that nobody closed, oldest first, each with the last words of its conversation.</summary>
    public async Task<IReadOnlyList<Conversation>> ConversationsAsync(CancellationToken token)
    {
        var open = await db.Messages.AsNoTracking().Where(m => m.ClosedAt == null && m.FromMember).OrderBy(m => m.Id).Take(Most).ToListAsync(token);
        var ids = open.Select(m => m.MemberId).Distinct().ToArray();
        var members = await db.Members.AsNoTracking().Where(m => ids.Contains(m.Id)).ToDictionaryAsync(m => m.Id, token);
        var answers = (await db.Messages.AsNoTracking().Where(m => ids.Contains(m.MemberId) && !m.FromMember).OrderByDescending(m => m.Id).Take(Most).ToListAsync(token)).ToLookup(m => m.MemberId);
        return [.. open.Where(m => members.ContainsKey(m.MemberId)).GroupBy(m => m.MemberId).Select(g => new Conversation(
            MemberView.Of(members[g.Key]), [.. g.Select(MessageView.Of)], answers[g.Key].FirstOrDefault() is { } last ? MessageView.Of(last) : null))];
    }

    public async Task<PreflightModel?> PreflightAsync(Guid id, CancellationToken token)
    {
        if (await board.MigrationAsync(visit.Caller!, id, token) is not { } migration)
            return null;
        var items = await db.Items.AsNoTracking().Where(i => i.MigrationId == id && i.State != ItemState.Excluded).OrderBy(i => i.Kind).ThenBy(i => i.Name).Select(i => new ItemHit(i.Id, i.Kind, i.Name, i.State)).ToListAsync(token);
        return new PreflightModel(await OfAsync(migration, token), await lists.PreflightAsync(migration, visit.Language, token), items);
    }

    public async Task<InventoryModel?> InventoryAsync(Guid id, CancellationToken token) =>
        await board.MigrationAsync(visit.Caller!, id, token) is { } migration
            ? new InventoryModel(await OfAsync(migration, token), await inventory.ShowAsync(migration, token)) : null;

    /// <summary>What keeps each gate shut, and who can open it.</summary>
    public async Task<IReadOnlyList<GateView>> GatesAsync(Guid migrationId, CancellationToken token) =>
        await board.MigrationAsync(visit.Caller!, migrationId, token) is { } migration ? (await lists.ShowAsync(migration, visit.Language, token)).Gates : [];

    public async Task<TextModel?> TextAsync(string template, string language, CancellationToken token)
    {
        var versions = await db.LetterTexts.AsNoTracking().Where(t => t.Template == template && t.Language == language).OrderByDescending(t => t.Version).ToListAsync(token);
        if (versions.Count == 0)
            return null;
        var shown = int.TryParse(visit.Http.Request.Query["version"], out var wanted) ? versions.FirstOrDefault(v => v.Version == wanted) : versions[0];
        return shown is null ? null : new TextModel(TextView.Of(shown), versions[0].Version, [.. versions.Select(TextSummary.Of)]);
    }

    async Task<MigrationSummary> OfAsync(MigrationRow migration, CancellationToken token) =>
        MigrationSummary.Of(migration, await db.Members.AsNoTracking().Where(m => m.Id == migration.MemberId).Select(m => m.Name).FirstOrDefaultAsync(token) ?? "");

    async Task<Dictionary<Guid, MemberView>> MembersAsync(IEnumerable<Guid> migrations, CancellationToken token)
    {
        var ids = migrations.Distinct().ToArray();
        var rows = await db.Migrations.AsNoTracking().Where(m => ids.Contains(m.Id)).Join(db.Members, m => m.MemberId, m => m.Id, (migration, member) => new { migration.Id, member }).ToListAsync(token);
        return rows.ToDictionary(x => x.Id, x => MemberView.Of(x.member));
    }
}

internal sealed record TasksModel(IReadOnlyList<TaskLine> Tasks, string? Next, string Whose, bool Closed, Guid? Migration);

internal sealed record TaskLine(TaskView Task, MemberView? Member);

internal sealed record Conversation(MemberView Member, IReadOnlyList<MessageView> Open, MessageView? LastAnswer);

internal sealed record PreflightModel(MigrationSummary Migration, PreflightView Preflight, IReadOnlyList<ItemHit> Items);

internal sealed record InventoryModel(MigrationSummary Migration, InventoryView Inventory);

internal sealed record TextModel(TextView Text, int Newest, IReadOnlyList<TextSummary> Versions);
