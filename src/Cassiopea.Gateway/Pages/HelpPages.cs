namespace Cassiopea.Gateway.Pages;

/// <summary>Help, accessibility and privacy: open to everybody.</summary>
internal static class HelpPages
{
    public static void MapHelp(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/aide", (HttpContext http) => PageAnswer.Of<HelpPage>(http, new HelpModel("help", 8)));
        pages.MapGet("/accessibilite", (HttpContext http) => PageAnswer.Of<HelpPage>(http, new HelpModel("access.about", 4)));
        pages.MapGet("/vie-privee", (HttpContext http) => PageAnswer.Of<HelpPage>(http, new HelpModel("privacy", 6)));
    }
}

/// <summary>A page of paragraphs: texts <c>{Key}.title</c>, then <c>{Key}.1</c> with <c>{Key}.1.text</c> and so on.</summary>
internal sealed record HelpModel(string Key, int Parts);
