using System.Net;
using System.Text;
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
    const string Purpose = "show-to-new-host";
    static readonly TimeZoneInfo Brussels = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");
    static readonly string Page = Read();

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
            await FindAsync(secret, db, links, token) is not var (link, item) || link.UsedAt is not null ? Problem.Of(ProblemCode.LinkOver) : Show(http, item, null))
            .ExcludeFromDescription();
        open.MapPost("/access/{secret}", UseAsync).ExcludeFromDescription();
    }

    static async Task<IResult> UseAsync(string secret, HttpContext http, GatewayContext db, LinkDesk links, VaultClient vault, CancellationToken token)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(token);
        if (await FindAsync(secret, db, links, token) is not var (link, item))
            return Problem.Of(ProblemCode.LinkOver);
        var now = links.Now;
        if (await db.Links.Where(l => l.Id == link.Id && l.UsedAt == null).ExecuteUpdateAsync(l => l.SetProperty(x => x.UsedAt, now), token) != 1)
            return Problem.Of(ProblemCode.LinkOver);
        switch (await vault.LeaseAsync(item.Source!.CredentialId, link.Id, Purpose, token))
        {
            case LeaseOutcome.Granted granted:
                await using (granted.Lease)
                {
                    links.NoteUse(link, "the login of the old place was shown");
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

    static async Task<(OneTimeLink Link, ItemRow Item)?> FindAsync(string secret, GatewayContext db, LinkDesk links, CancellationToken token) =>
        await links.FindAsync(LinkKind.Host, secret, token) is { } link
        && await db.Items.AsNoTracking().FirstOrDefaultAsync(i => i.Id == link.ItemId, token) is { Source: not null, Arrangement.Host.MovedAt: null } item
            ? (link, item)
            : null;

    static IResult Show(HttpContext http, ItemRow item, string? password)
    {
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers.CacheControl = "no-store";
        var source = item.Source!;
        var shown = password is null
            ? "<form method=\"post\"><button>Montrer une fois · Eenmalig tonen · Show once</button></form>"
            : $"<p><code>{WebUtility.HtmlEncode(password)}</code></p>";
        var html = Page.Replace("{item}", WebUtility.HtmlEncode(item.Name), StringComparison.Ordinal)
            .Replace("{due}", TimeZoneInfo.ConvertTime(item.Arrangement!.Host!.DueAt, Brussels).ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{place}", WebUtility.HtmlEncode(FormattableString.Invariant($"{source.Protocol}://{source.Host}:{source.Port} ({source.Tls})")), StringComparison.Ordinal)
            .Replace("{sheet}", ConnectionSheetEndpoints.InAllLanguages(item), StringComparison.Ordinal)
            .Replace("{login}", WebUtility.HtmlEncode(source.Login), StringComparison.Ordinal)
            .Replace("{password}", shown, StringComparison.Ordinal);
        return TypedResults.Content(html, "text/html; charset=utf-8", Encoding.UTF8);
    }

    static string Read()
    {
        using var stream = typeof(HostLinks).Assembly.GetManifestResourceStream("Cassiopea.Gateway.Pages.HostAccess.html")
            ?? throw new InvalidOperationException("the page of the host's access is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>The link for the new host's people.</summary>
/// <param name="Url">In the first answer only; null when the request is sent again.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record HostLinkMade(string? Url, DateTimeOffset ExpiresAt) : IShownOnce
{
    public object WithoutSecret() => this with { Url = null };
}
