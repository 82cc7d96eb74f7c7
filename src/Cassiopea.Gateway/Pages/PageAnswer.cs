using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Events;
using Cassiopea.Gateway.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cassiopea.Gateway.Pages;

/// <summary>Answers of pages: a component, or the way to the next page.</summary>
internal static class PageAnswer
{
    public static IResult Of<TPage>(HttpContext http, object model, int status = StatusCodes.Status200OK) where TPage : IComponent
    {
        var visit = http.RequestServices.GetRequiredService<Visit>();
        visit.Show(model);
        return new RazorComponentResult<TPage> { StatusCode = status, PreventStreamingRendering = true };
    }

    public static IResult Error(HttpContext http, int status) => Of<ErrorPage>(http, new ErrorModel(status), status);

    /// <summary>After a form: the next page is asked for anew, so that reloading sends nothing twice. <paramref name="done"/> names a text.</summary>
    public static IResult Next(string path, string? done = null) => new Way(done is null ? path : path + (path.Contains('?') ? "&" : "?") + "fait=" + done);

    sealed class Way(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}

internal sealed record ErrorModel(int Status);

/// <summary>What browsers are told about every page (S16, S20).</summary>
internal static class PageHeaders
{
    const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void Apply(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
    }
}

/// <summary>Gives pages their headers and their visitor, and turns an answer without a body into a page that says what happened.</summary>
internal static class PagePipeline
{
    public static void UsePages(this WebApplication app) => app.Use(async (http, next) =>
    {
        var isPage = IsPage(http.GetEndpoint());
        if (isPage)
        {
            PageHeaders.Apply(http.Response);
            if (await http.AuthenticateAsync(SessionHandler.Scheme) is { Succeeded: true, Principal: { } user })
                http.User = user;
        }
        await next();
        var lost = http.GetEndpoint() is null && http.Response.StatusCode == StatusCodes.Status404NotFound && HttpMethods.IsGet(http.Request.Method)
            && http.Request.GetTypedHeaders().Accept.Any(a => a.MediaType == "text/html");
        if ((isPage || lost) && http.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null or 0, ContentType: null })
        {
            PageHeaders.Apply(http.Response);
            await PageAnswer.Error(http, http.Response.StatusCode).ExecuteAsync(http);
        }
    });

    public static bool IsPage(Microsoft.AspNetCore.Http.Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<AccessRow>()?.Door == Door.Page;

    public static void MapPages(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("").AddEndpointFilter<RouteGroupBuilder, FormFilter>().UseAccessTable().ExcludeFromDescription();
        pages.MapAssets();
        pages.MapLanguage();
        pages.MapSignIn();
        pages.MapHelp();
        pages.MapLive();
        Member.MemberPages.Map(pages);
        Staff.StaffPages.Map(pages);
    }
}
