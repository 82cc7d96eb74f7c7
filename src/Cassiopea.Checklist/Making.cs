using Cassiopea.Checklist.Preflight;

namespace Cassiopea.Checklist;

/// <summary>The result of the rules while it is made.</summary>
internal sealed class Making(Guid migrationId, ChecklistInput input)
{
    private const string ByStaff = "staff";
    private const string BySystem = "system";

    private readonly List<Entry> _entries = [];
    private readonly List<PlanStep> _steps = [];
    private readonly List<WantedTask> _tasks = [];
    private readonly List<Block> _blocks = [];

    public bool HasOpenQuestions => _blocks.Any(b => b is { Gate: Gate.Plan, Why: "unanswered" });

    public void Add(Rule rule, bool open)
    {
        if (!rule.IsPerItem)
            AddOne(rule, null, open);
        else
            foreach (var thing in input.Things.Where(t => t.Kind == rule.Scope))
                AddOne(rule, thing, open);
    }

    /// <summary>A check that is red by what was measured is a task: mended, it goes away; else a person closes it and says why.</summary>
    public void AddChecks()
    {
        foreach (var red in PreflightBook.Judge(input, HasOpenQuestions).Where(r => r.State == CheckState.Red && r.Check.TaskGate != Gate.None && r.Thing?.Copied != true))
            Want(0, red.Thing, PreflightBook.TaskPrefix + red.Check.Code, red.Check.TaskGate);
    }

    public ChecklistResult Result() =>
        new([.. _entries.OrderBy(e => e.Rule.Id)], [.. _steps.OrderBy(s => s.Rule)], _tasks, [.. _blocks.OrderBy(b => b.Gate).ThenBy(b => b.Rule)]);

    private void AddOne(Rule rule, Thing? thing, bool open)
    {
        if (rule.When?.Holds(input, thing, open) == false)
            return;
        var answer = rule.Choices.Count > 0 ? input.AnswerTo(rule.Id, thing) : null;
        var choice = answer is null ? null : rule.Find(answer.Choice);
        var conflict = choice?.Contradicted is { } against && against.Holds(input, thing, open) ? against.Witness(input, thing) : null;
        var proposed = rule.Choices.FirstOrDefault(c => c.Proposed?.Holds(input, thing, open) == true)?.Code;
        _entries.Add(new Entry(rule, thing, answer, conflict, proposed));
        foreach (var given in rule.Given.Where(g => g.When.Holds(input, thing, open)))
            Apply(rule, thing, given.Changes, "fact");
        if (choice is not null)
            Apply(rule, thing, choice.Changes, "choice");
        else if (answer is not null)
            Want(rule.Id, thing, RuleBook.Unknown, rule.Blocks);
        else if (rule.Choices.Count > 0 && rule.Blocks != Gate.None)
            _blocks.Add(new Block(rule.Blocks, rule.Id, thing?.Id, "unanswered", rule.Acts));
    }

    private void Apply(Rule rule, Thing? thing, IReadOnlyList<Change> changes, string why)
    {
        foreach (var change in changes)
        {
            switch (change.Sort)
            {
                case "step":
                    _steps.Add(new PlanStep(rule.Id, thing?.Id, change.Code, change.By));
                    break;
                case "task":
                    Want(rule.Id, thing, change.Code, change.Gate);
                    break;
                case "block":
                    _blocks.Add(new Block(change.Gate, rule.Id, thing?.Id, why, why == "fact" ? BySystem : rule.Acts));
                    break;
            }
        }
    }

    private void Want(int rule, Thing? thing, string code, Gate gate)
    {
        var id = WantedTask.IdOf(migrationId, rule, thing?.Id, code);
        var closed = input.Task(id) is { Open: false };
        _tasks.Add(new WantedTask(id, rule, thing?.Id, code, gate, closed));
        if (!closed && gate != Gate.None)
            _blocks.Add(new Block(gate, rule, thing?.Id, "task", ByStaff, code));
    }
}
