using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Checklist;
using Cassiopea.Gateway.Reports;

namespace Cassiopea.Gateway.Pages.Staff;

/// <summary>The pages of the daily work, and their forms: each calls the API's endpoints that <see cref="Access.PageTable"/> names.</summary>
internal static class WorkPages
{
    public static void MapWork(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/equipe/taches", async (HttpContext http, WorkDesk desk, CancellationToken token) => PageAnswer.Of<TasksPage>(http, await desk.TasksAsync(token)));
        pages.MapGet("/equipe/conversations", async (HttpContext http, WorkDesk desk, CancellationToken token) => PageAnswer.Of<ConversationsPage>(http, await desk.ConversationsAsync(token)));
        pages.MapGet("/equipe/migrations/{id:guid}/controles", async (Guid id, HttpContext http, WorkDesk desk, CancellationToken token) => await PreflightAsync(id, http, desk, token));
        pages.MapGet("/equipe/migrations/{id:guid}/inventaire", async (Guid id, HttpContext http, WorkDesk desk, CancellationToken token) =>
            await desk.InventoryAsync(id, token) is { } model ? PageAnswer.Of<InventoryPage>(http, model) : Results.NotFound());
        pages.MapGet("/equipe/acces", async (HttpContext http, GatewayContext db, string? etat, string? suite, CancellationToken token) =>
            PageAnswer.Of<AccessPage>(http, new AccessModel(await CredentialEndpoints.ListAsync(db, etat, PageRequest.Read(100, suite), token), etat ?? "")));
        pages.MapGet("/equipe/textes", async (HttpContext http, GatewayContext db, CancellationToken token) => PageAnswer.Of<TextsPage>(http, await TextEndpoints.ListAsync(db, token)));
        pages.MapGet("/equipe/textes/{template}/{language}", async (string template, string language, HttpContext http, WorkDesk desk, CancellationToken token) =>
            await desk.TextAsync(template, language, token) is { } model ? PageAnswer.Of<TextPage>(http, model) : Results.NotFound());
        pages.MapGet("/equipe/rapports", async (HttpContext http, ReportQueries reports, CancellationToken token) => PageAnswer.Of<ReportsPage>(http, await reports.SummaryAsync(token)));
        pages.MapGet("/equipe/rapports/{name}.csv", async (string name, ReportQueries reports, CancellationToken token) => await ReportEndpoints.CsvAsync(name, reports, token));

        pages.MapPost("/equipe/taches/{id:guid}/prendre", async (Guid id, HttpContext http, Visit visit, WorkDesk desk, ApiCall api, CancellationToken token) =>
            await TaskAsync(await api.PostAsync("/tasks/{id:guid}/commands/assign", new { id }, new AssigneeBody(visit.Typed!["rendre"] == "1" ? "" : visit.Caller!.Owner), token), http, visit, desk, token));
        pages.MapPost("/equipe/taches/{id:guid}/terminer", async (Guid id, HttpContext http, Visit visit, WorkDesk desk, ApiCall api, CancellationToken token) =>
            await TaskAsync(await api.PostAsync("/tasks/{id:guid}/commands/close", new { id }, new TaskEndBody(visit.Typed!["reason"], visit.Typed["outcome"] == "no-answer" ? "no-answer" : null), token), http, visit, desk, token));
        pages.MapPost("/equipe/taches/{id:guid}/ecrire", async (Guid id, HttpContext http, Visit visit, WorkDesk desk, ApiCall api, CancellationToken token) =>
            await TaskAsync(await api.PostAsync("/tasks/{id:guid}/thread", new { id }, new WordsBody(visit.Typed!["words"]), token), http, visit, desk, token));
        pages.MapPost("/equipe/migrations/{id:guid}/controles", async (Guid id, HttpContext http, Visit visit, WorkDesk desk, ApiCall api, CancellationToken token) =>
        {
            var check = visit.Typed!["check"].ToString();
            var answer = await api.PostAsync("/migrations/{id:guid}/preflight/{check}/commands/run", new { id, check }, new CheckBody(Guid.TryParse(visit.Typed["item"], out var item) ? item : null), token);
            return answer.IsFine ? PageAnswer.Next($"/equipe/migrations/{id}/controles", "encours") : await PreflightAsync(id, http, desk, token, Wrong(visit, answer));
        });
        pages.MapPost("/equipe/textes/{template}/{language}", async (string template, string language, HttpContext http, Visit visit, WorkDesk desk, ApiCall api, CancellationToken token) =>
        {
            var body = new TextBody(visit.Typed!["text"].ToString().ReplaceLineEndings("\n"), int.TryParse(visit.Typed["basedOn"], out var version) ? version : 0);
            var answer = await api.PostAsync("/texts/{template}/{language}/versions", new { template, language }, body, token);
            return answer.IsFine ? PageAnswer.Next($"/equipe/textes/{Uri.EscapeDataString(template)}/{Uri.EscapeDataString(language)}", answer.Pending ? "encours" : "enregistre")
                : await desk.TextAsync(template, language, token) is { } model ? PageAnswer.Of<TextPage>(http, model, Wrong(visit, answer)) : Results.NotFound();
        });
        pages.MapPost("/equipe/cles", async (HttpContext http, Visit visit, StaffDesk desk, ApiCall api, CancellationToken token) =>
        {
            var role = Enum.TryParse<Access.Role>(visit.Typed!["keyRole"], out var wanted) ? wanted : Access.Role.Anonymous;
            var answer = await api.PostAsync("/api-keys", null, new KeyBody(visit.Typed["owner"], role, null, null, null), token);
            return PageAnswer.Of<PeoplePage>(
                http, await desk.PeopleAsync(null, token, answer.IsFine && answer.Body.TryGetProperty("text", out var text) ? text.GetString() : null), answer.IsFine ? 200 : Wrong(visit, answer));
        });
        pages.MapPost("/equipe/cles/{id:guid}/revoquer", async (Guid id, ApiCall api, CancellationToken token) =>
            (await api.SendAsync("DELETE", "/api-keys/{id:guid}", new { id }, null, token)).IsFine ? PageAnswer.Next("/equipe/personnes", "enregistre") : Results.NotFound());
    }

    static async Task<IResult> PreflightAsync(Guid id, HttpContext http, WorkDesk desk, CancellationToken token, int status = 200) =>
        await desk.PreflightAsync(id, token) is { } model ? PageAnswer.Of<PreflightPage>(http, model, status) : Results.NotFound();

    static async Task<IResult> TaskAsync(ApiAnswer answer, HttpContext http, Visit visit, WorkDesk desk, CancellationToken token) =>
        answer.IsFine ? PageAnswer.Next(visit.Typed!["retour"] is { Count: 1 } way && way[0] is { } path && path.StartsWith("/equipe/membres/", StringComparison.Ordinal) ? path : "/equipe/taches", answer.Pending ? "encours" : "enregistre")
        : answer.Status == 404 ? Results.NotFound() : PageAnswer.Of<TasksPage>(http, await desk.TasksAsync(token), Wrong(visit, answer));

    static int Wrong(Visit visit, ApiAnswer answer)
    {
        visit.Errors = answer.Errors(visit);
        return answer.Status is 403 or 409 ? answer.Status : StatusCodes.Status422UnprocessableEntity;
    }
}

internal sealed record AccessModel(Page<CredentialLine> Lines, string Status);
