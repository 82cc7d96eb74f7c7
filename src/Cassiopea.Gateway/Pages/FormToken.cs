using System.Security.Cryptography;
using System.Text;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.SignIn;

namespace Cassiopea.Gateway.Pages;

/// <summary>
/// Forms of our own pages only (S22): a form carries a value derived from the secret of the session's cookie, or of the visitor's before the sign-in.
/// Nothing is kept, so it works on every gateway and after a restart.
/// </summary>
internal static class FormToken
{
    public const string Field = "jeton";
    const string VisitorCookie = "__Host-visiteur";

    /// <summary>The value for a form; gives the visitor a cookie when there is none yet.</summary>
    public static string Of(HttpContext http)
    {
        if (Secret(http) is { } secret)
            return From(secret);
        var made = Secrets.Make();
        http.Response.Cookies.Append(VisitorCookie, made, PageCookies.Options());
        http.Items[VisitorCookie] = made;
        return From(made);
    }

    public static bool IsValid(HttpContext http, IFormCollection form) =>
        http.Request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
        && Secret(http) is { } secret
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(From(secret)), Encoding.ASCII.GetBytes(form[Field].ToString()));

    static string? Secret(HttpContext http) =>
        Caller.From(http.User) is not null && http.Request.Cookies[SessionHandler.Cookie] is { Length: > 0 } session ? session
        : http.Items[VisitorCookie] as string is { } made ? made
        : http.Request.Cookies[VisitorCookie] is { Length: 43 } visitor ? visitor
        : null;

    static string From(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("form|" + secret)));
}

/// <summary>Refuses forms that did not come from our own page.</summary>
internal sealed class FormFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsPost(http.Request.Method))
            return await next(context);
        if (!http.Request.HasFormContentType)
            return PageAnswer.Error(http, StatusCodes.Status400BadRequest);
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!FormToken.IsValid(http, form))
            return PageAnswer.Error(http, StatusCodes.Status400BadRequest);
        http.RequestServices.GetRequiredService<Visit>().Typed = form;
        return await next(context);
    }
}
