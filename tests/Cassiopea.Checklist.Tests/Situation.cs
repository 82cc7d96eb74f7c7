namespace Cassiopea.Checklist.Tests;

/// <summary>What must be known for a rule to apply, worked out from its own condition.</summary>
internal sealed class Situation
{
    public static readonly Guid Migration = new("11111111-1111-1111-1111-111111111111");
    public static readonly Guid Item = new("22222222-2222-2222-2222-222222222222");
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly List<KnownFact> _facts = [];
    private readonly List<KnownFact> _wholeFacts = [];
    private readonly Dictionary<int, string> _answers = [];
    private readonly HashSet<string> _kinds = new(StringComparer.Ordinal);

    public string Invoices { get; set; } = "Clear";

    public bool Surveyed { get; set; }

    public string Strategy { get; set; } = "MoveAll";

    public bool Archived { get; set; }

    public bool Entered { get; set; }

    public string Failure { get; set; } = "";

    public string FailureSide { get; set; } = "";

    public List<KnownTask> Tasks { get; } = [];

    /// <summary>The least that makes the rule apply.</summary>
    public static Situation For(Rule rule)
    {
        var situation = new Situation();
        situation.Meet(rule);
        return situation;
    }

    /// <summary>An item of that kind that was entered at both ends, with nothing wrong.</summary>
    public static Situation Healthy(string kind)
    {
        var situation = new Situation { Surveyed = true, Entered = true };
        if (kind != RuleBook.WholeMigration)
            situation.Have(kind);
        return situation.Know("bytes", "1000").Know("target-quota-bytes", "5000").Know("target-quota-used-bytes", "10");
    }

    /// <summary>Makes a condition hold.</summary>
    public void Break(Condition bad)
    {
        Invoices = bad.Invoices?[0] ?? Invoices;
        Surveyed = bad.Surveyed ?? Surveyed;
        (Failure, FailureSide) = (bad.Failure?[0] ?? "", bad.FailureSide ?? "");
        if (bad.Exceeds is { } excess)
            Know(excess.Limit, "100");
        if (bad.Fact is { } fact)
        {
            Know(fact.Name, Value(fact));
            _wholeFacts.Add(new KnownFact(fact.Name, Value(fact)));
        }
    }

    public Situation Answer(int rule, string choice)
    {
        _answers[rule] = choice;
        return this;
    }

    public Situation Know(string name, string value)
    {
        _facts.RemoveAll(f => f.Name == name);
        _facts.Add(new KnownFact(name, value));
        return this;
    }

    public Situation Have(string kind)
    {
        _kinds.Add(kind);
        return this;
    }

    public ChecklistResult Judge() => RuleBook.Judge(Migration, Input());

    public ChecklistInput Input(params GivenAnswer[] besides)
    {
        var kinds = _kinds.ToList();
        var things = kinds.Select((kind, n) => new Thing(n == 0 ? Item : new Guid(n, 0, 0, new byte[8]), kind, _facts, Strategy, Archived, Entered, Failure, FailureSide)).ToList();
        return new ChecklistInput(Invoices, Surveyed, things, _wholeFacts, [.. _answers.Select(a => new GivenAnswer(a.Key, null, a.Value)), .. besides], Tasks, Now);
    }

    private void Meet(Rule rule)
    {
        if (rule.IsPerItem)
            _kinds.Add(rule.Scope);
        if (rule.When is { } when)
            Meet(when, rule.IsPerItem);
    }

    private void Meet(Condition c, bool item)
    {
        Invoices = c.Invoices?[0] ?? Invoices;
        Surveyed = c.Surveyed ?? Surveyed;
        Strategy = c.Strategy?[0] ?? Strategy;
        Archived = c.Archived ?? Archived;
        Entered = c.Entered ?? Entered;
        if (c.Has is { } has)
            _kinds.Add(has[0]);
        if (c.Fact is { } fact)
            (item ? _facts : _wholeFacts).Add(new KnownFact(fact.Name, Value(fact)));
        if (c.Answered is { } answered && _answers.TryAdd(answered.Rule, answered.With[0]))
            Meet(RuleBook.Find(answered.Rule)!);
        if (c.Any is { } any)
            Meet(any[0], item);
    }

    private static string Value(FactCondition fact) =>
        fact.Is?[0] ?? fact.Contains ?? (fact.Over is { } over ? FormattableString.Invariant($"{over + 1}")
            : fact.OlderDays is { } old ? FormattableString.Invariant($"{Now.AddDays(-old - 1):O}")
            : fact.NewerDays is not null ? FormattableString.Invariant($"{Now:O}") : "seen");
}
