using Cassiopea.Gateway.Api;

namespace Cassiopea.Gateway.Pages.Member;

/// <summary>The pages that a member opens; the forms are in <see cref="MemberForms"/>.</summary>
internal static class MemberPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        Map<HomePage>(pages, "/depart");
        Map<InvoicesPage>(pages, "/depart/factures");
        Map<ServicesPage>(pages, "/depart/services");
        Map<CheckPage>(pages, "/depart/verifier");
        Map<DatePage>(pages, "/depart/date");
        Map<DifferencesPage>(pages, "/depart/differences");
        Map<PrivacyPage>(pages, "/depart/vie-privee");
        Map<SpecialPage>(pages, "/depart/applications");
        pages.MapGet("/depart/elements/{id:guid}", async (Guid id, HttpContext http, MemberDesk desk, CancellationToken token) =>
            Item(http, await desk.LoadAsync(token), id));
        pages.MapGet("/depart/suivi", async (HttpContext http, MemberDesk desk, CancellationToken token) =>
        {
            var departure = await desk.LoadAsync(token);
            return PageAnswer.Of<ProgressPage>(http, new ProgressModel(departure, await desk.TimelineAsync(departure, token)));
        });
        pages.MapGet("/depart/dossier", async (HttpContext http, MemberDesk desk, CancellationToken token) =>
            PageAnswer.Of<DossierPage>(http, await desk.LoadAsync(token)));
        pages.MapGet("/depart/dossier/lire", async (HttpContext http, MemberDesk desk, CancellationToken token) =>
            await desk.DossierAsync(token) is { } dossier ? new DossierFile(dossier.Html, "text/html; charset=utf-8", null) : Results.NotFound());
        pages.MapGet("/depart/dossier/donnees", async (HttpContext http, MemberDesk desk, CancellationToken token) =>
            await desk.DossierAsync(token) is { } dossier ? new DossierFile(dossier.Json, "application/json; charset=utf-8", "dossier.json") : Results.NotFound());
        pages.MapGet("/depart/date.ics", async (HttpContext http, Visit visit, MemberDesk desk, CancellationToken token) =>
            await desk.LoadAsync(token) is { Wish: { } wish } ? Calendar.Of(visit, wish) : Results.NotFound());
        pages.MapGet("/depart/aide", () => PageAnswer.Next("/aide"));
        pages.MapMemberQuestions();
        pages.MapMemberItemForms();
        pages.MapMemberForms();
    }

    /// <summary>An item of the member; anybody else's is not there (S18).</summary>
    public static IResult Item(
        HttpContext http, Departure departure, Guid id, int status = StatusCodes.Status200OK, ArchiveLinksView? links = null, IReadOnlyList<string>? hints = null, string? codeLink = null) =>
        departure.Find(id) is { } item ? PageAnswer.Of<ItemPage>(http, new ItemModel(departure, item, links, hints, codeLink), status) : Results.NotFound();

    static void Map<TPage>(IEndpointRouteBuilder pages, string path) where TPage : Microsoft.AspNetCore.Components.IComponent =>
        pages.MapGet(path, async (HttpContext http, MemberDesk desk, CancellationToken token) => PageAnswer.Of<TPage>(http, await desk.LoadAsync(token)));
}

internal sealed record ProgressModel(Departure Departure, IReadOnlyList<TimelineEntry> Timeline);

/// <summary>The dossier as it was delivered: one page that loads and runs nothing.</summary>
internal sealed class DossierFile(string content, string type, string? name) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox";
        httpContext.Response.ContentType = type;
        if (name is not null)
            httpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        return httpContext.Response.WriteAsync(content, httpContext.RequestAborted);
    }
}
