using System.Reflection;
using System.Security.Cryptography;

namespace Cassiopea.Gateway.Pages;

/// <summary>The one style sheet and the one script, under names that change with their content.</summary>
internal static class PageAssets
{
    static readonly byte[] Css = Read("style.css"), Js = Read("live.js");

    public static readonly string Style = $"/style-{Tag(Css)}.css", Script = $"/live-{Tag(Js)}.js";

    public static void MapAssets(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/style-{tag}.css", (HttpContext http) => Answer(http, Css, "text/css; charset=utf-8"));
        pages.MapGet("/live-{tag}.js", (HttpContext http) => Answer(http, Js, "text/javascript; charset=utf-8"));
    }

    static IResult Answer(HttpContext http, byte[] content, string type)
    {
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.Bytes(content, type);
    }

    static string Tag(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content))[..12];

    static byte[] Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Cassiopea.Gateway.Pages.Assets." + name)
            ?? throw new InvalidOperationException($"{name} is not embedded");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
