using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.SignIn;

namespace Cassiopea.Gateway.Pages;

/// <summary>The doors: the member's link, the house's password and second factor, and the way out.</summary>
internal static class SignInPages
{
    public static void MapSignIn(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/", (HttpContext http) => PageAnswer.Of<WelcomePage>(http, new Nothing()));
        pages.MapGet("/entrer", (HttpContext http) => PageAnswer.Of<AskLinkPage>(http, new AskLinkModel(false)));
        pages.MapPost("/entrer", AskAsync);
        pages.MapGet("/entrer/{secret}", async (string secret, HttpContext http, MemberSignIn signIn, CancellationToken token) =>
            PageAnswer.Of<UseLinkPage>(http, new UseLinkModel((await signIn.FindAsync(secret, token))?.Name)));
        pages.MapPost("/entrer/{secret}", UseAsync);
        pages.MapGet("/equipe/entrer", (HttpContext http) => PageAnswer.Of<StaffDoorPage>(http, new Nothing()));
        pages.MapPost("/equipe/entrer", EnterAsync);
        pages.MapGet("/equipe/invitation/{secret}", async (string secret, HttpContext http, StaffSignIn signIn, CancellationToken token) =>
            await signIn.InvitedAsync(secret, token) is { } person
                ? PageAnswer.Of<InvitationPage>(http, Invitation(secret, person))
                : PageAnswer.Of<InvitationPage>(http, new InvitationModel(null, "", "", null), StatusCodes.Status410Gone));
        pages.MapPost("/equipe/invitation/{secret}", AcceptAsync);
        pages.MapPost("/sortir", LeaveAsync);
    }

    static async Task<IResult> AskAsync(HttpContext http, Visit visit, MemberSignIn signIn, SignInLimits limits, CancellationToken token)
    {
        var email = visit.Typed!["email"].ToString();
        if (!email.Contains('@', StringComparison.Ordinal) || email.Length > 254)
        {
            visit.Errors = [new FieldError("email", visit["field.email"])];
            return PageAnswer.Of<AskLinkPage>(http, new AskLinkModel(false), StatusCodes.Status422UnprocessableEntity);
        }
        if (!limits.Allows(http, "member " + email.ToLowerInvariant()))
            return TooOften(http);
        await signIn.AskAsync(http, email, token);
        return PageAnswer.Of<AskLinkPage>(http, new AskLinkModel(true));
    }

    static async Task<IResult> UseAsync(string secret, HttpContext http, Visit visit, MemberSignIn signIn, SignInLimits limits, CancellationToken token)
    {
        if (!limits.Allows(http, "link " + Convert.ToHexString(Secrets.HashOf(secret))))
            return TooOften(http);
        if (await signIn.UseAsync(secret, visit.Language, token) is not { } cookie)
            return PageAnswer.Of<UseLinkPage>(http, new UseLinkModel(null), StatusCodes.Status410Gone);
        http.Response.Cookies.Append(SessionHandler.Cookie, cookie, PageCookies.Options(Session.Longest));
        return PageAnswer.Next("/depart");
    }

    static async Task<IResult> EnterAsync(HttpContext http, Visit visit, StaffSignIn signIn, SignInLimits limits, string? retour, CancellationToken token)
    {
        var (login, password, code) = (visit.Typed!["login"].ToString(), visit.Typed["password"].ToString(), visit.Typed["code"].ToString());
        if (!limits.Allows(http, "staff " + StaffSignIn.Spelling(login)))
            return TooOften(http);
        if (login.Length is 0 or > 80 || password.Length is 0 or > 200 || code.Length > 20 || await signIn.EnterAsync(login, password, code, token) is not { } cookie)
        {
            visit.Errors = [new FieldError("login", visit["door.wrong"])];
            return PageAnswer.Of<StaffDoorPage>(http, new Nothing(), StatusCodes.Status401Unauthorized);
        }
        http.Response.Cookies.Append(SessionHandler.Cookie, cookie, PageCookies.Options(Session.Longest));
        return PageAnswer.Next(PageCookies.Local(retour) is { } path && path.StartsWith("/equipe", StringComparison.Ordinal) ? path : "/equipe");
    }

    static async Task<IResult> AcceptAsync(string secret, HttpContext http, Visit visit, StaffSignIn signIn, SignInLimits limits, TimeProvider time, CancellationToken token)
    {
        if (!limits.Allows(http, "invitation " + Convert.ToHexString(Secrets.HashOf(secret))))
            return TooOften(http);
        if (await signIn.InvitedAsync(secret, token) is not { } person)
            return PageAnswer.Of<InvitationPage>(http, new InvitationModel(null, "", "", null), StatusCodes.Status410Gone);
        var (password, code) = (visit.Typed!["password"].ToString(), visit.Typed["code"].ToString().Replace(" ", "", StringComparison.Ordinal));
        if (password.Length is < Person.ShortestPassword or > 200)
            visit.Errors = [new FieldError("password", visit["field.password.new"])];
        else if (Totp.StepOf(StaffSignIn.TotpOf(secret), code, time.GetUtcNow()) is null)
            visit.Errors = [new FieldError("code", visit["field.code"])];
        if (visit.Errors.Count > 0)
            return PageAnswer.Of<InvitationPage>(http, Invitation(secret, person), StatusCodes.Status422UnprocessableEntity);
        return await signIn.AcceptAsync(secret, person, password, token) is { } codes
            ? PageAnswer.Of<InvitationPage>(http, new InvitationModel(person.Login, "", "", codes))
            : PageAnswer.Of<InvitationPage>(http, new InvitationModel(null, "", "", null), StatusCodes.Status410Gone);
    }

    static async Task<IResult> LeaveAsync(HttpContext http, Caller caller, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        var now = desk.Now;
        if (await db.Sessions.FindAsync([caller.KeyId], token) is { RevokedAt: null } session)
        {
            session.RevokedAt = now;
            desk.Note(caller.Owner, Verbs.SignOut, $"session/{caller.KeyId}", "");
            await db.SaveChangesAsync(token);
        }
        http.Response.Cookies.Delete(SessionHandler.Cookie, PageCookies.Options());
        return PageAnswer.Next("/", "sortir");
    }

    static InvitationModel Invitation(string secret, Person person)
    {
        var totp = StaffSignIn.TotpOf(secret);
        return new InvitationModel(person.Login, Totp.Text(totp), QrCode.Svg(Totp.Address(person.Login, totp)), null);
    }

    static IResult TooOften(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "60";
        return PageAnswer.Error(http, StatusCodes.Status429TooManyRequests);
    }
}

/// <summary>The page needs nothing.</summary>
internal sealed record Nothing;

internal sealed record AskLinkModel(bool Asked);

internal sealed record UseLinkModel(string? Name);

internal sealed record InvitationModel(string? Login, string Secret, string Qr, IReadOnlyList<string>? Codes);
