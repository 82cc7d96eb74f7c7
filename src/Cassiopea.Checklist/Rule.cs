namespace Cassiopea.Checklist;

/// <summary>What a rule of the guide is for the one who reads the list.</summary>
public enum RuleSort
{
    /// <summary>Somebody answers.</summary>
    Question,

    /// <summary>The system measured it; an answer, where there are choices, says that it was seen or that help is wanted.</summary>
    Fact,

    /// <summary>Somebody does something.</summary>
    Task,
}

/// <summary>What waits while something is open.</summary>
public enum Gate
{
    /// <summary>Nothing waits.</summary>
    None,

    /// <summary>The approval of the plan.</summary>
    Plan,

    /// <summary>The start of the first copy.</summary>
    Copy,

    /// <summary>The approval of the cut-over.</summary>
    CutOver,

    /// <summary>The hand-over.</summary>
    HandOver,
}

/// <summary>One of the 43 rules of the members' guide, as data (<c>rules.json</c>).</summary>
/// <param name="Id">1 to 43, in the order of the guide.</param>
/// <param name="Group">invoices, mail, sites, domains, lists or applications.</param>
/// <param name="Scope">Migration, or the kind of item that it is asked for: Mailbox, Site, Database, Domain, MailingList.</param>
/// <param name="Sort">Question, fact or task.</param>
/// <param name="Acts">Who acts: member, staff, provider or system.</param>
/// <param name="Blocks">What waits until it is answered.</param>
/// <param name="French">The guide's own words, in order; what the guide says between them is left out.</param>
/// <param name="When">When it is asked; null = always.</param>
/// <param name="Choices">What can be answered besides <c>unknown</c>; empty where nothing is asked.</param>
/// <param name="Given">What facts change, whatever is answered.</param>
public sealed record Rule(
    int Id,
    string Group,
    string Scope,
    RuleSort Sort,
    string Acts,
    Gate Blocks,
    IReadOnlyList<string> French,
    Condition? When,
    IReadOnlyList<Choice> Choices,
    IReadOnlyList<Given> Given)
{
    /// <summary>True when it is asked once for each item.</summary>
    public bool IsPerItem => Scope != RuleBook.WholeMigration;

    /// <summary>The choice of that code; null when the rule has none.</summary>
    public Choice? Find(string code) => Choices.FirstOrDefault(c => c.Code == code);
}

/// <summary>One possible answer.</summary>
/// <param name="Code">Stable, kebab-case.</param>
/// <param name="Changes">What it changes.</param>
/// <param name="Contradicted">Measured facts that say otherwise: the conflict is shown, and the fact keeps its effect.</param>
/// <param name="Proposed">When the measured facts speak for it.</param>
public sealed record Choice(string Code, IReadOnlyList<Change> Changes, Condition? Contradicted = null, Condition? Proposed = null);

/// <summary>What a measured fact changes.</summary>
/// <param name="When">The fact.</param>
/// <param name="Changes">What it changes.</param>
public sealed record Given(Condition When, IReadOnlyList<Change> Changes);

/// <summary>What an answer or a fact changes.</summary>
/// <param name="Sort">step, task, block, strategy, statistics or fetch.</param>
/// <param name="Code">Of a step or task: stable, kebab-case; of a strategy: its name; of statistics: yes or no.</param>
/// <param name="By">Of a step: who does it.</param>
/// <param name="Gate">Of a task or block: what waits.</param>
/// <param name="Years">Of a strategy that keeps recent things online: how many years; 0 = not by years.</param>
public sealed record Change(string Sort, string Code = "", string By = "", Gate Gate = Gate.None, int Years = 0);
