using Cassiopea.Checklist;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Board;

namespace Cassiopea.Gateway.Checklist;

/// <summary>A judged checklist in the words of one language.</summary>
internal sealed class ChecklistShown(Words words, IReadOnlyDictionary<Guid, ItemRow> items, IReadOnlyList<AnswerRow> answers, IReadOnlyDictionary<Guid, string> notes)
{
    private static readonly Gate[] Shown = [Gate.Plan, Gate.Copy, Gate.CutOver, Gate.HandOver];

    private readonly Dictionary<(int, Guid?), AnswerRow> _answers = answers.ToDictionary(a => (a.Rule, a.ItemId));

    public IReadOnlyList<GateView> Gates(ChecklistResult judged) =>
        [.. Shown.Select(gate => new GateView(gate.ToString(), words[$"gate.{gate}"], !judged.At(gate).Any(), [.. judged.At(gate).Select(View)]))];

    public IReadOnlyList<ChecklistGroup> Groups(ChecklistResult judged) =>
        [.. judged.Entries.GroupBy(e => e.Rule.Group).Select(g => new ChecklistGroup(g.Key, words["group." + g.Key], [.. g.Select(View)]))];

    public IReadOnlyList<StepView> Steps(ChecklistResult judged) =>
        [.. judged.Steps.Select(s => new StepView(s.Rule, s.ItemId, Name(s.ItemId), s.Code, words.Step(s.Code), s.By, words.By(s.By)))];

    public static AnswerView View(AnswerRow row, Words words, IReadOnlyDictionary<Guid, string> notes) => new(
        row.Number, row.Rule, row.ItemId, row.Choice, RuleBook.Find(row.Rule) is { } rule ? words.Choice(rule, row.Choice) : row.Choice, row.Actor,
        row.NoteId is { } note ? notes.GetValueOrDefault(note) : null, row.AsOf);

    public static TaskView View(TaskRow task, string reference, Words words, IReadOnlyDictionary<Guid, string> names, IEnumerable<NoteRow> thread) => new(
        task.Id, task.MigrationId, reference, task.Rule, task.ItemId, task.ItemId is { } item ? names.GetValueOrDefault(item) : null, task.Code,
        words.Task(task.Code), task.Gate, task.State, task.Assignee, task.Reason, task.OpenedAt, task.DueAt, task.ClosedAt,
        [.. thread.Select(n => new NoteView(n.Id, n.Author, n.Words, n.At))]);

    private EntryView View(Entry e)
    {
        var item = e.Thing is { } thing ? items.GetValueOrDefault(thing.Id) : null;
        var answer = e.Answer is { } given ? _answers.GetValueOrDefault((given.Rule, given.ItemId)) : null;
        return new EntryView(
            e.Rule.Id, e.Thing?.Id, item?.Name, e.Rule.Sort.ToString(), e.Rule.French, words.Ask(e.Rule), words.Help(e.Rule), e.Rule.Acts, e.Rule.Blocks.ToString(),
            [.. e.Rule.Choices.Select(c => View(e.Rule, c)), .. e.IsAsked ? [Unknown(e.Rule)] : Array.Empty<ChoiceView>()],
            answer is null ? null : View(answer, words, notes), e.Thing is not null && answer is { ItemId: null }, e.Proposed,
            e.Conflict is { } conflict ? new Fact(conflict.Name, conflict.Value, conflict.Unit) : null, item?.Facts ?? [], item?.AsOf);
    }

    private ChoiceView View(Rule rule, Choice choice) => new(
        choice.Code, words.Choice(rule, choice.Code), [.. choice.Changes.Where(c => c.Sort == "step").Select(c => words.Step(c.Code))],
        choice.Changes.FirstOrDefault(c => c.Sort == "task") is { } task ? words.Task(task.Code) : null,
        choice.Changes.Where(c => c.Sort is "task" or "block").Select(c => c.Gate).DefaultIfEmpty(Gate.None).First().ToString());

    private ChoiceView Unknown(Rule rule) => new(RuleBook.Unknown, words.Choice(rule, RuleBook.Unknown), [], words.Task(RuleBook.Unknown), rule.Blocks.ToString());

    private BlockView View(Block b) => new(b.Rule, b.ItemId, Name(b.ItemId), b.Why, b.By, $"{(RuleBook.Find(b.Rule) is { } rule ? words.Ask(rule) : words.Task(b.Code))} ({words["why." + b.Why]})");

    private string? Name(Guid? item) => item is { } id ? items.GetValueOrDefault(id)?.Name : null;
}
