using Cassiopea.Gateway.Access;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.SignIn;

/// <summary>A person's visit, from signing in to signing out (S19). Looked up at each request, so one that was ended is refused at the next.</summary>
internal sealed class Session
{
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);
    public static readonly TimeSpan StaffIdle = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan MemberIdle = TimeSpan.FromHours(2);
    static readonly TimeSpan SeenStep = TimeSpan.FromMinutes(1);

    public Guid Id { get; init; }
    public required byte[] Hash { get; init; }
    public required string Owner { get; init; }
    public Role Role { get; init; }
    public Guid? MemberId { get; init; }
    public Guid? PersonId { get; init; }
    public required string Language { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset SeenAt { get; set; }
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; set; }

    public TimeSpan Idle => Role is Role.Member or Role.Provider ? MemberIdle : StaffIdle;

    public bool IsLive(DateTimeOffset now) => RevokedAt is null && ExpiresAt > now && now - SeenAt <= Idle;

    public static (Session Session, string Secret) Open(string owner, Role role, Guid? member, Guid? person, string language, DateTimeOffset now)
    {
        var secret = Secrets.Make();
        return (new Session
        {
            Id = Guid.CreateVersion7(now),
            Hash = Secrets.HashOf(secret),
            Owner = owner,
            Role = role,
            MemberId = member,
            PersonId = person,
            Language = language,
            CreatedAt = now,
            SeenAt = now,
            ExpiresAt = now + Longest,
        }, secret);
    }

    /// <summary>Null when there is none such or it has ended.</summary>
    public static async Task<Session?> FindAsync(GatewayContext db, string secret, DateTimeOffset now, CancellationToken token)
    {
        var hash = Secrets.HashOf(secret);
        var session = await db.Sessions.AsNoTracking().FirstOrDefaultAsync(s => s.Hash == hash, token);
        if (session?.IsLive(now) != true)
            return null;
        if (now - session.SeenAt >= SeenStep)
            await db.Sessions.Where(s => s.Id == session.Id && s.SeenAt < now).ExecuteUpdateAsync(s => s.SetProperty(x => x.SeenAt, now), token);
        return session;
    }

    /// <summary>What the role lets a person do; a program's key may have less.</summary>
    public Caller ToCaller() => new(Id, Owner, Role, MemberId, Scope.All);
}
