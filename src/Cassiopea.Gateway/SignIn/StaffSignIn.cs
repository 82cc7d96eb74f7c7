using System.Security.Cryptography;
using System.Text;
using Cassiopea.Gateway.Operations;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.SignIn;

/// <summary>The way in of the house's people: password and second factor.</summary>
internal sealed class StaffSignIn(GatewayContext db, CommandDesk desk)
{
    /// <summary>The value of the session's cookie; null when something is wrong, without telling what.</summary>
    public async Task<string?> EnterAsync(string login, string password, string code, CancellationToken token)
    {
        var name = Spelling(login);
        await using var transaction = await db.Database.BeginTransactionAsync(token);
        await db.HoldAsync("person", name, token);
        var person = await db.People.FirstOrDefaultAsync(p => p.Login == name, token);
        if (person is null)
        {
            Person.WorkAsIfKnown(password);
            return null;
        }
        var (entered, now) = (person.Enters(password, code, desk.Now), desk.Now);
        string? cookie = null;
        if (entered)
        {
            var (session, secret) = Session.Open(person.Login, person.Role, member: null, person.Id, person.Language, now);
            db.Sessions.Add(session);
            cookie = secret;
            desk.Note(person.Login, Verbs.SignIn, $"session/{session.Id}", "password and second factor");
        }
        else
        {
            desk.Note(person.Login, Verbs.SignInRefused, $"person/{person.Id}", "");
        }
        await db.SaveChangesAsync(token);
        await transaction.CommitAsync(token);
        return cookie;
    }

    /// <summary>Who is invited by a link that works; null when it is unknown, used or over.</summary>
    public async Task<Person?> InvitedAsync(string secret, CancellationToken token)
    {
        var (hash, now) = (Secrets.HashOf(secret), desk.Now);
        return await db.SignInLinks.Where(l => l.Hash == hash && l.PersonId != null && l.UsedAt == null && l.ExpiresAt > now)
            .Join(db.People, l => l.PersonId, p => p.Id, (_, p) => p).FirstOrDefaultAsync(p => p.DisabledAt == null, token);
    }

    /// <summary>The secret of the second factor that an invitation proposes: follows from the link, so nothing is kept before it is accepted.</summary>
    public static byte[] TotpOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes("totp|" + secret))[..20];

    /// <summary>Accepts an invitation; returns the recovery codes, or null when somebody did before.</summary>
    public async Task<IReadOnlyList<string>?> AcceptAsync(string secret, Person person, string password, CancellationToken token)
    {
        var (hash, now) = (Secrets.HashOf(secret), desk.Now);
        await using var transaction = await db.Database.BeginTransactionAsync(token);
        if (await db.SignInLinks.Where(l => l.Hash == hash && l.UsedAt == null).ExecuteUpdateAsync(l => l.SetProperty(x => x.UsedAt, now), token) != 1)
            return null;
        var codes = person.Activate(password, TotpOf(secret), now);
        await db.Sessions.Where(s => s.PersonId == person.Id && s.RevokedAt == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.RevokedAt, now), token);
        desk.Note(person.Login, Verbs.AcceptInvitation, $"person/{person.Id}", "");
        await db.SaveChangesAsync(token);
        await transaction.CommitAsync(token);
        return codes;
    }

    /// <summary>One spelling per person: two names of one person must never count as two people.</summary>
    public static string Spelling(string login) => login.Normalize().Trim().ToLowerInvariant();
}
