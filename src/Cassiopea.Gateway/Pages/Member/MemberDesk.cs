using Cassiopea.Contracts;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Checklist;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Pages.Member;

/// <summary>All that a member's pages show, by the same queries as the API.</summary>
internal sealed class MemberDesk(GatewayContext db, BoardQueries board, ChecklistQueries lists, Visit visit)
{
    public async Task<Departure> LoadAsync(CancellationToken token)
    {
        var caller = visit.Caller!;
        var member = await board.MemberAsync(caller, caller.MemberId!.Value, token) ?? throw new InvalidOperationException("a session of a member that is gone");
        var migration = await db.Migrations.AsNoTracking().VisibleTo(caller).OrderByDescending(m => m.Id).FirstOrDefaultAsync(token);
        var invoices = await board.InvoicesAsync(member, token);
        var messages = await TalkEndpoints.ListAsync(db, caller, member.Id, token);
        if (migration is null)
            return new Departure(MemberView.Of(member), null, [], [], invoices, null, new HashSet<Guid>(), messages, null, null);
        var view = await board.ShowAsync(migration, token);
        var items = (await board.ItemsAsync(migration.Id, new ItemFilter(null, null), new PageRequest(2000, null), token)).Items;
        var stored = (await db.Credentials.AsNoTracking().Where(c => c.MemberId == member.Id && c.StoredAt != null && c.ErasedAt == null).Select(c => c.Id).ToListAsync(token)).ToHashSet();
        return new Departure(
            MemberView.Of(member), view.Migration, [.. items.OrderBy(i => i.Kind).ThenBy(i => i.Name, StringComparer.Ordinal)], view.Surveys, invoices, view.DossierSha256, stored, messages,
            await db.DateWishes.AsNoTracking().FirstOrDefaultAsync(w => w.MigrationId == migration.Id, token),
            await lists.ShowAsync(migration, visit.Language, token));
    }

    /// <summary>What happened, newest first.</summary>
    public async Task<IReadOnlyList<TimelineEntry>> TimelineAsync(Departure departure, CancellationToken token)
    {
        if (departure.Migration is not { } migration)
            return [];
        var rows = await db.Events.AsNoTracking()
            .Where(e => e.MigrationId == migration.Id && (e.Type == Events.EventType.State || e.Type == Events.EventType.Message)).OrderByDescending(e => e.Id).Take(200).ToListAsync(token);
        return [.. rows.Select(TimelineEntry.Of)];
    }

    public async Task<DossierRow?> DossierAsync(CancellationToken token)
    {
        var migration = await db.Migrations.AsNoTracking().VisibleTo(visit.Caller!).OrderByDescending(m => m.Id).FirstOrDefaultAsync(token);
        return migration is null ? null : await board.DossierAsync(migration.Id, token);
    }
}

/// <summary>A member's departure as the pages show it.</summary>
internal sealed record Departure(
    MemberView Member, MigrationSummary? Migration, IReadOnlyList<ItemView> Items, IReadOnlyList<SurveyView> Surveys, InvoicesView Invoices, string? Dossier, IReadOnlySet<Guid> Stored,
    IReadOnlyList<MessageView> Messages, DateWishRow? Wish, ChecklistView? Checklist)
{
    static readonly MigrationState[] BeforeCopy = [MigrationState.Requested, MigrationState.AwaitingPayment, MigrationState.Surveying, MigrationState.Preparing, MigrationState.Ready];

    public bool May(string verb) => Migration?.Allowed.Contains(verb) == true;

    public bool IsPreparing => Migration is null || BeforeCopy.Contains(Migration.State);

    public bool IsMoving => !IsPreparing;

    public IEnumerable<ItemView> Of(params ItemKind[] kinds) => Items.Where(i => kinds.Contains(i.Kind) && i.State != ItemState.Excluded);

    public IEnumerable<ItemView> Differing => Items.Where(i => i.Exceptions.Count > 0 && !i.ExceptionsApproved && i.State != ItemState.Excluded);

    public ItemView? Find(Guid id) => Items.FirstOrDefault(i => i.Id == id);

    public bool Has(EndpointView? end) => end is not null && Stored.Contains(end.CredentialId);

    public string Live => "/direct";

    /// <summary>The questions, in the order of the guide.</summary>
    public IEnumerable<EntryView> Questions => Checklist?.Groups.SelectMany(g => g.Entries).Where(e => e.Choices.Count > 0) ?? [];

    public EntryView? Question(int rule, Guid? item) => Questions.FirstOrDefault(e => e.Rule == rule && e.ItemId == item);

    /// <summary>The next question without an answer, after this one first.</summary>
    public EntryView? OpenAfter(int rule, Guid? item)
    {
        var all = Questions.ToList();
        var here = all.FindIndex(e => e.Rule == rule && e.ItemId == item);
        return all.Skip(here + 1).Concat(all.Take(Math.Max(0, here))).FirstOrDefault(e => e.Answer is null);
    }
}

/// <summary>One of the member's items on its page.</summary>
internal sealed record ItemModel(Departure Departure, ItemView Item, ArchiveLinksView? Links = null, IReadOnlyList<string>? Hints = null, string? CodeLink = null)
{
    public string? Fact(string name) => Item.Facts.FirstOrDefault(f => f.Name == name)?.Value;

    public long? Number(string name) => long.TryParse(Fact(name), out var number) ? number : null;

    public IEnumerable<Fact> Facts(string name) => Item.Facts.Where(f => f.Name == name);
}

/// <summary>Links to an archive, shown once.</summary>
internal sealed record ArchiveLinksView(IReadOnlyList<(string Name, long Bytes, string Sha256, string? Url)> Parts, DateTimeOffset? ExpiresAt);
