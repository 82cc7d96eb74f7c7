using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Gateway.Access;

/// <summary><c>Authorization: Bearer cas_…</c>. The key is looked up at each request, so a revoked one is refused at the next.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, GatewayContext db, TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public new const string Scheme = "ApiKey";

    static readonly TimeSpan LastUsedStep = TimeSpan.FromMinutes(1);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            return AuthenticateResult.NoResult();
        const string bearer = "Bearer ";
        if (!header.StartsWith(bearer, StringComparison.OrdinalIgnoreCase) || ApiKey.PrefixOf(header[bearer.Length..].Trim()) is not { } prefix)
            return AuthenticateResult.Fail("not an API key");

        var now = time.GetUtcNow();
        var key = await db.ApiKeys.AsNoTracking().FirstOrDefaultAsync(k => k.Prefix == prefix, Context.RequestAborted);
        var hash = ApiKey.HashOf(header[bearer.Length..].Trim());
        if (key is null || !CryptographicOperations.FixedTimeEquals(hash, key.Hash) || !key.IsLive(now))
            return AuthenticateResult.Fail("unknown, expired or revoked API key");

        if (key.LastUsedAt is not { } last || now - last >= LastUsedStep)
            await db.ApiKeys.Where(k => k.Id == key.Id).ExecuteUpdateAsync(k => k.SetProperty(x => x.LastUsedAt, now), Context.RequestAborted);

        var caller = new Caller(key.Id, key.Owner, key.Role, key.MemberId, key.Scopes);
        return AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(), Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer realm=\"cassiopea\"";
        return Task.CompletedTask;
    }
}
