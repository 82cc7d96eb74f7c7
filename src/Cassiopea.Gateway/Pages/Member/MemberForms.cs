using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Api;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Pages.Member;

/// <summary>The member's forms: each calls the API's endpoint that <see cref="PageTable"/> names, then shows the next page.</summary>
internal static class MemberForms
{
    static readonly TimeSpan CheckTime = TimeSpan.FromSeconds(6), Pace = TimeSpan.FromMilliseconds(150);

    public static void MapMemberForms(this IEndpointRouteBuilder pages)
    {
        pages.MapPost("/depart/message", MessageAsync);
        pages.MapPost("/depart/date", DateAsync);
        pages.MapPost("/depart/pause", async (HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token) =>
            await desk.LoadAsync(token) is not { Migration: { } migration } departure ? Results.NotFound()
                : await AfterAsync<ProgressPage>(
                    http, visit, await api.PostAsync("/migrations/{id:guid}/commands/pause", new { id = migration.Id }, new ReasonBody(visit.Typed!["reason"].ToString()), token),
                    "/depart/suivi", new ProgressModel(departure, await desk.TimelineAsync(departure, token))));
        pages.MapPost("/depart/differences", async (HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token) =>
            await desk.LoadAsync(token) is not { Migration: { } migration } departure || !Guid.TryParse(visit.Typed!["item"], out var item) || departure.Find(item) is null ? Results.NotFound()
                : await AfterAsync<DifferencesPage>(
                    http, visit, await api.PostAsync("/migrations/{id:guid}/commands/approve-differences", new { id = migration.Id }, new ApprovalBody(item, visit["diff.reason"]), token),
                    "/depart/differences", departure));
        pages.MapPost("/depart/vie-privee", ExportAsync);
        pages.MapPost("/depart/elements/{id:guid}/choix", ChooseAsync);
        pages.MapPost("/depart/elements/{id:guid}/releve", (Guid id, HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token) =>
            ItemAsync(http, visit, desk, id, api.PostAsync("/items/{id:guid}/commands/confirm-last-fetch", new { id }, null, token), token));
        pages.MapPost("/depart/elements/{id:guid}/mot-de-passe", PasswordAsync);
        pages.MapPost("/depart/elements/{id:guid}/archive", ArchiveAsync);
        pages.MapPost("/depart/elements/{id:guid}/confier", EntrustAsync);
    }

    static async Task<IResult> MessageAsync(HttpContext http, Visit visit, MemberDesk desk, ApiCall api, Caller caller, CancellationToken token)
    {
        var form = visit.Typed!;
        var back = PageCookies.Local(form["retour"]) is { } path && path.StartsWith("/depart", StringComparison.Ordinal) ? path : "/depart";
        var text = form["ready"] == "1" ? visit["check.message"] : form[form["champ"] == "message" ? "message" : "text"].ToString();
        Guid? item = Guid.TryParse(form["item"], out var id) ? id : null;
        var answer = await api.PostAsync("/members/{id:guid}/messages", new { id = caller.MemberId }, new MessageBody(form["about"], text, item), token);
        if (answer.IsFine)
            return PageAnswer.Next(back, "message");
        if (answer.Status == StatusCodes.Status404NotFound)
            return Results.NotFound();
        visit.Errors = [.. answer.Errors(visit).Select(e => e.Field == "text" && form["champ"] == "message" ? e with { Field = "message" } : e)];
        var departure = await desk.LoadAsync(token);
        const int refused = StatusCodes.Status422UnprocessableEntity;
        return item is { } one ? MemberPages.Item(http, departure, one, refused)
            : back == "/depart/factures" ? PageAnswer.Of<InvoicesPage>(http, departure, refused)
            : back == "/depart/services" ? PageAnswer.Of<ServicesPage>(http, departure, refused)
            : back == "/depart/contacts" ? PageAnswer.Of<ContactsPage>(http, departure, refused)
            : back == "/depart/applications" ? PageAnswer.Of<SpecialPage>(http, departure, refused)
            : back == "/depart/differences" ? PageAnswer.Of<DifferencesPage>(http, departure, refused)
            : PageAnswer.Of<PrivacyPage>(http, departure, refused);
    }

    static async Task<IResult> DateAsync(HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token)
    {
        if (await desk.LoadAsync(token) is not { Migration: { } migration } departure)
            return Results.NotFound();
        var opens = Visit.FromLocal(visit.Typed!["opensAt"]) ?? default;
        return await AfterAsync<DatePage>(
            http, visit, await api.PostAsync("/migrations/{id:guid}/date-wish", new { id = migration.Id }, new DateWishBody(opens), token), "/depart/date", departure);
    }

    static async Task<IResult> ExportAsync(HttpContext http, Caller caller, ApiCall api, CancellationToken token)
    {
        var answer = await api.SendAsync("GET", "/members/{id:guid}/export", new { id = caller.MemberId }, null, token);
        if (!answer.IsFine)
            return PageAnswer.Error(http, answer.Status);
        http.Response.Headers.ContentDisposition = "attachment; filename=\"cassiopea-export.json\"";
        return TypedResults.Json(answer.Body, ApiJson.Options);
    }

    static Task<IResult> ChooseAsync(Guid id, HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token)
    {
        var since = DateOnly.TryParse(visit.Typed!["onlineSince"], System.Globalization.CultureInfo.InvariantCulture, out var day)
            ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : (DateTimeOffset?)null;
        if (!Enum.TryParse<MailboxStrategy>(visit.Typed["strategy"], out var strategy))
            visit.Errors = [new FieldError("strategy", visit["field.strategy"])];
        else if (strategy == MailboxStrategy.ArchiveOlder && since is null)
            visit.Errors = [new FieldError("onlineSince", visit["field.onlineSince"])];
        return ItemAsync(http, visit, desk, id, visit.Errors.Count > 0 ? null
            : api.PostAsync("/items/{id:guid}/commands/choose-strategy", new { id }, new StrategyBody(strategy, strategy == MailboxStrategy.ArchiveOlder ? since : null), token), token);
    }

    /// <summary>Straight to the vault, then a moment of waiting: the login is tried at once and the page says whether it works.</summary>
    static async Task<IResult> PasswordAsync(Guid id, HttpContext http, Visit visit, MemberDesk desk, ApiCall api, GatewayContext db, CancellationToken token)
    {
        var side = visit.Typed!["side"] == "source" ? "source" : "target";
        var secret = visit.Typed["secret-" + side].ToString();
        if ((await desk.LoadAsync(token)).Find(id) is not { } item || (side == "source" ? item.Source : item.Target) is not { } end)
            return Results.NotFound();
        var answer = await api.SendAsync("PUT", "/credentials/{id:guid}", new { id = end.CredentialId }, new CredentialBody(secret), token);
        if (!answer.IsFine)
        {
            visit.Errors = answer.Status == StatusCodes.Status422UnprocessableEntity ? [new FieldError("secret-" + side, visit["field.secret"])] : answer.Errors(visit);
            return MemberPages.Item(http, await desk.LoadAsync(token), id, StatusCodes.Status422UnprocessableEntity);
        }
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < CheckTime)
        {
            if (await db.Items.AsNoTracking().AnyAsync(i => i.Id == id && i.Version > item.Version, token))
                return PageAnswer.Next($"/depart/elements/{id}", "motdepasse");
            await Task.Delay(Pace, TimeProvider.System, token);
        }
        return PageAnswer.Next($"/depart/elements/{id}", "garde");
    }

    static async Task<IResult> ArchiveAsync(Guid id, HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token) =>
        await LinksAsync(http, visit, desk, id, await api.PostAsync("/items/{id:guid}/archive-links", new { id }, null, token), token);

    /// <summary>Shows one-time links, in this answer only.</summary>
    public static async Task<IResult> LinksAsync(HttpContext http, Visit visit, MemberDesk desk, Guid id, ApiAnswer answer, CancellationToken token)
    {
        if (answer.Status == StatusCodes.Status404NotFound)
            return Results.NotFound();
        if (!answer.IsFine)
            visit.Errors = answer.Errors(visit);
        var links = answer.IsFine
            ? new ArchiveLinksView([.. answer.Body.GetProperty("parts").EnumerateArray().Select(p =>
                (p.GetProperty("name").GetString()!, p.GetProperty("bytes").GetInt64(), p.GetProperty("sha256").GetString()!, p.GetProperty("url").GetString()))], null)
            : null;
        return MemberPages.Item(http, await desk.LoadAsync(token), id, answer.IsFine ? StatusCodes.Status200OK : StatusCodes.Status409Conflict, links);
    }

    static Task<IResult> EntrustAsync(Guid id, HttpContext http, Visit visit, MemberDesk desk, ApiCall api, CancellationToken token)
    {
        if (Visit.FromLocal(visit.Typed!["dueAt"]) is not { } due)
        {
            visit.Errors = [new FieldError("dueAt", visit["field.dueAt"])];
            return ItemAsync(http, visit, desk, id, null, token);
        }
        return ItemAsync(
            http, visit, desk, id, api.PostAsync("/items/{id:guid}/commands/entrust", new { id }, new HostBody(visit.Typed["host"], visit.Typed["consent"], due), token), token);
    }

    public static async Task<IResult> ItemAsync(HttpContext http, Visit visit, MemberDesk desk, Guid id, Task<ApiAnswer>? call, CancellationToken token)
    {
        var answer = call is null ? null : await call;
        if (answer?.Status == StatusCodes.Status404NotFound)
            return Results.NotFound();
        if (answer?.IsFine == true)
            return PageAnswer.Next($"/depart/elements/{id}", answer.Pending ? "encours" : "enregistre");
        if (answer is not null)
            visit.Errors = answer.Errors(visit);
        return MemberPages.Item(http, await desk.LoadAsync(token), id, StatusCodes.Status422UnprocessableEntity);
    }

    static Task<IResult> AfterAsync<TPage>(HttpContext http, Visit visit, ApiAnswer answer, string next, object model) where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        if (answer.IsFine)
            return Task.FromResult(PageAnswer.Next(next, answer.Pending ? "encours" : "enregistre"));
        visit.Errors = answer.Errors(visit);
        return Task.FromResult(PageAnswer.Of<TPage>(http, model, StatusCodes.Status422UnprocessableEntity));
    }
}
