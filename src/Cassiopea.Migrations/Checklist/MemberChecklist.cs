using Cassiopea.Checklist;
using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Checklist;

/// <summary>What the rules of the guide say of a migration, from what the saga knows.</summary>
internal static class MemberChecklist
{
    public static ChecklistResult Judge(Migration m) => JudgeAt(m, m.Turn.Now);

    public static ChecklistResult JudgeAt(Migration m, DateTimeOffset now) => RuleBook.Judge(m.CorrelationId, InputOf(m, now));

    private static ChecklistInput InputOf(Migration m, DateTimeOffset now) => new(
        m.Invoices?.ToString() ?? "",
        m.Surveys.Count > 0 && m.Surveys.All(s => s.Outcome is not null),
        [.. m.Active.OrderBy(i => i.Kind).ThenBy(i => i.Name, StringComparer.Ordinal).Select(ThingOf)],
        [.. Cassiopea.Checklist.Inventory.Missing(m.Turn?.Listed ?? [], [.. m.Items.Select(i => (i.Kind.ToString(), i.Name))]), .. Contacts(m)],
        [.. m.Answers.Select(a => new GivenAnswer(a.Rule, a.Item, a.Choice))],
        [.. m.Tasks.Select(t => new KnownTask(t.Id, t.State != StaffTaskState.Closed))],
        now);

    /// <summary>What keeps a gate shut, and every gate before it.</summary>
    public static IReadOnlyList<Block> Blocks(Migration m, Gate gate) => [.. Judge(m).Blocks.Where(b => b.Gate != Gate.None && b.Gate <= gate)];

    /// <summary>For people: which rules of which items, and who can answer.</summary>
    public static string Describe(IReadOnlyList<Block> blocks)
    {
        var texts = blocks.Take(10).Select(b => $"{(b.Rule == 0 ? b.Code : $"rule {b.Rule}")}{(b.ItemId is { } item ? $" for {item}" : "")} ({b.Why}, {b.By})");
        return blocks.Count == 0 ? "" : $"The checklist is open: {string.Join(", ", texts)}{(blocks.Count > 10 ? $" and {blocks.Count - 10} more" : "")}.";
    }

    private static IReadOnlyList<KnownFact> Contacts(Migration m) => m.Turn?.Member is not { } member ? []
        : Cassiopea.Checklist.Contacts.Problems(
            member.ContactEmail, member.ContactVerifiedAt is not null, member.SecondEmail, member.SecondVerifiedAt is not null,
            m.Active.Where(i => i.Kind is ItemKind.Domain or ItemKind.Mailbox).Select(i => i.Name));

    private static Thing ThingOf(Item i) => new(
        i.Id,
        i.Kind.ToString(),
        [.. i.Facts.Select(f => new KnownFact(f.Name, f.Value, f.Unit)), .. (i.Prediction?.Problems ?? []).Select(p => new KnownFact("predicted", p.Failure.Code))],
        i.Strategy.ToString(),
        i.Archive is { Equal: true },
        i.State is not (ItemState.Discovered or ItemState.CredentialsNeeded or ItemState.NeedsStaff),
        i.Failure?.Code ?? "",
        i.Failure?.Side.ToString() ?? "",
        i.Pass > 0);
}
