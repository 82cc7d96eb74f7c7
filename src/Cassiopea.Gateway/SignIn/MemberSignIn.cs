using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Operations;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Gateway.SignIn;

/// <summary>The member's way in (S20): a link by e-mail, used up by a button, never by opening it.</summary>
internal sealed class MemberSignIn(GatewayContext db, ServiceOutbox<GatewayContext> outbox, CommandDesk desk, IOptions<GatewayOptions> options, ILogger<MemberSignIn> log)
{
    static readonly TimeSpan SameForAll = TimeSpan.FromMilliseconds(350);

    /// <summary>Asks for a mail when the address is a member's contact. Says nothing of it, and takes as long for an address that nobody has.</summary>
    public async Task AskAsync(HttpContext http, string email, CancellationToken token)
    {
        var started = TimeProvider.System.GetTimestamp();
        await TryAskAsync(http, email.Trim().ToLowerInvariant(), token);
        var left = SameForAll - TimeProvider.System.GetElapsedTime(started);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, TimeProvider.System, token);
    }

    /// <summary>The link's member while it works; null when it is unknown, used or over.</summary>
    public async Task<MemberRow?> FindAsync(string secret, CancellationToken token)
    {
        var (hash, now) = (Secrets.HashOf(secret), desk.Now);
        return await db.SignInLinks.AsNoTracking().Where(l => l.Hash == hash && l.MemberId != null && l.UsedAt == null && l.ExpiresAt > now)
            .Join(db.Members, l => l.MemberId, m => m.Id, (_, m) => m).FirstOrDefaultAsync(token);
    }

    /// <summary>Uses the link up; null when somebody did before. Returns the value of the session's cookie.</summary>
    public async Task<string?> UseAsync(string secret, string language, CancellationToken token)
    {
        if (await FindAsync(secret, token) is not { } member)
            return null;
        var (hash, now) = (Secrets.HashOf(secret), desk.Now);
        await using var transaction = await db.Database.BeginTransactionAsync(token);
        if (await db.SignInLinks.Where(l => l.Hash == hash && l.UsedAt == null).ExecuteUpdateAsync(l => l.SetProperty(x => x.UsedAt, now), token) != 1)
            return null;
        var (session, cookie) = Session.Open("member " + member.Reference.ToLowerInvariant(), Role.Member, member.Id, person: null, language, now);
        db.Sessions.Add(session);
        desk.Note(session.Owner, Verbs.SignIn, $"session/{session.Id}", "by link");
        await db.SaveChangesAsync(token);
        await transaction.CommitAsync(token);
        return cookie;
    }

    /// <summary>A link made by somebody of the house, to be given by another way than e-mail.</summary>
    public (SignInLink Link, string Secret) Make(Guid memberId, string madeBy)
    {
        var secret = Secrets.Make();
        var link = new SignInLink
        {
            Id = Guid.CreateVersion7(desk.Now),
            Hash = Secrets.HashOf(secret),
            MemberId = memberId,
            MadeBy = madeBy,
            MadeAt = desk.Now,
            ExpiresAt = desk.Now + SignInLink.MemberLife,
        };
        db.SignInLinks.Add(link);
        desk.Note(madeBy, Verbs.MakeSignInLink, $"member/{memberId}", $"link/{link.Id}");
        return (link, secret);
    }

    async Task TryAskAsync(HttpContext http, string email, CancellationToken token)
    {
        var hour = desk.Now - TimeSpan.FromHours(1);
        var members = await db.Members.FromSql($"select * from member where lower(contact_email) = {email}").AsNoTracking().Take(5).ToListAsync(token);
        if (members.Count == 0)
            return;
        if (PublicUrl(http) is not { } url)
        {
            log.PublicUrlMissing();
            return;
        }
        foreach (var member in members)
        {
            if (await db.SignInLinks.CountAsync(l => l.MemberId == member.Id && l.MadeAt > hour, token) >= SignInLink.MostPerHour)
                continue;
            var link = new SignInLink { Id = Guid.CreateVersion7(desk.Now), MemberId = member.Id, MadeBy = "member", MadeAt = desk.Now, ExpiresAt = desk.Now + SignInLink.MemberLife };
            db.SignInLinks.Add(link);
            await outbox.SendCommand(new SendSignInLink(link.Id, member.Id, $"{url}/entrer/"), token);
        }
        await db.SaveChangesAsync(token);
    }

    // the Host header of a request is what its sender wrote: only a local one may stand in for the configured address
    string? PublicUrl(HttpContext http) =>
        options.Value.PublicUrl is { Length: > 0 } url ? url.TrimEnd('/')
        : http.Request.Host.Host is "localhost" or "127.0.0.1" or "[::1]" ? $"{http.Request.Scheme}://{http.Request.Host}"
        : null;
}

/// <summary>The mail was written: from now on its link works.</summary>
internal sealed class SignInLinkSentConsumer(GatewayContext db) : IConsumer<SignInLinkSent>
{
    public Task Consume(ConsumeContext<SignInLinkSent> context)
    {
        var said = context.Message;
        var hash = Convert.FromHexString(said.SecretSha256);
        return db.SignInLinks.Where(l => l.Id == said.LinkId && l.MemberId == said.MemberId && l.UsedAt == null)
            .ExecuteUpdateAsync(l => l.SetProperty(x => x.Hash, hash).SetProperty(x => x.ExpiresAt, said.ExpiresAt), context.CancellationToken);
    }
}
