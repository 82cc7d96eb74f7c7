using System.Text;
using Cassiopea.Gateway.Access;

namespace Cassiopea.Gateway.Pages;

/// <summary>What a person sees who opens the gateway's address.</summary>
internal static class WelcomePage
{
    static readonly string Html = Read();

    public static void MapWelcome(this IEndpointRouteBuilder app) =>
        app.MapGroup("").UseAccessTable().MapGet("/", (HttpContext http) =>
        {
            http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
            http.Response.Headers["Referrer-Policy"] = "no-referrer";
            return TypedResults.Content(Html, "text/html; charset=utf-8", Encoding.UTF8);
        })
        .ExcludeFromDescription();

    static string Read()
    {
        using var stream = typeof(WelcomePage).Assembly.GetManifestResourceStream("Cassiopea.Gateway.Pages.Welcome.html")
            ?? throw new InvalidOperationException("the welcome page is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
