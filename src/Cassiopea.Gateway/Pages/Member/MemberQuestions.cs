using Cassiopea.Gateway.Checklist;

namespace Cassiopea.Gateway.Pages.Member;

/// <summary>The guide's questions, one thing per page; each answer is kept at once, and what is left open stays open.</summary>
internal static class MemberQuestions
{
    public static void MapMemberQuestions(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/depart/questions", async (HttpContext http, MemberDesk desk, CancellationToken token) =>
            PageAnswer.Of<QuestionsPage>(http, await desk.LoadAsync(token)));
        pages.MapGet("/depart/questions/{rule:int}", async (int rule, Guid? element, HttpContext http, MemberDesk desk, CancellationToken token) =>
            Show(http, await desk.LoadAsync(token), rule, element));
        pages.MapPost("/depart/questions/{rule:int}", AnswerAsync);
    }

    /// <summary>The address of a question's page.</summary>
    public static string PathOf(EntryView entry) => entry.ItemId is { } item ? $"/depart/questions/{entry.Rule}?element={item}" : $"/depart/questions/{entry.Rule}";

    static IResult Show(HttpContext http, Departure departure, int rule, Guid? element, int status = StatusCodes.Status200OK)
    {
        if (departure.Question(rule, element) is not { } entry)
            return Results.NotFound();
        var group = departure.Checklist!.Groups.First(g => g.Entries.Contains(entry));
        var asked = group.Entries.Where(e => e.Choices.Count > 0).ToList();
        return PageAnswer.Of<QuestionPage>(http, new QuestionModel(departure, entry, group.Name, asked.IndexOf(entry) + 1, asked.Count), status);
    }

    static async Task<IResult> AnswerAsync(int rule, HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token)
    {
        Guid? element = Guid.TryParse(visit.Typed!["element"], out var id) ? id : null;
        var departure = await desk.LoadAsync(token);
        if (departure is not { Migration: { } migration } || departure.Question(rule, element) is not { } entry)
            return Results.NotFound();
        var (choice, note) = (visit.Typed["choice"].ToString(), visit.Typed["note"].ToString());
        if (entry.Choices.All(c => c.Code != choice))
        {
            visit.Errors = [new FieldError("choice", visit["field.choice"])];
            return Show(http, departure, rule, element, StatusCodes.Status422UnprocessableEntity);
        }
        var same = visit.Typed["pourtous"] == "1" && element is not null
            ? departure.Questions.Where(e => e.Rule == rule).Select(e => e.ItemId).ToList()
            : [element];
        var answer = await api.PostAsync("/migrations/{id:guid}/checklist/answers", new { id = migration.Id },
            new AnswersBody([.. same.Select(item => new AnswerBody(rule, item, choice, note))]), token);
        if (!answer.IsFine)
        {
            visit.Errors = answer.Status == StatusCodes.Status422UnprocessableEntity ? [new FieldError("note", visit["field.note"])] : answer.Errors(visit);
            return Show(http, departure, rule, element, StatusCodes.Status422UnprocessableEntity);
        }
        var next = departure.Questions.SkipWhile(e => e != entry).Skip(1).FirstOrDefault(e => e.Answer is null && !(e.Rule == rule && same.Contains(e.ItemId)));
        return PageAnswer.Next(next is null ? "/depart/questions" : PathOf(next), answer.Pending ? "encours" : "enregistre");
    }
}

/// <summary>One question, where it stands in its part of the guide.</summary>
internal sealed record QuestionModel(Departure Departure, EntryView Entry, string Group, int Place, int Of);
