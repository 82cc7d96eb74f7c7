using System.Globalization;

namespace Cassiopea.Checklist;

/// <summary>When something holds. All that is said must hold; a null says nothing.</summary>
/// <param name="Invoices">The invoice check said one of these.</param>
/// <param name="Surveyed">Every service has answered.</param>
/// <param name="Has">The migration has an item of one of these kinds.</param>
/// <param name="Fact">A measured fact.</param>
/// <param name="Answered">Another rule was answered so, for the same item where it is asked per item.</param>
/// <param name="Strategy">The strategy of the mailbox is one of these.</param>
/// <param name="Archived">Its archive was made, read again and found equal.</param>
/// <param name="Failure">The item waits with one of these failure codes.</param>
/// <param name="FailureSide">It waits because of this side: Source, Target or Us.</param>
/// <param name="Exceeds">A measured number is larger than what is left of another.</param>
/// <param name="Entered">Both ends of the item were entered.</param>
/// <param name="Open">Questions that block the plan are open.</param>
/// <param name="Any">At least one of these holds.</param>
/// <param name="Not">This does not hold.</param>
public sealed record Condition(
    IReadOnlyList<string>? Invoices = null,
    bool? Surveyed = null,
    IReadOnlyList<string>? Has = null,
    FactCondition? Fact = null,
    AnswerCondition? Answered = null,
    IReadOnlyList<string>? Strategy = null,
    bool? Archived = null,
    IReadOnlyList<string>? Failure = null,
    string? FailureSide = null,
    Excess? Exceeds = null,
    bool? Entered = null,
    bool? Open = null,
    IReadOnlyList<Condition>? Any = null,
    Condition? Not = null)
{
    internal bool Holds(ChecklistInput input, Thing? thing, bool open) =>
        (Invoices is null || Invoices.Contains(input.Invoices))
        && (Surveyed is null || Surveyed == input.Surveyed)
        && (Has is null || input.Things.Any(t => Has.Contains(t.Kind)))
        && (Fact is null || Fact.Holds(thing?.Facts ?? input.Facts, input.Now))
        && (Answered is null || (input.AnswerTo(Answered.Rule, thing)?.Choice is { } choice && Answered.With.Contains(choice)))
        && (Strategy is null || (thing is not null && Strategy.Contains(thing.Strategy)))
        && (Archived is null || Archived == thing?.Archived)
        && (Failure is null || (thing is not null && Failure.Contains(thing.FailureCode)))
        && (FailureSide is null || FailureSide == thing?.FailureSide)
        && (Exceeds is null || Exceeds.Holds(thing?.Facts ?? input.Facts))
        && (Entered is null || Entered == thing?.Entered)
        && (Open is null || Open == open)
        && (Any is null || Any.Any(c => c.Holds(input, thing, open)))
        && (Not is null || !Not.Holds(input, thing, open));

    /// <summary>The first fact of the item that makes this hold, to show it; null when it holds by something else.</summary>
    internal KnownFact? Witness(ChecklistInput input, Thing? thing)
    {
        if (Fact is not null && (thing?.Facts ?? input.Facts).FirstOrDefault(f => f.Name == Fact.Name && Fact.Holds([f], input.Now)) is { } found)
            return found;
        return Any?.Select(c => c.Witness(input, thing)).FirstOrDefault(f => f is not null);
    }
}

/// <summary>What a measured fact must be. Without more than a name: it must be known.</summary>
/// <param name="Name">Kebab-case, as surveys tell it.</param>
/// <param name="Is">One of these texts.</param>
/// <param name="Over">A number above this.</param>
/// <param name="Contains">A text in which this stands.</param>
/// <param name="OlderDays">An instant more than this many days ago.</param>
/// <param name="NewerDays">An instant at most this many days ago.</param>
public sealed record FactCondition(string Name, IReadOnlyList<string>? Is = null, long? Over = null, string? Contains = null, int? OlderDays = null, int? NewerDays = null)
{
    internal bool Holds(IReadOnlyList<KnownFact> facts, DateTimeOffset now) => facts.Any(f => f.Name == Name && Fits(f.Value, now));

    private bool Fits(string value, DateTimeOffset now) =>
        (Is is null || Is.Contains(value))
        && (Over is null || (long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number > Over))
        && (Contains is null || value.Contains(Contains, StringComparison.Ordinal))
        && (OlderDays is null || (At(value) is { } old && now - old > TimeSpan.FromDays(OlderDays.Value)))
        && (NewerDays is null || (At(value) is { } recent && now - recent <= TimeSpan.FromDays(NewerDays.Value)));

    private static DateTimeOffset? At(string value) =>
        DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}

/// <summary>A number that is larger than what is left.</summary>
/// <param name="Fact">The number.</param>
/// <param name="Limit">The limit; without it nothing is exceeded.</param>
/// <param name="Used">What is used of the limit already; 0 when not known.</param>
public sealed record Excess(string Fact, string Limit, string Used)
{
    internal bool Holds(IReadOnlyList<KnownFact> facts) =>
        Number(facts, Fact) is { } wanted && Number(facts, Limit) is { } limit && wanted > limit - (Number(facts, Used) ?? 0);

    private static long? Number(IReadOnlyList<KnownFact> facts, string name) =>
        facts.FirstOrDefault(f => f.Name == name) is { } fact && long.TryParse(fact.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>How another rule was answered.</summary>
/// <param name="Rule">Which rule.</param>
/// <param name="With">One of these choices.</param>
public sealed record AnswerCondition(int Rule, IReadOnlyList<string> With);
