using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Checklist;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;

namespace Cassiopea.Gateway.Api;

/// <summary>The members' checklist: what is asked, answers, and the tasks that they make for people.</summary>
internal static class ChecklistEndpoints
{
    const int MostAnswers = 500;
    const int LongestNote = 2000;

    public static void MapChecklist(this IEndpointRouteBuilder api, IEndpointRouteBuilder commands)
    {
        api.MapGet("/migrations/{id:guid}/checklist", async (Guid id, HttpContext http, Caller caller, BoardQueries board, ChecklistQueries lists, string? language, CancellationToken token) =>
            await board.MigrationAsync(caller, id, token) is { } migration
                ? TypedResults.Ok(await lists.ShowAsync(migration, language ?? LanguageOf(http), token)) : (IResult)Problem.NotFound())
            .Produces<ChecklistView>().WithSummary("What is asked, what is answered, what waits; language = fr, nl or en").WithTags("checklist");

        api.MapGet("/migrations/{id:guid}/checklist/history", async (
            Guid id, Caller caller, BoardQueries board, ChecklistQueries lists, string? language, int? limit, string? cursor, CancellationToken token) =>
            await board.MigrationAsync(caller, id, token) is { } migration
                ? TypedResults.Ok(await lists.HistoryAsync(migration, language, PageRequest.Read(limit, cursor), token)) : (IResult)Problem.NotFound())
            .Produces<Page<AnswerView>>().WithSummary("All answers, oldest first, with who gave them").WithTags("checklist");

        commands.MapPost("/migrations/{id:guid}/checklist/answers", AnswerAsync)
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Answer questions, all or none; unknown makes a task for staff").WithTags("checklist");

        api.MapGet("/migrations/{id:guid}/preflight", async (Guid id, HttpContext http, Caller caller, BoardQueries board, ChecklistQueries lists, string? language, CancellationToken token) =>
            await board.MigrationAsync(caller, id, token) is { } migration
                ? TypedResults.Ok(await lists.PreflightAsync(migration, language ?? LanguageOf(http), token)) : (IResult)Problem.NotFound())
            .Produces<PreflightView>().WithSummary("How each named check at both ends stands, and what to do").WithTags("preflight");

        commands.MapPost("/migrations/{id:guid}/preflight/{check}/commands/run", (
            Guid id, string check, CheckBody body, HttpContext http, Caller caller, CommandDesk desk, CancellationToken token) =>
            Cassiopea.Checklist.Preflight.PreflightBook.Find(check) is null ? Task.FromResult<IResult>(Problem.NotFound())
                : desk.SendAsync(http, caller, id, Verbs.RunCheck, check, o => new RunCheck(o.Id, o.Actor, id, check, body.ItemId), token))
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Make one check again").WithTags("preflight");

        api.MapGet("/migrations/{id:guid}/dry-run", async (Guid id, Caller caller, BoardQueries board, ChecklistQueries lists, CancellationToken token) =>
            await board.MigrationAsync(caller, id, token) is { } migration ? TypedResults.Ok(await lists.DryRunAsync(migration, token)) : (IResult)Problem.NotFound())
            .Produces<DryRunView>().WithSummary("What the dry runs foretold, beside what came").WithTags("preflight");

        api.MapGet("/tasks", async (Caller caller, ChecklistQueries lists, Guid? migration, string? state, string? assignee, string? language, int? limit, string? cursor, CancellationToken token) =>
            TypedResults.Ok(await lists.TasksAsync(caller, new TaskFilter(migration, state, assignee), language, PageRequest.Read(limit, cursor), token)))
            .WithSummary("Tasks for people, with their threads; state = Open, Closed or Withdrawn").WithTags("tasks");

        commands.MapPost("/tasks/{id:guid}/commands/close", (Guid id, TaskEndBody body, HttpContext http, Caller caller, ChecklistQueries lists, CommandDesk desk, CancellationToken token) =>
            new Check().Reason(body.Reason).That(body.Outcome is null or "done" or "no-answer", "outcome", "must be done or no-answer").Refusal() is { } refusal ? Task.FromResult(refusal)
                : SendAsync(id, Verbs.CloseTask, body.Reason!, http, caller, lists, desk, (o, task) => new CloseTask(o.Id, o.Actor, task.MigrationId, task.Id, body.Reason!, body.Outcome ?? "done"), token))
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Close a task with what was done or decided; a call without answer declines the migration").WithTags("tasks");

        commands.MapPost("/tasks/{id:guid}/commands/assign", (Guid id, AssigneeBody body, HttpContext http, Caller caller, ChecklistQueries lists, CommandDesk desk, CancellationToken token) =>
            new Check().Text(body.Assignee ?? "", "assignee", 0, 80).Refusal() is { } refusal ? Task.FromResult(refusal)
                : SendAsync(id, Verbs.AssignTask, "", http, caller, lists, desk, (o, task) => new AssignTask(o.Id, o.Actor, task.MigrationId, task.Id, body.Assignee ?? ""), token))
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Give a task to a person").WithTags("tasks");

        commands.MapPost("/tasks/{id:guid}/thread", WriteAsync)
            .Produces<NoteView>(StatusCodes.Status201Created).WithSummary("Write in the thread of a task").WithTags("tasks");
    }

    static async Task<IResult> AnswerAsync(
        Guid id, AnswersBody body, HttpContext http, Caller caller, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        var answers = body.Answers ?? [];
        var check = new Check().That(answers.Count is > 0 and <= MostAnswers, "answers", $"must be 1 to {MostAnswers}");
        foreach (var (answer, n) in answers.Select((a, n) => (a, n)))
        {
            var rule = Cassiopea.Checklist.RuleBook.Find(answer.Rule);
            check.That(rule is { Choices.Count: > 0 }, $"answers[{n}].rule", "must be a rule that asks something")
                .That(rule is null || answer.Choice == Cassiopea.Checklist.RuleBook.Unknown || rule.Find(answer.Choice ?? "") is not null, $"answers[{n}].choice",
                    $"must be one of {string.Join(", ", rule?.Choices.Select(c => c.Code) ?? [])} or {Cassiopea.Checklist.RuleBook.Unknown}")
                .That((answer.Note?.Length ?? 0) <= LongestNote, $"answers[{n}].note", $"must have at most {LongestNote} characters");
        }

        if (check.Refusal() is { } refusal)
            return refusal;
        // words stay here: the message carries their ids
        var notes = answers.Where(a => !string.IsNullOrWhiteSpace(a.Note)).ToDictionary(a => a, a => new NoteRow
        {
            Id = Guid.CreateVersion7(desk.Now),
            MigrationId = id,
            Rule = a.Rule,
            ItemId = a.ItemId,
            Author = caller.Owner,
            Words = a.Note!.Trim(),
            At = desk.Now,
        });
        db.Notes.AddRange(notes.Values);
        return await desk.SendAsync(
            http, caller, id, Verbs.Answer, "",
            o => new AnswerChecklist(o.Id, o.Actor, id, [.. answers.Select(a => new ChecklistAnswer(a.Rule, a.ItemId, a.Choice!, notes.GetValueOrDefault(a)?.Id))]), token);
    }

    static async Task<IResult> SendAsync<T>(
        Guid id, string verb, string reason, HttpContext http, Caller caller, ChecklistQueries lists, CommandDesk desk, Func<Operation, TaskRow, T> message, CancellationToken token)
        where T : class =>
        await lists.TaskAsync(caller, id, token) is { } task
            ? await desk.SendAsync(http, caller, task.MigrationId, verb, reason, o => message(o, task), token)
            : Problem.NotFound();

    static async Task<IResult> WriteAsync(Guid id, WordsBody body, Caller caller, GatewayContext db, ChecklistQueries lists, CommandDesk desk, CancellationToken token)
    {
        if (await lists.TaskAsync(caller, id, token) is not { } task)
            return Problem.NotFound();
        var words = body.Words?.Trim() ?? "";
        if (new Check().That(words.Length is > 0 and <= LongestNote, "words", $"must have 1 to {LongestNote} characters").Refusal() is { } refusal)
            return refusal;
        var note = new NoteRow
        {
            Id = Guid.CreateVersion7(desk.Now),
            MigrationId = task.MigrationId,
            TaskId = id,
            Rule = task.Rule,
            ItemId = task.ItemId,
            Author = caller.Owner,
            Words = words,
            At = desk.Now,
        };
        db.Notes.Add(note);
        desk.Note(caller.Owner, Verbs.WriteThread, $"task/{id}", "");
        return TypedResults.Json(new NoteView(note.Id, note.Author, note.Words, note.At), ApiJson.Options, statusCode: StatusCodes.Status201Created);
    }

    static string? LanguageOf(HttpContext http) =>
        http.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(l => l.Quality ?? 1).Select(l => l.Value.ToString())
            .Select(l => Cassiopea.Checklist.Words.Languages.FirstOrDefault(known => l.StartsWith(known, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(l => l is not null);
}
