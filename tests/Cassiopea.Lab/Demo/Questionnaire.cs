namespace Cassiopea.Lab.Demo;

/// <summary>Plays a member in front of the checklist, and staff in front of the tasks that it makes: through the API only.</summary>
internal sealed class Questionnaire(Office office, Action<string> say)
{
    private const string Unknown = "unknown";

    /// <summary>Who answers 'I don't know' to one question, and to which.</summary>
    private const string Unsure = "M0113";
    private const int UnsureAbout = 14;

    /// <summary>What the lab's members say where the first harmless answer would not fit them.</summary>
    private static readonly Dictionary<int, string> Said = new() { [17] = "fetched", [18] = "understood", [28] = "needed" };

    /// <summary>Answers what is asked and not answered yet; true when there was something.</summary>
    public async Task<bool> AnswerAsync(Course course, CancellationToken token)
    {
        var list = await course.MemberApi.GetAsync<Checklist>($"migrations/{course.MigrationId}/checklist?language=fr", token);
        var open = list.Groups.SelectMany(g => g.Entries).Where(e => e.Choices.Count > 0 && e.Answer is null && !course.Answered.Contains((e.Rule, e.ItemId))).ToList();
        if (open.Count == 0)
            return false;
        var answers = open.Select(e => new { rule = e.Rule, itemId = e.ItemId, choice = Choose(course, e) }).ToList();
        await course.MemberApi.CommandAsync($"migrations/{course.MigrationId}/checklist/answers", new { answers }, token);
        course.Answered.UnionWith(answers.Select(a => (a.rule, a.itemId))); // the board hears of it a moment later
        say($"{course.Member.Reference} answers {answers.Count} questions{(answers.Exists(a => a.choice == Unknown) ? ", one with « je ne sais pas »" : "")}");
        return true;
    }

    /// <summary>Staff do what the answers ask of them.</summary>
    public async Task DoTasksAsync(Course course, CancellationToken token)
    {
        var tasks = await office.Sophie.GetAsync<Page<StaffTask>>($"tasks?migration={course.MigrationId}&state=Open&language=en&limit=100", token);
        foreach (var task in tasks.Items.Where(t => !course.Closed.Contains(t.Id)))
        {
            await office.Sophie.CommandAsync($"tasks/{task.Id}/commands/close", new { reason = "Done with the member by telephone." }, token);
            course.Closed.Add(task.Id);
            say($"{course.Member.Reference} task done by staff: {task.Text}");
        }
    }

    private static string Choose(Course course, ChecklistEntry e) =>
        course.Member.Reference == Unsure && e.Rule == UnsureAbout ? Unknown
        : Said.TryGetValue(e.Rule, out var said) ? said
        : e.Choices.First(c => c.Holds == "None" || c.Task is not null).Code;
}

/// <summary>What of the checklist a member looks at.</summary>
public sealed record Checklist(IReadOnlyList<ChecklistGroup> Groups);

/// <summary>Questions that belong together.</summary>
public sealed record ChecklistGroup(string Group, IReadOnlyList<ChecklistEntry> Entries);

/// <summary>A question.</summary>
public sealed record ChecklistEntry(int Rule, Guid? ItemId, IReadOnlyList<ChecklistChoice> Choices, System.Text.Json.JsonElement? Answer);

/// <summary>A possible answer.</summary>
public sealed record ChecklistChoice(string Code, string? Task, string Holds);

/// <summary>A task for staff.</summary>
public sealed record StaffTask(Guid Id, string Text);
