using System.Text.Json;

namespace Cassiopea.Cli.Api;

/// <summary>The members' checklist, and the tasks that its answers make for people.</summary>
internal static class ChecklistCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        ApiCommands.Read("migration checklist", "MIGRATION", "What is asked, answered and waited for; --language fr|nl|en, --all with what is answered",
            "Ce qui est demandé, répondu et attendu ; --language fr|nl|en, --all avec les réponses", "--language= --all", ShowAsync),
        ApiCommands.Ask("migration answer", "MIGRATION RULE CHOICE", "Answer a question, for all items of its kind or for --item; unknown is always allowed",
            "Répondre à une question, pour tous les éléments du genre ou pour --item ; unknown est toujours permis", "--item= --note=", AnswerAsync),
        ApiCommands.Read("migration answers", "MIGRATION", "All answers that were given, oldest first", "Toutes les réponses données, la plus ancienne d'abord", "", HistoryAsync),
        ApiCommands.Read("task list", "", "Open tasks, or --state Closed|Withdrawn; --migration, --assignee", "Les tâches ouvertes, ou --state Closed|Withdrawn ; --migration, --assignee",
            "--state= --migration= --assignee=", TasksAsync),
        ApiCommands.Ask("task close", "TASK", "Close a task with what was done or decided", "Clore une tâche avec ce qui a été fait ou décidé", "--reason=", async (line, api, token) =>
            await ApiCommands.SendAsync(line, api, $"tasks/{ApiCommands.Word(line, "TASK")}/commands/close", new { reason = line.Required("--reason") }, token)),
        ApiCommands.Ask("task assign", "TASK", "Give a task to a person, or to nobody without --to", "Confier une tâche à une personne, ou à personne sans --to", "--to=", async (line, api, token) =>
            await ApiCommands.SendAsync(line, api, $"tasks/{ApiCommands.Word(line, "TASK")}/commands/assign", new { assignee = line.Value("--to") ?? "" }, token)),
    ];

    private static async Task<int> ShowAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        var id = await Find.MigrationAsync(api, ApiCommands.Word(line, "MIGRATION"), token);
        var list = await api.GetAsync($"migrations/{id}/checklist?language={line.Value("--language") ?? (Speech.IsFrench ? "fr" : "en")}", token);
        if (line.Has("--json"))
        {
            Output.Json(list);
            return ExitCode.Complete;
        }

        var progress = list.GetProperty("progress");
        Output.Line(Speech.Of($"{progress.Text("answered")} of {progress.Text("asked")} questions answered", $"{progress.Text("answered")} questions sur {progress.Text("asked")} répondues"));
        foreach (var group in list.GetProperty("groups").EnumerateArray())
        {
            var entries = group.GetProperty("entries").EnumerateArray()
                .Where(e => e.GetProperty("choices").GetArrayLength() > 0 && (line.Has("--all") || e.Member("answer") is null)).ToList();
            if (entries.Count == 0)
                continue;
            Output.Line("");
            Output.Line(group.Text("name"));
            foreach (var entry in entries)
                Show(entry);
        }

        foreach (var gate in list.GetProperty("gates").EnumerateArray().Where(g => !g.GetProperty("isOpen").GetBoolean()))
            Output.Line(Speech.Of($"Waits ({gate.GetProperty("blocks").GetArrayLength()}): ", $"Attend ({gate.GetProperty("blocks").GetArrayLength()}) : ") + gate.Text("name"));
        return ExitCode.Complete;
    }

    private static void Show(JsonElement entry)
    {
        var answer = entry.Member("answer") is { } given ? $" → {given.Text("text")} ({given.Text("actor")})" : "";
        var conflict = entry.Member("conflict") is { } fact ? Speech.Of($" but measured: {fact.Text("name")} {fact.Text("value")}", $" mais mesuré : {fact.Text("name")} {fact.Text("value")}") : "";
        Output.Line($"  {entry.Text("rule"),2} {entry.Text("itemName")} {entry.Text("ask")}{answer}{conflict}");
        if (answer.Length == 0)
            foreach (var choice in entry.GetProperty("choices").EnumerateArray())
                Output.Line($"       {choice.Text("code"),-18} {choice.Text("text")}");
    }

    private static async Task<int> AnswerAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        var id = await Find.MigrationAsync(api, ApiCommands.Word(line, "MIGRATION"), token);
        if (!int.TryParse(ApiCommands.Word(line, "RULE", 1), System.Globalization.CultureInfo.InvariantCulture, out var rule))
            throw new UsageException(Speech.Of("RULE is a number from 1 to 43.", "RULE est un nombre de 1 à 43."));
        Guid? itemId = line.Value("--item") is { } word ? await Find.ItemAsync(api, word, token) : null;
        var answers = new[] { new { rule, itemId, choice = ApiCommands.Word(line, "CHOICE", 2), note = line.Value("--note") } };
        return await ApiCommands.SendAsync(line, api, $"migrations/{id}/checklist/answers", new { answers }, token);
    }

    private static async Task<int> HistoryAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        var answers = await api.ListAsync($"migrations/{await Find.MigrationAsync(api, ApiCommands.Word(line, "MIGRATION"), token)}/checklist/history", token);
        if (line.Has("--json")) Output.Json(answers);
        else
            foreach (var answer in answers) Output.Line($"{answer.When("at")}  {answer.Text("rule"),2} {answer.Text("text")} ({answer.Text("actor")}) {answer.Text("note")}");
        return ExitCode.Complete;
    }

    private static async Task<int> TasksAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        var query = $"tasks?state={line.Value("--state") ?? "Open"}&language={(Speech.IsFrench ? "fr" : "en")}";
        if (line.Value("--migration") is { } migration)
            query += $"&migration={await Find.MigrationAsync(api, migration, token)}";
        if (line.Value("--assignee") is { } assignee)
            query += $"&assignee={Uri.EscapeDataString(assignee)}";
        var tasks = await api.ListAsync(query, token);
        if (line.Has("--json")) Output.Json(tasks);
        else
            Output.Table(
                [Speech.Of("member", "membre"), Speech.Of("what", "quoi"), Speech.Of("for", "pour"), Speech.Of("holds up", "retient"), Speech.Of("who", "qui"), Speech.Of("due", "échéance"), "id"],
                tasks.Select(static t => new[] { t.Text("memberReference"), t.Text("text"), t.Text("itemName"), t.Text("gate"), t.Text("assignee"), t.When("dueAt"), t.Text("id") }));
        return ExitCode.Complete;
    }
}
