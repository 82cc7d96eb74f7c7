namespace Cassiopea.Checklist;

/// <summary>All that the checklist of one migration follows from.</summary>
/// <param name="invoices">What the last invoice check said; empty before there was one.</param>
/// <param name="surveyed">Every service has answered.</param>
/// <param name="things">The items that are not left out.</param>
/// <param name="facts">Facts about the whole migration.</param>
/// <param name="answers">The last answer to each question.</param>
/// <param name="tasks">Tasks that were opened, with what became of them.</param>
/// <param name="now">The time.</param>
public sealed class ChecklistInput(
    string invoices,
    bool surveyed,
    IReadOnlyList<Thing> things,
    IReadOnlyList<KnownFact> facts,
    IReadOnlyList<GivenAnswer> answers,
    IReadOnlyList<KnownTask> tasks,
    DateTimeOffset now)
{
    private readonly Dictionary<(int, Guid?), GivenAnswer> _answers = answers.ToDictionary(a => (a.Rule, a.ItemId));
    private readonly Dictionary<Guid, KnownTask> _tasks = tasks.ToDictionary(t => t.Id);

    /// <summary>What the last invoice check said; empty before there was one.</summary>
    public string Invoices => invoices;

    /// <summary>Every service has answered.</summary>
    public bool Surveyed => surveyed;

    /// <summary>The items that are not left out.</summary>
    public IReadOnlyList<Thing> Things => things;

    /// <summary>Facts about the whole migration.</summary>
    public IReadOnlyList<KnownFact> Facts => facts;

    /// <summary>The time.</summary>
    public DateTimeOffset Now => now;

    /// <summary>The item's own answer, else the one that was given for all of its kind.</summary>
    public GivenAnswer? AnswerTo(int rule, Thing? thing) =>
        thing is not null && _answers.TryGetValue((rule, thing.Id), out var own) ? own : _answers.GetValueOrDefault((rule, null));

    internal KnownTask? Task(Guid id) => _tasks.GetValueOrDefault(id);
}

/// <summary>An item, as far as the checklist asks.</summary>
/// <param name="Id">The item.</param>
/// <param name="Kind">Mailbox, Site, Database, Domain, MailingList or SpecialApplication.</param>
/// <param name="Facts">What surveys measured.</param>
/// <param name="Strategy">For a mailbox: MoveAll, ArchiveOlder, StartEmpty or Drop.</param>
/// <param name="Archived">Its archive was made, read again and found equal.</param>
/// <param name="Entered">Both ends were entered.</param>
/// <param name="FailureCode">Why it waits; empty when it does not.</param>
/// <param name="FailureSide">Because of which side: Source, Target or Us.</param>
/// <param name="Copied">A first pass was started: what its own copy changes at the new place says nothing against it.</param>
public sealed record Thing(Guid Id, string Kind, IReadOnlyList<KnownFact> Facts, string Strategy = "MoveAll", bool Archived = false, bool Entered = false, string FailureCode = "", string FailureSide = "", bool Copied = false);

/// <summary>A measured fact.</summary>
/// <param name="Name">Kebab-case.</param>
/// <param name="Value">Invariant text.</param>
/// <param name="Unit">Unit of a number; else empty.</param>
public sealed record KnownFact(string Name, string Value, string Unit = "");

/// <summary>An answer that was given.</summary>
/// <param name="Rule">To which rule.</param>
/// <param name="ItemId">For which item; null = for the migration, or for all items of the rule's kind.</param>
/// <param name="Choice">A choice of the rule, or <c>unknown</c>.</param>
public sealed record GivenAnswer(int Rule, Guid? ItemId, string Choice);

/// <summary>A task that was opened.</summary>
/// <param name="Id">Follows from migration, rule, item and code.</param>
/// <param name="Open">False when a person closed it.</param>
public sealed record KnownTask(Guid Id, bool Open);
