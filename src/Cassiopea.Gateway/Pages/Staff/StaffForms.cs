using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Bulk;
using Cassiopea.Gateway.SignIn;

namespace Cassiopea.Gateway.Pages.Staff;

/// <summary>The console's forms: each calls the API's endpoint that <see cref="PageTable"/> names.</summary>
internal static class StaffForms
{
    public static void MapStaffForms(this IEndpointRouteBuilder pages)
    {
        pages.MapPost("/equipe/migrations/{id:guid}/{verb}", CommandAsync);
        pages.MapPost("/equipe/elements/{id:guid}/{verb}", async (Guid id, string verb, HttpContext http, Visit visit, StaffDesk desk, ApiCall api, CancellationToken token) =>
        {
            if (verb is not ("retry" or "exclude"))
                return Results.NotFound();
            var answer = await api.PostAsync("/items/{id:guid}/commands/" + verb, new { id }, verb == "exclude" ? new ReasonBody(visit.Typed!["reason"]) : null, token);
            return answer.IsFine ? PageAnswer.Next($"/equipe/elements/{id}", answer.Pending ? "encours" : "enregistre")
                : answer.Status == 404 ? Results.NotFound() : await StaffPages.ItemAsync(http, desk, id, token, Wrong(visit, answer));
        });
        pages.MapPost("/equipe/membres/{id:guid}/message", async (Guid id, HttpContext http, Visit visit, StaffDesk desk, ApiCall api, CancellationToken token) =>
        {
            var form = visit.Typed!;
            var answer = await api.PostAsync("/members/{id:guid}/messages", new { id }, new MessageBody("other", form["text"], null, form["internal"] == "1"), token);
            return answer.IsFine ? PageAnswer.Next($"/equipe/membres/{id}", "enregistre")
                : answer.Status == 404 ? Results.NotFound() : await StaffPages.MemberAsync(http, desk, id, token, Wrong(visit, answer));
        });
        pages.MapPost("/equipe/membres/{id:guid}/migration", async (Guid id, HttpContext http, Visit visit, StaffDesk desk, ApiCall api, CancellationToken token) =>
        {
            var answer = await api.PostAsync("/migrations", null, new RequestBody(id), token);
            return answer.IsFine ? PageAnswer.Next($"/equipe/membres/{id}", "encours") : await StaffPages.MemberAsync(http, desk, id, token, Wrong(visit, answer));
        });
        pages.MapPost("/equipe/membres/{id:guid}/lien", async (Guid id, HttpContext http, Visit visit, StaffDesk desk, ApiCall api, CancellationToken token) =>
        {
            var answer = await api.PostAsync("/members/{id:guid}/sign-in-links", new { id }, null, token);
            return answer.IsFine ? await StaffPages.MemberAsync(http, desk, id, token, link: answer.Body.GetProperty("url").GetString())
                : answer.Status == 404 ? Results.NotFound() : await StaffPages.MemberAsync(http, desk, id, token, Wrong(visit, answer));
        });
        pages.MapPost("/equipe/messages/{id:guid}/close", async (Guid id, HttpContext http, ApiCall api, CancellationToken token) =>
            await api.PostAsync("/messages/{id:guid}/commands/close", new { id }, null, token) is { IsFine: true } answer
                ? PageAnswer.Next($"/equipe/membres/{answer.Body.GetProperty("memberId").GetGuid()}", "enregistre") : Results.NotFound());
        pages.MapPost("/equipe/membres", BulkAsync);
        pages.MapPost("/equipe/incidents", async (HttpContext http, Visit visit, StaffDesk desk, ApiCall api, CancellationToken token) =>
        {
            var code = visit.Typed!["code"].ToString();
            var answer = await api.PostAsync("/bulk/retry", null, new BulkBody(Code: code, ExpectedCount: int.TryParse(visit.Typed["expected"], out var expected) ? expected : -1), token);
            return answer.IsFine ? PageAnswer.Next("/equipe/incidents?code=" + Uri.EscapeDataString(code), "encours")
                : PageAnswer.Of<IncidentsPage>(http, await desk.IncidentsAsync(code, token), Wrong(visit, answer));
        });
        pages.MapPost("/equipe/personnes", async (HttpContext http, Visit visit, StaffDesk desk, ApiCall api, CancellationToken token) =>
        {
            var role = Enum.TryParse<Role>(visit.Typed!["role"], out var wanted) ? wanted : Role.Anonymous;
            var answer = await api.PostAsync("/people", null, new PersonBody(visit.Typed["login"], role, visit.Typed["language"]), token);
            return PageAnswer.Of<PeoplePage>(
                http, await desk.PeopleAsync(answer.IsFine ? answer.Body.GetProperty("url").GetString() : null, token), answer.IsFine ? 200 : Wrong(visit, answer));
        });
        pages.MapPost("/equipe/personnes/{id:guid}/arreter", async (Guid id, ApiCall api, CancellationToken token) =>
            (await api.SendAsync("DELETE", "/people/{id:guid}", new { id }, null, token)).IsFine ? PageAnswer.Next("/equipe/personnes", "enregistre") : Results.NotFound());
        pages.MapPost("/equipe/sessions/{id:guid}/terminer", async (Guid id, ApiCall api, CancellationToken token) =>
            (await api.SendAsync("DELETE", "/sessions/{id:guid}", new { id }, null, token)).IsFine ? PageAnswer.Next("/equipe/personnes", "enregistre") : Results.NotFound());
    }

    static async Task<IResult> CommandAsync(Guid id, string verb, HttpContext http, Visit visit, StaffDesk desk, ApiCall api, GatewayContext db, CancellationToken token)
    {
        if (!StaffVerbs.All.Contains(verb) || await db.Migrations.FindAsync([id], token) is not { } migration)
            return Results.NotFound();
        var reason = visit.Typed!["reason"].ToString();
        object? body = verb switch
        {
            "cutover" => new CutOverBody(Visit.FromLocal(visit.Typed["opensAt"]), null),
            "approve-differences" => new ApprovalBody(null, reason),
            _ => StaffVerbs.NeedsReason(verb) ? new ReasonBody(reason) : null,
        };
        var answer = await api.PostAsync("/migrations/{id:guid}/commands/" + verb, new { id }, body, token);
        return answer.IsFine ? PageAnswer.Next($"/equipe/membres/{migration.MemberId}", answer.Pending ? "encours" : "enregistre")
            : await StaffPages.MemberAsync(http, desk, migration.MemberId, token, Wrong(visit, answer));
    }

    /// <summary>First the list with its count, then, when that is confirmed, the act.</summary>
    static async Task<IResult> BulkAsync(HttpContext http, Visit visit, StaffDesk desk, ApiCall api, CancellationToken token)
    {
        var form = visit.Typed!;
        var ids = form["migration"].Select(id => Guid.TryParse(id, out var one) ? one : Guid.Empty).Where(id => id != Guid.Empty).ToList();
        var verb = form["verb"].ToString();
        if (!BulkVerbs.OfPages.Contains(verb))
            return Results.NotFound();
        if (form["expected"].ToString() is { Length: > 0 } expected)
        {
            var answer = await api.PostAsync(
                "/bulk/" + verb, null, new BulkBody(Migrations: ids, ExpectedCount: int.TryParse(expected, out var count) ? count : -1, Reason: form["reason"]), token);
            if (answer.IsFine)
                return PageAnswer.Next("/equipe/membres", "encours");
            visit.Errors = answer.Errors(visit);
        }
        return PageAnswer.Of<BulkPage>(http, await desk.BulkAsync(verb, ids, token), visit.Errors.Count > 0 ? 409 : 200);
    }

    static int Wrong(Visit visit, ApiAnswer answer)
    {
        visit.Errors = answer.Errors(visit);
        return answer.Status is 403 or 409 ? answer.Status : StatusCodes.Status422UnprocessableEntity;
    }
}

/// <summary>What people of the house ask of a migration.</summary>
internal static class StaffVerbs
{
    public static readonly IReadOnlyList<string> All =
        ["approve-plan", "start", "cutover", "approve-differences", "hand-over", "pause", "resume", "survey-again", "rollback", "cancel", "decline"];

    /// <summary>Those that approvers have too.</summary>
    public static readonly IReadOnlyList<string> Shared = ["approve-plan", "cutover", "approve-differences", "pause", "rollback"];

    public static bool NeedsReason(string verb) => verb is "pause" or "rollback" or "cancel" or "decline" or "approve-differences";

    public static bool IsGrave(string verb) => verb is "rollback" or "cancel" or "decline";
}
