using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Cassiopea.Gateway.SignIn;

/// <summary>The cookie of a session. It opens pages only: the API takes keys, so no other site can make a browser call it.</summary>
internal sealed class SessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, GatewayContext db, TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public new const string Scheme = "Session";
    public const string Cookie = "__Host-session";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Cookies[Cookie] is not { Length: > 0 } secret)
            return AuthenticateResult.NoResult();
        if (await Session.FindAsync(db, secret, time.GetUtcNow(), Context.RequestAborted) is not { } session)
            return AuthenticateResult.Fail("no such session, or it has ended");
        var principal = session.ToCaller().ToPrincipal();
        ((ClaimsIdentity)principal.Identity!).AddClaim(new Claim("language", session.Language));
        return AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var staff = Request.Path.StartsWithSegments("/equipe", StringComparison.Ordinal);
        var back = HttpMethods.IsGet(Request.Method) ? "?retour=" + Uri.EscapeDataString(Request.Path + Request.QueryString) : "";
        Response.StatusCode = StatusCodes.Status303SeeOther;
        Response.Headers.Location = (staff ? "/equipe/entrer" : "/entrer") + back;
        return Task.CompletedTask;
    }
}
