using System.Net;
using System.Text;
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
    const string Purpose = "show-transfer-code";
    static readonly string Page = Read();

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
            await FindAsync(secret, db, links, token) is not var (link, item, _) || link.UsedAt is not null ? Problem.Of(ProblemCode.LinkOver) : Show(http, item, null))
            .ExcludeFromDescription();
        open.MapPost("/codes/{secret}", UseAsync).ExcludeFromDescription();
    }

    static async Task<IResult> UseAsync(string secret, HttpContext http, GatewayContext db, LinkDesk links, VaultClient vault, CancellationToken token)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(token);
        if (await FindAsync(secret, db, links, token) is not var (link, item, code))
            return Problem.Of(ProblemCode.LinkOver);
        var now = links.Now;
        if (await db.Links.Where(l => l.Id == link.Id && l.UsedAt == null).ExecuteUpdateAsync(l => l.SetProperty(x => x.UsedAt, now), token) != 1)
            return Problem.Of(ProblemCode.LinkOver);
        switch (await vault.LeaseAsync(code.CredentialId, link.Id, Purpose, token))
        {
            case LeaseOutcome.Granted granted:
                await using (granted.Lease)
                {
                    links.NoteUse(link, "the transfer code was shown");
                    await db.SaveChangesAsync(token);
                    await transaction.CommitAsync(token);
                    return Show(http, item, granted.Lease.SecretText);
                }

            case LeaseOutcome.NotStored:
                return Problem.Of(ProblemCode.LinkOver);
            default: // the grant may be on its way; the link is not used up
                http.Response.Headers.RetryAfter = "10";
                return Problem.Of(ProblemCode.Unavailable);
        }
    }

    static async Task<(OneTimeLink Link, ItemRow Item, TransferCodeRow Code)?> FindAsync(string secret, GatewayContext db, LinkDesk links, CancellationToken token) =>
        await links.FindAsync(LinkKind.TransferCode, secret, token) is { } link
        && await db.Items.AsNoTracking().FirstOrDefaultAsync(i => i.Id == link.ItemId, token) is { } item
        && await db.TransferCodes.AsNoTracking().FirstOrDefaultAsync(c => c.ItemId == link.ItemId, token) is { } code
            ? (link, item, code)
            : null;

    static IResult Show(HttpContext http, ItemRow item, string? code)
    {
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers.CacheControl = "no-store";
        var shown = code is null
            ? "<form method=\"post\"><button>Montrer une fois · Eenmalig tonen · Show once</button></form>"
            : $"<p><code>{WebUtility.HtmlEncode(code)}</code></p>";
        var html = Page.Replace("{item}", WebUtility.HtmlEncode(item.Name), StringComparison.Ordinal).Replace("{code}", shown, StringComparison.Ordinal);
        return TypedResults.Content(html, "text/html; charset=utf-8", Encoding.UTF8);
    }

    static string Read()
    {
        using var stream = typeof(TransferLinks).Assembly.GetManifestResourceStream("Cassiopea.Gateway.Pages.TransferCode.html")
            ?? throw new InvalidOperationException("the page of the transfer code is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>The link for the domain's owner.</summary>
/// <param name="Url">In the first answer only; null when the request is sent again.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record TransferLinkMade(string? Url, DateTimeOffset ExpiresAt) : IShownOnce
{
    public object WithoutSecret() => this with { Url = null };
}
