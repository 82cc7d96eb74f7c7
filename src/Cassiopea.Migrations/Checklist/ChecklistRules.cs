using Cassiopea.Checklist;
using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Checklist;

/// <summary>When answers and what people do with tasks are refused.</summary>
internal static class ChecklistRules
{
    private const int MostAnswers = 2000;

    public static Refusal? Judge(Migration m, AnswerChecklist c) =>
        c.Answers.Count is 0 or > MostAnswers ? new("invalid", $"Give 1 to {MostAnswers} answers.")
        : c.Answers.DistinctBy(a => (a.Rule, a.ItemId)).Count() != c.Answers.Count ? new("invalid", "Answer each question once.")
        : c.Answers.Select(a => Judge(m, a)).FirstOrDefault(r => r is not null);

    public static Refusal? Judge(Migration m, CloseTask c) => m.Tasks.SingleOrDefault(t => t.Id == c.TaskId) switch
    {
        null => new("not-found", "No such task in this migration."),
        { State: not StaffTaskState.Open } => new("invalid", "The task is not open any more."),
        _ when c.Outcome is not ("done" or MigrationStepsChecklist.NoAnswer) => new("invalid", "The outcome is done or no-answer."),
        { Code: not MigrationStepsChecklist.CallMember } when c.Outcome == MigrationStepsChecklist.NoAnswer => new("invalid", "Only a call can stay without answer."),
        _ => null,
    };

    public static Refusal? Judge(Migration m, AssignTask c) =>
        m.Tasks.SingleOrDefault(t => t.Id == c.TaskId) is not { } task ? new("not-found", "No such task in this migration.")
        : task.State != StaffTaskState.Open ? new("invalid", "The task is not open any more.")
        : c.Assignee.Trim().Length > 80 ? new("invalid", "Name the person in at most 80 characters.")
        : null;

    private static Refusal? Judge(Migration m, ChecklistAnswer a)
    {
        if (RuleBook.Find(a.Rule) is not { Choices.Count: > 0 } rule)
            return new("invalid", $"Rule {a.Rule} asks nothing.");
        if (a.Choice != RuleBook.Unknown && rule.Find(a.Choice) is null)
            return new("invalid", $"Rule {a.Rule} takes {string.Join(", ", rule.Choices.Select(c => c.Code))} or {RuleBook.Unknown}.");
        if (a.ItemId is { } id && (!rule.IsPerItem || m.Active.SingleOrDefault(i => i.Id == id)?.Kind.ToString() != rule.Scope))
            return new("not-found", $"Rule {a.Rule} is asked for {rule.Scope}: no such item in this migration.");
        var strategy = rule.Find(a.Choice)?.Changes.FirstOrDefault(c => c.Sort == "strategy");
        if (a.Rule is not (8 or 12 or 19))
            return null;
        var mailboxes = m.Active.Where(i => i.Kind == ItemKind.Mailbox && (a.ItemId is null || i.Id == a.ItemId)).ToList();
        return mailboxes.Any(i => i.Pass > 0 && m.Answers.Any(x => x.Rule == a.Rule && (x.ItemId == i.Id || x.ItemId == Guid.Empty) && x.Choice != a.Choice))
                ? new("transition-not-allowed", "The mailbox was copied already: what is at the new place stays there.")
            : strategy is not null && mailboxes.Any(i => i.Host is not null) ? new("invalid", "The new host moves this mailbox: take it back first.")
            : strategy is { Code: nameof(MailboxStrategy.ArchiveOlder), Years: 0 } && mailboxes.Any(i => i.OnlineSince is null) ? new("invalid", "Choose the date first (choose-strategy).")
            : null;
    }
}
