using System.Security.Cryptography;
using System.Text;

namespace Cassiopea.Checklist;

/// <summary>What the rules say of one migration at one moment.</summary>
/// <param name="Entries">The rules that apply, once per item where they are asked per item, in the order of the guide.</param>
/// <param name="Steps">What will be done, by whom: the readable part of the plan.</param>
/// <param name="Tasks">Tasks for people that answers ask for, open or closed.</param>
/// <param name="Blocks">What waits, and for what.</param>
public sealed record ChecklistResult(
    IReadOnlyList<Entry> Entries, IReadOnlyList<PlanStep> Steps, IReadOnlyList<WantedTask> Tasks, IReadOnlyList<Block> Blocks)
{
    /// <summary>Questions that are asked.</summary>
    public int Asked => Entries.Count(e => e.IsAsked);

    /// <summary>Questions that have an answer.</summary>
    public int Answered => Entries.Count(e => e is { IsAsked: true, Answer: not null });

    /// <summary>What keeps a gate shut.</summary>
    public IEnumerable<Block> At(Gate gate) => Blocks.Where(b => b.Gate == gate);

    /// <summary>The steps as one text, always in the same order: it goes into the hash of the plan.</summary>
    public IEnumerable<string> Lines =>
        Steps.Select(s => $"{s.Rule:00}|{s.ItemId:N}|{s.Code}|{s.By}").Order(StringComparer.Ordinal);
}

/// <summary>A rule that applies.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Thing">For which item; null = for the migration.</param>
/// <param name="Answer">The answer; null while there is none.</param>
/// <param name="Conflict">A measured fact that says otherwise; null when none does.</param>
/// <param name="Proposed">The choice that the facts speak for; null when they do not.</param>
public sealed record Entry(Rule Rule, Thing? Thing, GivenAnswer? Answer, KnownFact? Conflict, string? Proposed)
{
    /// <summary>True when somebody is to answer.</summary>
    public bool IsAsked => Rule.Choices.Count > 0;
}

/// <summary>One step of the plan.</summary>
/// <param name="Rule">From which rule it follows.</param>
/// <param name="ItemId">For which item; null = for the migration.</param>
/// <param name="Code">What: stable, kebab-case.</param>
/// <param name="By">Who does it: member, staff, provider or system.</param>
public sealed record PlanStep(int Rule, Guid? ItemId, string Code, string By);

/// <summary>Something that a person of the association must do before a gate opens.</summary>
/// <param name="Id">Always the same for the same migration, rule, item and code.</param>
/// <param name="Rule">From which rule; 0 = from a check of the pre-flight, then the code is <c>check:</c> and the check's own.</param>
/// <param name="ItemId">For which item; null = for the migration.</param>
/// <param name="Code">What: stable, kebab-case; <c>unknown</c> when the member answered that he does not know.</param>
/// <param name="Gate">What waits for it.</param>
/// <param name="Closed">A person closed it.</param>
public sealed record WantedTask(Guid Id, int Rule, Guid? ItemId, string Code, Gate Gate, bool Closed)
{
    /// <summary>The id of a task.</summary>
    public static Guid IdOf(Guid migrationId, int rule, Guid? itemId, string code) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"task|{migrationId:N}|{rule}|{itemId:N}|{code}"))).AsSpan(0, 16));
}

/// <summary>Something that keeps a gate shut.</summary>
/// <param name="Gate">Which.</param>
/// <param name="Rule">Because of which rule; 0 = of a check of the pre-flight.</param>
/// <param name="ItemId">For which item; null = for the migration.</param>
/// <param name="Why"><c>unanswered</c>, <c>task</c>, <c>choice</c> or <c>fact</c>.</param>
/// <param name="By">Who can open it.</param>
/// <param name="Code">Of a task: which; empty otherwise.</param>
public sealed record Block(Gate Gate, int Rule, Guid? ItemId, string Why, string By, string Code = "");
