using System.Text.RegularExpressions;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Idempotency;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.SignIn;

/// <summary>People of the house, their sessions, and links for members who cannot read their mail.</summary>
internal static partial class PeopleEndpoints
{
    public static void MapPeople(this IEndpointRouteBuilder api, IEndpointRouteBuilder commands)
    {
        api.MapGet("/people", async (GatewayContext db, CancellationToken token) =>
            TypedResults.Ok((await db.People.AsNoTracking().OrderBy(p => p.Login).ToListAsync(token)).ConvertAll(PersonView.Of)))
            .WithSummary("People who can sign in").WithTags("people");
        commands.MapPost("/people", InviteAsync)
            .Produces<Invitation>(StatusCodes.Status201Created).WithSummary("Invite a person; the link is shown once, and again for a person who must begin anew").WithTags("people");
        api.MapDelete("/people/{id:guid}", DisableAsync)
            .Produces(StatusCodes.Status204NoContent).WithSummary("Let a person sign in no more; ends their sessions").WithTags("people");
        api.MapGet("/sessions", async (GatewayContext db, TimeProvider time, CancellationToken token) =>
        {
            var now = time.GetUtcNow();
            var found = await db.Sessions.AsNoTracking().Where(s => s.RevokedAt == null && s.ExpiresAt > now).OrderByDescending(s => s.SeenAt).Take(200).ToListAsync(token);
            return TypedResults.Ok(found.Where(s => s.IsLive(now)).Select(SessionView.Of).ToList());
        })
        .WithSummary("Open sessions of people and members").WithTags("people");
        api.MapDelete("/sessions/{id:guid}", EndAsync)
            .Produces(StatusCodes.Status204NoContent).WithSummary("End a session: refused from the next request on").WithTags("people");
        commands.MapPost("/members/{id:guid}/sign-in-links", async (
            Guid id, HttpRequest request, Caller caller, BoardQueries board, MemberSignIn signIn, CancellationToken token) =>
        {
            if (await board.MemberAsync(caller, id, token) is null)
                return Problem.NotFound();
            var (link, secret) = signIn.Make(id, caller.Owner);
            return (IResult)TypedResults.Ok(new SignInLinkMade($"{request.Scheme}://{request.Host}/entrer/{secret}", link.ExpiresAt));
        })
        .Produces<SignInLinkMade>().WithSummary("A link that signs the member in once, within 30 minutes; shown once").WithTags("people");
    }

    static async Task<IResult> InviteAsync(PersonBody body, HttpContext http, Caller caller, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        var login = StaffSignIn.Spelling(body.Login ?? "");
        var check = new Check()
            .That(LoginPattern().IsMatch(login), "login", "must be 2 to 80 letters, digits, spaces or . - _ @ ', beginning with a letter or digit")
            .That(body.Role is Role.Operator or Role.Staff or Role.Approver or Role.Auditor, "role", "must be Operator, Staff, Approver or Auditor")
            .That(body.Language is null or "fr" or "nl" or "en", "language", "must be fr, nl or en");
        if (check.Refusal() is { } refusal)
            return refusal;
        var person = await db.People.FirstOrDefaultAsync(p => p.Login == login, token);
        if (person is not null && (person.Role != body.Role || person.DisabledAt is not null))
            return new Check().That(false, "login", "is known with another role, or was disabled; choose another name").Refusal()!;
        if (person is null)
            db.People.Add(person = new Person { Id = Guid.CreateVersion7(desk.Now), Login = login, Role = body.Role, Language = body.Language ?? "fr", CreatedBy = caller.Owner, CreatedAt = desk.Now });
        var secret = Secrets.Make();
        var link = new SignInLink { Id = Guid.CreateVersion7(desk.Now), Hash = Secrets.HashOf(secret), PersonId = person.Id, MadeBy = caller.Owner, MadeAt = desk.Now, ExpiresAt = desk.Now + SignInLink.InvitationLife };
        db.SignInLinks.Add(link);
        desk.Note(caller.Owner, Verbs.InvitePerson, $"person/{person.Id}", $"{person.Role} {login}");
        var url = $"{http.Request.Scheme}://{http.Request.Host}/equipe/invitation/{secret}";
        return TypedResults.Json(new Invitation(PersonView.Of(person), url, link.ExpiresAt), statusCode: StatusCodes.Status201Created);
    }

    static async Task<IResult> DisableAsync(Guid id, Caller caller, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        if (await db.People.FindAsync([id], token) is not { } person)
            return Problem.NotFound();
        if (person.DisabledAt is null)
        {
            var now = desk.Now;
            person.DisabledAt = now;
            foreach (var session in await db.Sessions.Where(s => s.PersonId == id && s.RevokedAt == null).ToListAsync(token))
                session.RevokedAt = now;
            desk.Note(caller.Owner, Verbs.DisablePerson, $"person/{id}", person.Login);
            await db.SaveChangesAsync(token);
        }
        return TypedResults.NoContent();
    }

    static async Task<IResult> EndAsync(Guid id, Caller caller, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        if (await db.Sessions.FindAsync([id], token) is not { } session)
            return Problem.NotFound();
        if (session.RevokedAt is null)
        {
            session.RevokedAt = desk.Now;
            desk.Note(caller.Owner, Verbs.EndSession, $"session/{id}", session.Owner);
            await db.SaveChangesAsync(token);
        }
        return TypedResults.NoContent();
    }

    [GeneratedRegex(@"^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd} ._@'-]{1,79}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LoginPattern();
}

/// <summary>A person to invite.</summary>
/// <param name="Login">The name they sign in with: the actor of all that they do.</param>
/// <param name="Role">Operator, Staff, Approver or Auditor.</param>
/// <param name="Language">fr, nl or en; left out = fr.</param>
internal sealed record PersonBody(string? Login, Role Role, string? Language);

/// <summary>A person of the house.</summary>
internal sealed record PersonView(Guid Id, string Login, Role Role, string Language, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ActivatedAt, DateTimeOffset? DisabledAt, int RecoveryCodesLeft)
{
    public static PersonView Of(Person person) => new(
        person.Id, person.Login, person.Role, person.Language, person.CreatedBy, person.CreatedAt, person.ActivatedAt, person.DisabledAt, person.Recovery.Length);
}

/// <summary>An invitation.</summary>
/// <param name="Person">Who.</param>
/// <param name="Url">In the first answer only; null when the request is sent again.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record Invitation(PersonView Person, string? Url, DateTimeOffset ExpiresAt) : IShownOnce
{
    public object WithoutSecret() => this with { Url = null };
}

/// <summary>An open session.</summary>
internal sealed record SessionView(Guid Id, string Owner, Role Role, Guid? MemberId, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt)
{
    public static SessionView Of(Session session) => new(session.Id, session.Owner, session.Role, session.MemberId, session.CreatedAt, session.SeenAt, session.ExpiresAt);
}

/// <summary>A link that signs a member in.</summary>
/// <param name="Url">In the first answer only; null when the request is sent again.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record SignInLinkMade(string? Url, DateTimeOffset ExpiresAt) : IShownOnce
{
    public object WithoutSecret() => this with { Url = null };
}
