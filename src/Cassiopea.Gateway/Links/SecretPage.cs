using System.Net;
using System.Text;
using Cassiopea.Gateway.Problems;
using Cassiopea.ServiceDefaults.Vault;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Links;

/// <summary>
/// A page that shows a secret of the vault once. Opening its link shows it without the secret, so that a mail filter that opens links uses nothing up; a
/// button shows the secret, and the link is over.
/// </summary>
/// <param name="name">The page, embedded from <c>Pages/</c>, with <c>{secret}</c> where the button or the secret stands.</param>
/// <param name="purpose">What the vault notes.</param>
internal sealed class SecretPage(string name, string purpose)
{
    private readonly string _page = Read(name);

    /// <summary>Takes the secret under the migration's grant and shows it, or says that the link is over. An answer that the vault does not give yet uses nothing up.</summary>
    /// <param name="http">The request.</param>
    /// <param name="db">Where the link is marked as used, in the same transaction as the note of it.</param>
    /// <param name="links">Notes the use.</param>
    /// <param name="vault">Holds the secret.</param>
    /// <param name="link">The link.</param>
    /// <param name="credentialId">The secret.</param>
    /// <param name="note">What the audit says.</param>
    /// <param name="fields">The page's other fields, as HTML.</param>
    /// <param name="token">Ends it.</param>
    public async Task<IResult> UseAsync(
        HttpContext http, GatewayContext db, LinkDesk links, VaultClient vault, OneTimeLink link, Guid credentialId, string note, (string Name, string Html)[] fields, CancellationToken token)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(token);
        var now = links.Now;
        if (await db.Links.Where(l => l.Id == link.Id && l.UsedAt == null).ExecuteUpdateAsync(l => l.SetProperty(x => x.UsedAt, now), token) != 1)
            return Problem.Of(ProblemCode.LinkOver);
        switch (await vault.LeaseAsync(credentialId, link.Id, purpose, token))
        {
            case LeaseOutcome.Granted granted:
                await using (granted.Lease)
                {
                    links.NoteUse(link, note);
                    await db.SaveChangesAsync(token);
                    await transaction.CommitAsync(token);
                    return Show(http, granted.Lease.SecretText, fields);
                }

            case LeaseOutcome.NotStored:
                return Problem.Of(ProblemCode.LinkOver);
            default: // the grant may be on its way; the link is not used up
                http.Response.Headers.RetryAfter = "10";
                return Problem.Of(ProblemCode.Unavailable);
        }
    }

    /// <summary>The page with the button, or with the secret.</summary>
    public IResult Show(HttpContext http, string? secret, params ReadOnlySpan<(string Name, string Html)> fields)
    {
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers.CacheControl = "no-store";
        var html = _page.Replace("{style}", Pages.PageAssets.Style, StringComparison.Ordinal);
        foreach (var (field, text) in fields)
            html = html.Replace("{" + field + "}", text, StringComparison.Ordinal);
        var shown = secret is null
            ? "<form method=\"post\"><button>Montrer une fois · Eenmalig tonen · Show once</button></form>"
            : $"<p class=\"unprinted\"><code>{WebUtility.HtmlEncode(secret)}</code></p>";
        return TypedResults.Content(html.Replace("{secret}", shown, StringComparison.Ordinal), "text/html; charset=utf-8", Encoding.UTF8);
    }

    private static string Read(string name)
    {
        using var stream = typeof(SecretPage).Assembly.GetManifestResourceStream($"Cassiopea.Gateway.Pages.{name}.html")
            ?? throw new InvalidOperationException($"the page {name} is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
