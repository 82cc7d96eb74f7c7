using Microsoft.AspNetCore.Components;

namespace Cassiopea.Gateway.Pages;

/// <summary>Base of all components: the visit with its texts and formats, and the page's model.</summary>
public abstract class PageView : ComponentBase
{
    [Inject]
    private protected Visit T { get; set; } = default!;

    private protected MarkupString Icon(string name) => new(PageIcons.Of(name));
}

/// <summary>Small pictures, drawn by us; decoration only, so hidden from screen readers.</summary>
internal static class PageIcons
{
    const string Start = "<svg class=\"icon\" viewBox=\"0 0 24 24\" width=\"24\" height=\"24\" aria-hidden=\"true\" focusable=\"false\">";

    public static string Of(string name) => Start + name switch
    {
        "sky" => "<path d=\"M3 8 8 17 12 9 17 15 21 6\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\"/><g fill=\"currentColor\"><circle cx=\"3\" cy=\"8\" r=\"2\"/><circle cx=\"8\" cy=\"17\" r=\"2.4\"/><circle cx=\"12\" cy=\"9\" r=\"2\"/><circle cx=\"17\" cy=\"15\" r=\"2.2\"/><circle cx=\"21\" cy=\"6\" r=\"2\"/></g>",
        "browser" => "<path d=\"M3 5h18v14H3zM3 9h18M6 7h.01M9 7h.01\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\"/>",
        "inbox" => "<path d=\"M4 4h16v16H4zM4 14h5l1.5 2.5h3L15 14h5\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\"/>",
        "down" => "<path d=\"M12 3v12m-5-5 5 5 5-5M4 20h16\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.8\"/>",
        "both" => "<path d=\"M4 8h14m-4-4 4 4-4 4M20 16H6m4-4-4 4 4 4\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\"/>",
        "Mailbox" => "<path d=\"M3 6h18v12H3zM3 7l9 6 9-6\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\"/>",
        "Site" => "<circle cx=\"12\" cy=\"12\" r=\"9\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\"/><path d=\"M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.4\"/>",
        "Database" => "<ellipse cx=\"12\" cy=\"6\" rx=\"8\" ry=\"3\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\"/><path d=\"M4 6v12c0 4 16 4 16 0V6M4 12c0 4 16 4 16 0\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\"/>",
        "Domain" => "<path d=\"M4 18V8l8-5 8 5v10zM9 18v-6h6v6\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\"/>",
        "MailingList" => "<circle cx=\"12\" cy=\"5\" r=\"2.5\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\"/><circle cx=\"5\" cy=\"18\" r=\"2.5\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\"/><circle cx=\"19\" cy=\"18\" r=\"2.5\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\"/><path d=\"M11 7.5 6 15.8M13 7.5l5 8.3M7.5 18h9\" stroke=\"currentColor\" stroke-width=\"1.4\"/>",
        _ => "<path d=\"M12 3v18M3 12h18M6 6l12 12M18 6 6 18\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.4\"/>",
    } + "</svg>";
}
