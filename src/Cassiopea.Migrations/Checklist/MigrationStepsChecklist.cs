using Cassiopea.Checklist;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Notices;
using MassTransit;

namespace Cassiopea.Migrations.Checklist;

/// <summary>Named steps of the checklist: answers, what they change, and the tasks that they make for people.</summary>
internal static class MigrationStepsChecklist
{
    /// <summary>The task of calling a member who was reminded as often as is allowed.</summary>
    public const string CallMember = "call-member";

    /// <summary>How a call ends that the member did not take.</summary>
    public const string NoAnswer = "no-answer";

    /// <summary>The rules that decide what happens to a mailbox's messages.</summary>
    private static readonly int[] StrategyRules = [8, 12, 19];

    public static void Answer(BehaviorContext<Migration, AnswerChecklist> c)
    {
        var m = c.Saga;
        foreach (var told in c.Message.Answers)
            Note(m, told.Rule, told.ItemId, told.Choice, c.Message.Actor, told.NoteId);
        ApplyStrategies(m, c.Message.Answers);
        ApplyFetches(m, c.Message.Answers, c.Message.Actor);
        ApplyStatistics(m, c.Message.Answers, c.Message.Actor);
        m.Turn.Detail = string.Join(" ", c.Message.Answers.Take(50).Select(a => $"{a.Rule}={a.Choice}{(a.ItemId is { } item ? $" for {item}" : "")};"));
    }

    public static void Close(BehaviorContext<Migration, CloseTask> c)
    {
        var task = c.Saga.Tasks.Single(t => t.Id == c.Message.TaskId);
        (task.State, task.Reason, task.ClosedBy, task.ClosedAt) = (StaffTaskState.Closed, c.Message.Reason.Trim(), c.Message.Actor, c.Saga.Turn.Now);
        c.Saga.Turn.Detail = $"Task {task.Code} closed.";
    }

    /// <summary>The member was reminded and called, and did not answer.</summary>
    public static bool CalledWithoutAnswer(BehaviorContext<Migration, CloseTask> c) => c.Message.Outcome == NoAnswer;

    public static void Assign(BehaviorContext<Migration, AssignTask> c)
    {
        var task = c.Saga.Tasks.Single(t => t.Id == c.Message.TaskId);
        task.Assignee = c.Message.Assignee.Trim();
        c.Saga.Turn.Detail = task.Assignee.Length == 0 ? "Given to nobody." : $"Given to {task.Assignee}.";
    }

    /// <summary>Another command says what a question asks: the answer is the same thing.</summary>
    public static void Note(Migration m, int rule, Guid? itemId, string choice, string actor, Guid? noteId = null)
    {
        var id = itemId ?? Guid.Empty;
        if (m.Answers.SingleOrDefault(a => a.Rule == rule && a.ItemId == id) is not { } answer)
            m.Answers.Add(answer = new Answer { MigrationId = m.CorrelationId, Rule = rule, ItemId = id });
        (answer.Choice, answer.Actor, answer.NoteId, answer.AnsweredAt, answer.Number) = (choice, actor, noteId, m.Turn.Now, ++m.AnswerNumber);
        m.Turn.Send(new QuestionAnswered(m.CorrelationId, answer.Number, rule, itemId, choice, actor, noteId, m.Turn.Now));
    }

    /// <summary>A strategy that was chosen by itself answers the questions about it.</summary>
    public static void NoteStrategy(Migration m, Item item, string actor)
    {
        Note(m, 8, item.Id, item.Strategy == MailboxStrategy.Drop ? "archive" : "keep", actor);
        if (item.Strategy == MailboxStrategy.Drop)
            return;
        Note(m, 19, item.Id, item.Strategy == MailboxStrategy.StartEmpty ? "start-empty" : "transfer", actor);
        Note(m, 12, item.Id, item.Strategy == MailboxStrategy.ArchiveOlder ? "keep-since" : "all", actor);
    }

    /// <summary>Opens the tasks that are wanted, and takes back those that no longer are. Once per turn.</summary>
    public static void KeepTasks(Migration m)
    {
        if (m.EndedAt is not null || m.HandedOverAt is not null)
            return;
        List<WantedTask> wanted = [.. MemberChecklist.Judge(m).Tasks];
        if (Reminders.Exhausted(m, m.Turn.Options))
            wanted.Add(new WantedTask(WantedTask.IdOf(m.CorrelationId, 0, null, $"{CallMember}|{m.RemindedFor}|{m.SurveyRound}"), 0, null, CallMember, Gate.None, false));
        foreach (var want in wanted)
        {
            var task = m.Tasks.SingleOrDefault(t => t.Id == want.Id);
            if (task is null)
            {
                m.Tasks.Add(new StaffTask
                {
                    Id = want.Id,
                    MigrationId = m.CorrelationId,
                    Rule = want.Rule,
                    ItemId = want.ItemId,
                    Code = want.Code,
                    Gate = want.Gate,
                    OpenedAt = m.Turn.Now,
                    DueAt = m.Turn.Now + m.Turn.Options.TaskDue,
                });
            }
            else if (task.State == StaffTaskState.Withdrawn)
            {
                (task.State, task.OpenedAt, task.DueAt) = (StaffTaskState.Open, m.Turn.Now, m.Turn.Now + m.Turn.Options.TaskDue);
            }
        }

        foreach (var task in m.Tasks.Where(t => t.State == StaffTaskState.Open && wanted.All(w => w.Id != t.Id)))
            task.State = StaffTaskState.Withdrawn;
    }

    /// <summary>What the answers to rules 8, 12 and 19 make of each mailbox: the one that leaves least online wins.</summary>
    private static void ApplyStrategies(Migration m, IReadOnlyList<ChecklistAnswer> answers)
    {
        var told = answers.Where(a => StrategyRules.Contains(a.Rule)).ToList();
        if (told.Count == 0)
            return;
        var entries = MemberChecklist.Judge(m).Entries;
        foreach (var item in m.Active.Where(i => i.Kind == ItemKind.Mailbox && i.Pass == 0 && told.Any(a => a.ItemId is null || a.ItemId == i.Id)))
        {
            var change = entries.Where(e => e.Thing?.Id == item.Id && StrategyRules.Contains(e.Rule.Id) && e.Answer is not null)
                .SelectMany(e => e.Rule.Find(e.Answer!.Choice)?.Changes ?? []).Where(x => x.Sort == "strategy")
                .MaxBy(x => Enum.Parse<MailboxStrategy>(x.Code));
            var strategy = change is null ? MailboxStrategy.MoveAll : Enum.Parse<MailboxStrategy>(change.Code);
            DateTimeOffset? since = strategy switch
            {
                MailboxStrategy.ArchiveOlder when change!.Years > 0 => m.Turn.Now.AddYears(-change.Years),
                MailboxStrategy.ArchiveOlder => item.OnlineSince,
                MailboxStrategy.StartEmpty => item.Strategy == MailboxStrategy.StartEmpty ? item.OnlineSince : m.Turn.Now,
                _ => null,
            };
            if (strategy == item.Strategy && since == item.OnlineSince)
                continue;
            (item.Strategy, item.OnlineSince, item.SurveyWanted) = (strategy, since, true);
        }
    }

    private static void ApplyStatistics(Migration m, IReadOnlyList<ChecklistAnswer> answers, string actor)
    {
        foreach (var told in answers)
        {
            if (RuleBook.Find(told.Rule)!.Find(told.Choice)?.Changes.FirstOrDefault(x => x.Sort == "statistics") is not { } change)
                continue;
            foreach (var site in m.Active.Where(i => i.Kind == ItemKind.Site && (told.ItemId is null || told.ItemId == i.Id)))
                site.Statistics = (site.Statistics ?? new SiteStatistics()) with { Wanted = change.Code == "yes", AnsweredBy = actor, AnsweredAt = m.Turn.Now, Failure = null };
        }
    }

    private static void ApplyFetches(Migration m, IReadOnlyList<ChecklistAnswer> answers, string actor)
    {
        foreach (var told in answers.Where(a => RuleBook.Find(a.Rule)!.Find(a.Choice)?.Changes.Any(x => x.Sort == "fetch") == true))
            foreach (var item in m.Active.Where(i => i.Kind == ItemKind.Mailbox && (told.ItemId is null || told.ItemId == i.Id)))
                (item.LastFetchConfirmedAt, item.LastFetchConfirmedBy) = (m.Turn.Now, actor);
        foreach (var told in answers.Where(a => a is { Rule: 17, Choice: "not-yet" }))
            foreach (var item in m.Active.Where(i => i.Kind == ItemKind.Mailbox && (told.ItemId is null || told.ItemId == i.Id)))
                (item.LastFetchConfirmedAt, item.LastFetchConfirmedBy) = (null, "");
    }
}
