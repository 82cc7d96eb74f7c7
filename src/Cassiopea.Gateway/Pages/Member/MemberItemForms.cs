using System.Text.Json;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Api;

namespace Cassiopea.Gateway.Pages.Member;

/// <summary>What a member decides about a site, a database, a domain or a list, about the invoices and about the two contacts.</summary>
internal static class MemberItemForms
{
    public static void MapMemberItemForms(this IEndpointRouteBuilder pages)
    {
        pages.MapPost("/depart/factures/contester", ContestAsync);
        pages.MapPost("/depart/factures/revoir", async (HttpContext http, Visit visit, MemberDesk desk, ApiCall api, Caller caller, CancellationToken token) =>
            await InvoicesAsync(http, visit, desk, await api.PostAsync("/members/{id:guid}/invoices/recheck", new { id = caller.MemberId }, new RecheckBody(), token), token));
        pages.MapGet("/depart/contacts", async (HttpContext http, MemberDesk desk, CancellationToken token) => PageAnswer.Of<ContactsPage>(http, await desk.LoadAsync(token)));
        pages.MapPost("/depart/contacts/code", async (HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token) =>
            await desk.LoadAsync(token) is not { Migration: { } migration } departure ? Results.NotFound()
                : Contacts(http, visit, departure, await api.PostAsync("/migrations/{id:guid}/contacts/{contact}/code", new { id = migration.Id, contact = Which(visit) }, null, token), "code"));
        pages.MapPost("/depart/contacts/verifier", VerifyAsync);
        pages.MapPost("/depart/bascule", async (HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token) =>
            await desk.LoadAsync(token) is not { Migration: { } migration } departure ? Results.NotFound()
                : Date(http, visit, departure, await api.PostAsync("/migrations/{id:guid}/commands/consent-to-switch", new { id = migration.Id }, new ConsentBody(visit.Typed!["consent"]), token)));
        pages.MapPost("/depart/elements/{id:guid}/statistiques", (Guid id, HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token) =>
            visit.Typed!["wanted"].ToString() is not ("oui" or "non") ? Unchosen(http, visit, desk, id, "wanted", token)
                : MemberForms.ItemAsync(http, visit, desk, id, api.PostAsync("/items/{id:guid}/commands/answer-statistics", new { id }, new StatisticsBody(visit.Typed["wanted"] == "oui", visit.Typed["page"]), token), token));
        pages.MapPost("/depart/elements/{id:guid}/statistiques/lien", async (Guid id, HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token) =>
            await MemberForms.LinksAsync(http, visit, desk, id, await api.PostAsync("/items/{id:guid}/statistics-link", new { id }, null, token), token));
        pages.MapPost("/depart/elements/{id:guid}/sauvegarde", (Guid id, HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token) =>
            MemberForms.ItemAsync(http, visit, desk, id, api.PostAsync("/items/{id:guid}/commands/request-archive", new { id }, null, token), token));
        pages.MapPost("/depart/elements/{id:guid}/indice", HintAsync);
        pages.MapPost("/depart/elements/{id:guid}/transfert", (Guid id, HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token) =>
            MemberForms.ItemAsync(http, visit, desk, id, api.PostAsync("/items/{id:guid}/commands/prepare-transfer", new { id }, null, token), token));
        pages.MapPost("/depart/elements/{id:guid}/code", CodeAsync);
        pages.MapPost("/depart/elements/{id:guid}/inviter", (Guid id, HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token) =>
            MemberForms.ItemAsync(http, visit, desk, id, api.PostAsync("/items/{id:guid}/commands/invite-host", new { id }, new InvitationBody(visit.Typed!["host"], visit.Typed["identity"], visit.Typed["checked"]), token), token));
        pages.MapPost("/depart/elements/{id:guid}/exporter", (Guid id, HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token) =>
            MemberForms.ItemAsync(http, visit, desk, id, api.PostAsync("/items/{id:guid}/commands/consent-to-export", new { id }, new ExportConsentBody(visit.Typed!["given"] == "oui", visit.Typed["words"], visit.Typed["request"]), token), token));
    }

    static async Task<IResult> ContestAsync(HttpContext http, Visit visit, MemberDesk desk, ApiCall api, Caller caller, CancellationToken token) =>
        await InvoicesAsync(http, visit, desk, await api.PostAsync("/members/{id:guid}/contests", new { id = caller.MemberId }, new ContestBody(visit.Typed!["text"]), token), token);

    static async Task<IResult> InvoicesAsync(HttpContext http, Visit visit, MemberDesk desk, ApiAnswer answer, CancellationToken token)
    {
        if (answer.IsFine)
            return PageAnswer.Next("/depart/factures", answer.Pending ? "encours" : "enregistre");
        visit.Errors = answer.Errors(visit);
        return PageAnswer.Of<InvoicesPage>(http, await desk.LoadAsync(token), StatusCodes.Status422UnprocessableEntity);
    }

    static async Task<IResult> VerifyAsync(HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token)
    {
        if (await desk.LoadAsync(token) is not { Migration: { } migration } departure)
            return Results.NotFound();
        var which = Which(visit);
        var code = new string([.. visit.Typed!["code-" + which].ToString().Where(char.IsAsciiDigit)]);
        if (code.Length != 8)
        {
            visit.Errors = [new FieldError("code-" + which, visit["field.contactcode"])];
            return PageAnswer.Of<ContactsPage>(http, departure, StatusCodes.Status422UnprocessableEntity);
        }
        return Contacts(http, visit, departure, await api.PostAsync("/migrations/{id:guid}/contacts/{contact}/confirmation", new { id = migration.Id, contact = which }, new ContactBody(code, ""), token), "contact");
    }

    static string Which(Visit visit) => visit.Typed!["contact"] == "second" ? "second" : "first";

    static IResult Contacts(HttpContext http, Visit visit, Departure departure, ApiAnswer answer, string done)
    {
        if (answer.IsFine)
            return PageAnswer.Next("/depart/contacts", answer.Pending ? "encours" : done);
        visit.Errors = answer.Errors(visit);
        return PageAnswer.Of<ContactsPage>(http, departure, StatusCodes.Status422UnprocessableEntity);
    }

    static IResult Date(HttpContext http, Visit visit, Departure departure, ApiAnswer answer)
    {
        if (answer.IsFine)
            return PageAnswer.Next("/depart/date", answer.Pending ? "encours" : "enregistre");
        visit.Errors = answer.Errors(visit);
        return PageAnswer.Of<DatePage>(http, departure, StatusCodes.Status422UnprocessableEntity);
    }

    static Task<IResult> Unchosen(HttpContext http, Visit visit, MemberDesk desk, Guid id, string field, CancellationToken token)
    {
        visit.Errors = [new FieldError(field, visit["field.choice"])];
        return MemberForms.ItemAsync(http, visit, desk, id, null, token);
    }

    /// <summary>The guide's hint: asked for by the owner, noted by the API, shown in this answer only.</summary>
    static async Task<IResult> HintAsync(Guid id, HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token)
    {
        var answer = await api.SendAsync("GET", "/items/{id:guid}/recovery-hint", new { id }, null, token);
        if (answer.Status == StatusCodes.Status404NotFound)
            return Results.NotFound();
        if (!answer.IsFine)
            visit.Errors = answer.Errors(visit);
        IReadOnlyList<string> steps = answer.IsFine ? [.. answer.Body.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty(visit.Language).GetString()!)] : [];
        return MemberPages.Item(http, await desk.LoadAsync(token), id, answer.IsFine ? StatusCodes.Status200OK : StatusCodes.Status409Conflict, hints: steps);
    }

    /// <summary>The one-time link to the domain's code; it is in this answer only.</summary>
    static async Task<IResult> CodeAsync(Guid id, HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token)
    {
        var answer = await api.PostAsync("/items/{id:guid}/transfer-code-link", new { id }, null, token);
        if (answer.Status == StatusCodes.Status404NotFound)
            return Results.NotFound();
        if (!answer.IsFine)
            visit.Errors = answer.Errors(visit);
        var url = answer.IsFine && answer.Body.GetProperty("url") is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        return MemberPages.Item(http, await desk.LoadAsync(token), id, answer.IsFine ? StatusCodes.Status200OK : StatusCodes.Status409Conflict, codeLink: url);
    }
}
