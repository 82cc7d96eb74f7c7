using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Events;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Board;

/// <summary>All that the API reads from the board. What a caller may not see is not there (S18).</summary>
internal sealed class BoardQueries(GatewayContext db)
{
    public async Task<Page<MemberView>> MembersAsync(Caller caller, string? search, PageRequest page, CancellationToken token)
    {
        var rows = db.Members.AsNoTracking().VisibleTo(caller);
        if (search is { Length: > 0 })
        {
            var like = "%" + search.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_") + "%";
            rows = rows.Where(m => EF.Functions.ILike(m.Reference, like) || EF.Functions.ILike(m.Name, like));
        }
        if (page.After is { } after)
            rows = rows.Where(m => m.Reference.CompareTo(after) > 0);
        var found = await rows.OrderBy(m => m.Reference).Take(page.Limit + 1).ToListAsync(token);
        return page.Of(found, row => row.Reference, MemberView.Of);
    }

    public Task<MemberRow?> MemberAsync(Caller caller, Guid id, CancellationToken token) =>
        db.Members.AsNoTracking().VisibleTo(caller).FirstOrDefaultAsync(m => m.Id == id, token);

    public async Task<InvoicesView> InvoicesAsync(MemberRow member, CancellationToken token)
    {
        var ledger = await db.Ledgers.AsNoTracking().FirstOrDefaultAsync(l => l.MemberReference == member.Reference, token);
        var check = await db.InvoiceChecks.AsNoTracking().Where(c => c.MemberReference == member.Reference)
            .OrderByDescending(c => c.AsOf).FirstOrDefaultAsync(token);
        return new InvoicesView(member.Id, member.Reference, check is null ? null : InvoiceCheckView.Of(check), ledger?.Invoices ?? [], ledger?.AsOf);
    }

    public async Task<Page<PaymentView>> PaymentsAsync(bool unmatched, PageRequest page, CancellationToken token)
    {
        var rows = db.Payments.AsNoTracking();
        if (unmatched)
            rows = rows.Where(p => p.MemberReference == "");
        if (page.After is { } after)
            rows = rows.Where(p => p.BankReference.CompareTo(after) > 0);
        var found = await rows.OrderBy(p => p.BankReference).Take(page.Limit + 1).ToListAsync(token);
        return page.Of(found, row => row.BankReference, PaymentView.Of);
    }

    public async Task<Page<MigrationSummary>> MigrationsAsync(Caller caller, MigrationFilter filter, PageRequest page, CancellationToken token)
    {
        var rows = db.Migrations.AsNoTracking().VisibleTo(caller);
        if (filter.Member is { } member)
            rows = rows.Where(m => m.MemberId == member);
        if (filter.State is { } state)
            rows = rows.Where(m => m.State == state);
        if (filter.WaitingFor is { Length: > 0 } waiting)
            rows = rows.Where(m => m.WaitingFor == waiting);
        if (page.AfterId is { } after)
            rows = rows.Where(m => m.Id > after);
        var found = await rows.OrderBy(m => m.Id).Take(page.Limit + 1).ToListAsync(token);
        var names = await NamesAsync(found.Select(m => m.MemberId), token);
        return page.Of(found, row => row.Id.ToString(), row => MigrationSummary.Of(row, names.GetValueOrDefault(row.MemberId, "")));
    }

    public Task<MigrationRow?> MigrationAsync(Caller caller, Guid id, CancellationToken token) =>
        db.Migrations.AsNoTracking().VisibleTo(caller).FirstOrDefaultAsync(m => m.Id == id, token);

    public async Task<MigrationView> ShowAsync(MigrationRow migration, CancellationToken token)
    {
        var names = await NamesAsync([migration.MemberId], token);
        var check = await db.InvoiceChecks.AsNoTracking().FirstOrDefaultAsync(c => c.MigrationId == migration.Id, token);
        var surveys = await db.Surveys.AsNoTracking().Where(s => s.MigrationId == migration.Id).ToListAsync(token);
        var items = await db.Items.AsNoTracking().Where(i => i.MigrationId == migration.Id).OrderBy(i => i.Kind).ThenBy(i => i.Name).ToListAsync(token);
        var progress = await db.Progress.AsNoTracking().Where(p => p.MigrationId == migration.Id).ToDictionaryAsync(p => p.ItemId, token);
        var dossier = await db.Dossiers.AsNoTracking().Where(d => d.MigrationId == migration.Id).Select(d => d.Sha256).FirstOrDefaultAsync(token);
        return new MigrationView(
            MigrationSummary.Of(migration, names.GetValueOrDefault(migration.MemberId, "")),
            check is null ? null : InvoiceCheckView.Of(check),
            [.. surveys.OrderBy(s => s.Kind).Select(SurveyView.Of)],
            [.. items.Select(i => ItemSummary.Of(i, progress.GetValueOrDefault(i.Id)))],
            dossier);
    }

    public Task<Page<ItemView>> ItemsAsync(Guid migrationId, ItemFilter filter, PageRequest page, CancellationToken token) =>
        ItemsAsync(db.Items.Where(i => i.MigrationId == migrationId), filter, page, token);

    /// <summary>Of all migrations that the caller sees.</summary>
    public Task<Page<ItemView>> AllItemsAsync(Caller caller, ItemFilter filter, PageRequest page, CancellationToken token) =>
        ItemsAsync(
            db.Items.Where(i => db.Migrations.Any(m => m.Id == i.MigrationId && (caller.MemberId == null || m.MemberId == caller.MemberId))), filter, page, token);

    async Task<Page<ItemView>> ItemsAsync(IQueryable<ItemRow> rows, ItemFilter filter, PageRequest page, CancellationToken token)
    {
        rows = rows.AsNoTracking();
        if (filter.Kind is { } kind)
            rows = rows.Where(i => i.Kind == kind);
        if (filter.State is { } state)
            rows = rows.Where(i => i.State == state);
        if (filter.FailureCode is { Length: > 0 } code)
            rows = rows.Where(i => i.FailureCode == code);
        if (page.AfterId is { } after)
            rows = rows.Where(i => i.Id > after);
        var found = await rows.OrderBy(i => i.Id).Take(page.Limit + 1).ToListAsync(token);
        var ids = found.Select(i => i.Id).ToArray();
        var progress = await db.Progress.AsNoTracking().Where(p => ids.Contains(p.ItemId)).ToDictionaryAsync(p => p.ItemId, token);
        return page.Of(found, row => row.Id.ToString(), row => ItemView.Of(row, progress.GetValueOrDefault(row.Id)));
    }

    public async Task<ItemView?> ItemAsync(Caller caller, Guid id, CancellationToken token)
    {
        var item = await db.Items.AsNoTracking()
            .Where(i => i.Id == id && db.Migrations.Any(m => m.Id == i.MigrationId && (caller.MemberId == null || m.MemberId == caller.MemberId)))
            .FirstOrDefaultAsync(token);
        return item is null ? null : ItemView.Of(item, await db.Progress.AsNoTracking().FirstOrDefaultAsync(p => p.ItemId == id, token));
    }

    public async Task<Page<TimelineEntry>> TimelineAsync(Guid migrationId, PageRequest page, CancellationToken token)
    {
        var after = page.AfterNumber ?? 0;
        var found = await db.Events.AsNoTracking()
            .Where(e => e.MigrationId == migrationId && e.Id > after && e.Type != EventType.Progress)
            .OrderBy(e => e.Id).Take(page.Limit + 1).ToListAsync(token);
        return page.Of(found, row => row.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), TimelineEntry.Of);
    }

    public Task<List<ReceiptRow>> ReceiptsAsync(Guid migration, CancellationToken token) =>
        db.Receipts.AsNoTracking().Where(receipt => receipt.MigrationId == migration).ToListAsync(token);

    public Task<DossierRow?> DossierAsync(Guid migrationId, CancellationToken token) =>
        db.Dossiers.AsNoTracking().FirstOrDefaultAsync(d => d.MigrationId == migrationId, token);

    public Task<CredentialRow?> CredentialAsync(Caller caller, Guid id, CancellationToken token) =>
        db.Credentials.AsNoTracking()
            .FirstOrDefaultAsync(c => c.Id == id && c.MemberId != null && (caller.MemberId == null || c.MemberId == caller.MemberId), token);

    Task<Dictionary<Guid, string>> NamesAsync(IEnumerable<Guid> members, CancellationToken token)
    {
        var ids = members.Distinct().ToArray();
        return db.Members.AsNoTracking().Where(m => ids.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Name, token);
    }
}

internal static class Visibility
{
    public static IQueryable<MemberRow> VisibleTo(this IQueryable<MemberRow> rows, Caller caller) =>
        caller.MemberId is { } member ? rows.Where(m => m.Id == member) : rows;

    public static IQueryable<MigrationRow> VisibleTo(this IQueryable<MigrationRow> rows, Caller caller) =>
        caller.MemberId is { } member ? rows.Where(m => m.MemberId == member) : rows;
}

internal sealed record MigrationFilter(Guid? Member, Contracts.MigrationState? State, string? WaitingFor);

internal sealed record ItemFilter(Contracts.ItemKind? Kind, Contracts.ItemState? State, string? FailureCode = null);
