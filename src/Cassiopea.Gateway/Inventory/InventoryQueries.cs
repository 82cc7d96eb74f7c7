using Cassiopea.Checklist;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Board;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Inventory;

/// <summary>What a member uses, from every source, with what does not fit together. Nothing is left out by default.</summary>
internal sealed class InventoryQueries(GatewayContext db)
{
    /// <summary>The lines of lists that name this member's services.</summary>
    public async Task<IReadOnlyList<ListedService>> ListedAsync(string reference, CancellationToken token) =>
        [.. (await db.Listed.AsNoTracking().Where(l => l.MemberReference == reference).OrderBy(l => l.Source).ToListAsync(token))
            .SelectMany(l => l.Services.Select(s => new ListedService(l.Source, s.Kind.ToString(), s.Name)))];

    public async Task<InventoryView> ShowAsync(MigrationRow migration, CancellationToken token)
    {
        var items = await db.Items.AsNoTracking().Where(i => i.MigrationId == migration.Id).OrderBy(i => i.Kind).ThenBy(i => i.Name).ToListAsync(token);
        var surveys = await db.Surveys.AsNoTracking().Where(s => s.MigrationId == migration.Id).ToListAsync(token);
        var listed = await ListedAsync(migration.MemberReference, token);
        var entries = items.Select(i => OfItem(i, surveys, listed)).ToList();
        entries.AddRange(listed.Where(l => !items.Any(i => Cassiopea.Checklist.Inventory.Matches(l, i.Kind.ToString(), i.Name)))
            .Select(l => new InventoryEntry(
                Enum.Parse<ItemKind>(l.Kind), l.Name, null, null, [l.Source], l.Source == Cassiopea.Checklist.Inventory.Invoice ? "billed-not-found" : "listed-not-found", [])));
        return new InventoryView(
            migration.Id,
            [.. surveys.OrderBy(s => s.Kind).Select(s => new InventorySource($"survey-{s.Kind}", s.Outcome.ToString(), s.Found, s.AsOf))],
            entries);
    }

    private static InventoryEntry OfItem(ItemRow item, List<SurveyRow> surveys, IReadOnlyList<ListedService> listed)
    {
        var lists = listed.Where(l => Cassiopea.Checklist.Inventory.Matches(l, item.Kind.ToString(), item.Name)).Select(l => l.Source).Distinct(StringComparer.Ordinal).ToList();
        var surveyed = surveys.Any(s => s.Kind == item.Kind && s.Outcome == SurveyOutcome.Found) ? ["survey"] : Array.Empty<string>();
        var billed = listed.Any(l => l.Source == Cassiopea.Checklist.Inventory.Invoice) && !lists.Contains(Cassiopea.Checklist.Inventory.Invoice);
        return new InventoryEntry(item.Kind, item.Name, item.Id, item.State, [.. surveyed, .. lists], billed ? "found-not-billed" : "", item.Facts);
    }
}

/// <summary>What a member uses, from every source.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="Sources">What each service answered.</param>
/// <param name="Entries">Each service, found or only listed.</param>
internal sealed record InventoryView(Guid MigrationId, IReadOnlyList<InventorySource> Sources, IReadOnlyList<InventoryEntry> Entries);

/// <summary>A source and what it said.</summary>
internal sealed record InventorySource(string Source, string Outcome, int Found, DateTimeOffset AsOf);

/// <summary>One service of the member.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name; empty where a list says only that there is one.</param>
/// <param name="ItemId">The item; null when only a list names it.</param>
/// <param name="State">The item's state.</param>
/// <param name="Sources">Who names it: survey, invoice, or a server list.</param>
/// <param name="Conflict">billed-not-found, listed-not-found, found-not-billed, or empty.</param>
/// <param name="Facts">What was measured.</param>
internal sealed record InventoryEntry(
    ItemKind Kind, string Name, Guid? ItemId, ItemState? State, IReadOnlyList<string> Sources, string Conflict, IReadOnlyList<Fact> Facts);
