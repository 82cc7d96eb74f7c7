namespace Cassiopea.Gateway.Pages;

/// <summary>The language of a visit: chosen (cookie), else the member's, else the browser's, else French.</summary>
internal static class VisitLanguage
{
    const string Cookie = "__Host-langue";

    public static string Of(HttpContext http)
    {
        if (http.Request.Cookies[Cookie] is { } chosen && Words.Languages.Contains(chosen))
            return chosen;
        if (http.User.FindFirst("language")?.Value is { } known && Words.Languages.Contains(known))
            return known;
        return http.Request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(l => l.Quality ?? 1)
            .Select(l => l.Value.ToString() is { Length: >= 2 } tag ? tag[..2].ToLowerInvariant() : "")
            .FirstOrDefault(Words.Languages.Contains) ?? "fr";
    }

    public static void MapLanguage(this IEndpointRouteBuilder pages) =>
        pages.MapGet("/langue/{language}", (string language, string? retour, HttpContext http) =>
        {
            if (Words.Languages.Contains(language))
                http.Response.Cookies.Append(Cookie, language, PageCookies.Options(TimeSpan.FromDays(365)));
            return TypedResults.LocalRedirect(PageCookies.Local(retour) ?? "/");
        });
}

/// <summary>Cookies of the pages: <c>__Host-</c>, so they need Secure, no Domain and the path / (RFC 6265bis §4.1.3.2).</summary>
internal static class PageCookies
{
    public static CookieOptions Options(TimeSpan? life = null) => new()
    {
        Secure = true,
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = life,
    };

    /// <summary>A path on this site, or null: nobody is sent elsewhere by an address that was made up.</summary>
    public static string? Local(string? path) =>
        path is { Length: > 0 } && path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal) && !path.Contains('\\', StringComparison.Ordinal)
            && !path.Any(char.IsControl)
            ? path
            : null;
}
