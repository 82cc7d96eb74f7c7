using System.Net;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Idempotency;
using Cassiopea.Gateway.Problems;
using Cassiopea.ServiceDefaults.Vault;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Links;

/// <summary>
/// The new host's people get the old place's login by a one-time link: opening it shows a page without the password, so that a mail filter that opens
/// links uses nothing up; a button shows the password once. It comes from the vault under the grant that the migration gave until the due date.
/// </summary>
internal static class HostLinks
{
    static readonly TimeZoneInfo Brussels = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");
    static readonly SecretPage Page = new("HostAccess", "show-to-new-host");

    public static void MapHostLinks(this IEndpointRouteBuilder commands) =>
        commands.MapPost("/items/{id:guid}/host-link", async (
            Guid id, HttpRequest request, Caller caller, BoardQueries board, LinkDesk links, CancellationToken token) =>
        {
            if (await board.ItemAsync(caller, id, token) is not { } item)
                return Problem.NotFound();
            if (item is not { Arrangement.Host: { MovedAt: null } host, Source: not null })
                return Problem.Of(ProblemCode.TransitionNotAllowed, "The item is not entrusted to the new host, or its old place is not known.", allowed: []);
            var (url, expires) = links.Make(request, LinkKind.Host, item.MigrationId, id, "", caller.Owner, host.DueAt);
            return (IResult)TypedResults.Ok(new HostLinkMade(url, expires));
        })
        .Produces<HostLinkMade>().WithSummary("A one-time link to the old place's login for the new host's people; shown once").WithTags("items");

    public static void MapHostAccess(this IEndpointRouteBuilder open)
    {
        open.MapGet("/access/{secret}", async (string secret, HttpContext http, GatewayContext db, LinkDesk links, CancellationToken token) =>
            await FindAsync(secret, db, links, token) is not var (link, item) || link.UsedAt is not null ? Problem.Of(ProblemCode.LinkOver) : Page.Show(http, null, Fields(item)))
            .ExcludeFromDescription();
        open.MapPost("/access/{secret}", UseAsync).ExcludeFromDescription();
    }

    static async Task<IResult> UseAsync(string secret, HttpContext http, GatewayContext db, LinkDesk links, VaultClient vault, CancellationToken token) =>
        await FindAsync(secret, db, links, token) is not var (link, item)
            ? Problem.Of(ProblemCode.LinkOver)
            : await Page.UseAsync(http, db, links, vault, link, item.Source!.CredentialId, "the login of the old place was shown", Fields(item), token);

    static async Task<(OneTimeLink Link, ItemRow Item)?> FindAsync(string secret, GatewayContext db, LinkDesk links, CancellationToken token) =>
        await links.FindAsync(LinkKind.Host, secret, token) is { } link
        && await db.Items.AsNoTracking().FirstOrDefaultAsync(i => i.Id == link.ItemId, token) is { Source: not null, Arrangement.Host.MovedAt: null } item
            ? (link, item)
            : null;

    static (string Name, string Html)[] Fields(ItemRow item)
    {
        var source = item.Source!;
        var due = TimeZoneInfo.ConvertTime(item.Arrangement!.Host!.DueAt, Brussels);
        return
        [
            ("item", WebUtility.HtmlEncode(item.Name)),
            ("due", due.ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture)),
            ("place", WebUtility.HtmlEncode(FormattableString.Invariant($"{source.Protocol}://{source.Host}:{source.Port} ({source.Tls})"))),
            ("sheet", ConnectionSheetEndpoints.InAllLanguages(item)),
            ("login", WebUtility.HtmlEncode(source.Login)),
        ];
    }
}

/// <summary>The link for the new host's people.</summary>
/// <param name="Url">In the first answer only; null when the request is sent again.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record HostLinkMade(string? Url, DateTimeOffset ExpiresAt) : IShownOnce
{
    public object WithoutSecret() => this with { Url = null };
}
