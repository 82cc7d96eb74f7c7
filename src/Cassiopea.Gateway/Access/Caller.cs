using System.Security.Claims;

namespace Cassiopea.Gateway.Access;

/// <summary>Who calls: the owner of the key is the actor of everything that is done with it.</summary>
/// <param name="KeyId">The key.</param>
/// <param name="Owner">The person or machine; two owners are two people.</param>
/// <param name="Role">The key's role.</param>
/// <param name="MemberId">The only member that this key can see; null = all.</param>
/// <param name="Scopes">What the key may be used for.</param>
internal sealed record Caller(Guid KeyId, string Owner, Role Role, Guid? MemberId, IReadOnlyList<string> Scopes)
{
    const string KeyClaim = "key", RoleClaim = "role", MemberClaim = "member", ScopeClaim = "scope";

    public ClaimsPrincipal ToPrincipal()
    {
        List<Claim> claims =
        [
            new(ClaimTypes.Name, Owner),
            new(KeyClaim, KeyId.ToString()),
            new(RoleClaim, Role.ToString()),
            .. Scopes.Select(scope => new Claim(ScopeClaim, scope)),
        ];
        if (MemberId is { } member)
            claims.Add(new Claim(MemberClaim, member.ToString()));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, ApiKeyHandler.Scheme));
    }

    public static Caller? From(ClaimsPrincipal user) =>
        user.FindFirstValue(KeyClaim) is { } key && user.Identity?.Name is { } owner
            ? new Caller(
                Guid.Parse(key),
                owner,
                Enum.Parse<Role>(user.FindFirstValue(RoleClaim) ?? ""),
                user.FindFirstValue(MemberClaim) is { } member ? Guid.Parse(member) : null,
                [.. user.FindAll(ScopeClaim).Select(claim => claim.Value)])
            : null;

    /// <summary>Lets a handler take the caller as a parameter; only on endpoints that need a key.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult(From(context.User));

    public bool Sees(Guid? memberId) => MemberId is null || MemberId == memberId;
}
