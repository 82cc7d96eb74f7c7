using System.Net;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Idempotency;
using Cassiopea.Gateway.Links;
using Cassiopea.Gateway.Problems;
using Cassiopea.ServiceDefaults.Vault;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Domains;

/// <summary>
/// A domain's transfer code is a password of the domain: it comes from the vault under the migration's grant and is shown once by a one-time link. Opening
/// the link shows a page without the code, so that a mail filter uses nothing up; a button shows it.
/// </summary>
internal static class TransferLinks
{
    static readonly SecretPage Page = new("TransferCode", "show-transfer-code");

    public static void MapTransferLinks(this IEndpointRouteBuilder commands) =>
        commands.MapPost("/items/{id:guid}/transfer-code-link", async (
            Guid id, HttpRequest request, Caller caller, BoardQueries board, GatewayContext db, LinkDesk links, CancellationToken token) =>
        {
            if (await board.ItemAsync(caller, id, token) is not { } item)
                return Problem.NotFound();
            if (await db.TransferCodes.AsNoTracking().FirstOrDefaultAsync(c => c.ItemId == id, token) is not { } code
                || await db.Credentials.AsNoTracking().AnyAsync(c => c.Id == code.CredentialId && (c.StoredAt == null || c.ErasedAt != null), token))
                return Problem.Of(ProblemCode.TransitionNotAllowed, "There is no transfer code in the vault: prepare the transfer, or enter the code that the registry mailed.", allowed: []);
            if (code.ExpiresAt <= links.Now)
                return Problem.Of(ProblemCode.TransitionNotAllowed, "The transfer code has expired: prepare the transfer again.", allowed: []);
            var (url, expires) = links.Make(request, LinkKind.TransferCode, item.MigrationId, id, "", caller.Owner, code.ExpiresAt);
            return (IResult)TypedResults.Ok(new TransferLinkMade(url, expires));
        })
        .Produces<TransferLinkMade>().WithSummary("A one-time link to a domain's transfer code; shown once").WithTags("items");

    public static void MapTransferCodes(this IEndpointRouteBuilder open)
    {
        open.MapGet("/codes/{secret}", async (string secret, HttpContext http, GatewayContext db, LinkDesk links, CancellationToken token) =>
            await FindAsync(secret, db, links, token) is not var (link, item, _) || link.UsedAt is not null ? Problem.Of(ProblemCode.LinkOver) : Page.Show(http, null, Fields(item)))
            .ExcludeFromDescription();
        open.MapPost("/codes/{secret}", UseAsync).ExcludeFromDescription();
    }

    static async Task<IResult> UseAsync(string secret, HttpContext http, GatewayContext db, LinkDesk links, VaultClient vault, CancellationToken token) =>
        await FindAsync(secret, db, links, token) is not var (link, item, code)
            ? Problem.Of(ProblemCode.LinkOver)
            : await Page.UseAsync(http, db, links, vault, link, code.CredentialId, "the transfer code was shown", Fields(item), token);

    static async Task<(OneTimeLink Link, ItemRow Item, TransferCodeRow Code)?> FindAsync(string secret, GatewayContext db, LinkDesk links, CancellationToken token) =>
        await links.FindAsync(LinkKind.TransferCode, secret, token) is { } link
        && await db.Items.AsNoTracking().FirstOrDefaultAsync(i => i.Id == link.ItemId, token) is { } item
        && await db.TransferCodes.AsNoTracking().FirstOrDefaultAsync(c => c.ItemId == link.ItemId, token) is { } code
            ? (link, item, code)
            : null;

    static (string Name, string Html)[] Fields(ItemRow item) => [("item", WebUtility.HtmlEncode(item.Name))];
}

/// <summary>The link for the domain's owner.</summary>
/// <param name="Url">In the first answer only; null when the request is sent again.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record TransferLinkMade(string? Url, DateTimeOffset ExpiresAt) : IShownOnce
{
    public object WithoutSecret() => this with { Url = null };
}
