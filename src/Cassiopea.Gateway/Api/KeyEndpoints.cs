using System.Text.RegularExpressions;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Idempotency;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Api;

internal static partial class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder api, IEndpointRouteBuilder commands)
    {
        api.MapGet("/me", (Caller caller) => TypedResults.Ok(new CallerView(caller.Owner, caller.Role, caller.MemberId, caller.Scopes)))
            .WithSummary("Whose key this is and what it may be used for").WithTags("api-keys");

        api.MapGet("/api-keys", async (GatewayContext db, int? limit, string? cursor, CancellationToken token) =>
        {
            var page = PageRequest.Read(limit, cursor);
            var after = page.AfterId ?? Guid.Empty;
            var found = await db.ApiKeys.AsNoTracking().Where(k => k.Id > after).OrderBy(k => k.Id).Take(page.Limit + 1).ToListAsync(token);
            return TypedResults.Ok(page.Of(found, key => key.Id.ToString(), KeyView.Of));
        })
        .WithSummary("Keys, never their text").WithTags("api-keys");

        commands.MapPost("/api-keys", MakeAsync)
            .Produces<KeyMade>(StatusCodes.Status201Created).WithSummary("Make a key; its text is shown once").WithTags("api-keys");

        api.MapDelete("/api-keys/{id:guid}", RevokeAsync)
            .Produces(StatusCodes.Status204NoContent).WithSummary("Revoke a key: refused from the next request on").WithTags("api-keys");
    }

    static async Task<IResult> MakeAsync(KeyBody body, Caller caller, HttpContext http, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        var now = desk.Now;
        var owner = body.Owner?.Normalize().Trim().ToLowerInvariant() ?? "";
        var bound = body.Role is Role.Member or Role.Provider;
        var expires = body.ExpiresAt ?? now + ApiKey.LongestLife;
        var check = new Check()
            .That(OwnerPattern().IsMatch(owner), "owner", "must be 2 to 80 letters, digits, spaces or . - _ @ ', beginning with a letter or digit")
            .That(Enum.IsDefined(body.Role) && body.Role != Role.Anonymous, "role", "must be one role")
            .That(bound == body.MemberId is not null, "memberId", "is required for Member and Provider, and refused for others")
            .That(expires > now && expires <= now + ApiKey.LongestLife, "expiresAt", "must be in the next 90 days")
            .That(body.Scopes is null || (body.Scopes.Count > 0 && body.Scopes.All(Scope.All.Contains)), "scopes", $"must be some of {string.Join(", ", Scope.All)}");
        if (check.Refusal() is { } refusal)
            return refusal;
        if (body.MemberId is { } member && !await db.Members.AnyAsync(m => m.Id == member, token))
            return new Check().That(false, "memberId", "no such member").Refusal()!;

        var (key, text) = ApiKey.Make(
            owner, body.Role, body.MemberId, [.. (body.Scopes ?? Scope.All).Distinct()], caller.Owner, now, expires.ToUniversalTime());
        db.ApiKeys.Add(key);
        desk.Note(caller.Owner, Verbs.MakeKey, $"api-key/{key.Id}", $"{key.Role} for {owner}");
        http.Response.Headers.Location = $"/api/v1/api-keys/{key.Id}";
        return TypedResults.Json(new KeyMade(KeyView.Of(key), text), statusCode: StatusCodes.Status201Created);
    }

    static async Task<IResult> RevokeAsync(Guid id, Caller caller, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        var key = await db.ApiKeys.FindAsync([id], token);
        if (key is null)
            return Problem.NotFound();
        if (key.RevokedAt is null)
        {
            key.RevokedAt = desk.Now;
            desk.Note(caller.Owner, Verbs.RevokeKey, $"api-key/{id}", "");
            await db.SaveChangesAsync(token);
        }
        return TypedResults.NoContent();
    }

    // One spelling per person: two keys of one owner must never count as two people.
    [GeneratedRegex(@"^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd} ._@'-]{1,79}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OwnerPattern();
}

/// <summary>Whose key was used.</summary>
internal sealed record CallerView(string Owner, Role Role, Guid? MemberId, IReadOnlyList<string> Scopes);

/// <summary>A key as it may be shown at any time.</summary>
internal sealed record KeyView(
    Guid Id, string Prefix, string Owner, Role Role, Guid? MemberId, IReadOnlyList<string> Scopes, string CreatedBy, DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt)
{
    public static KeyView Of(ApiKey key) => new(
        key.Id, key.Prefix, key.Owner, key.Role, key.MemberId, key.Scopes, key.CreatedBy, key.CreatedAt, key.ExpiresAt, key.LastUsedAt, key.RevokedAt);
}

/// <summary>A key that was just made.</summary>
/// <param name="Key">What may be shown at any time.</param>
/// <param name="Text">The key itself, in the first answer only; null when the request is sent again.</param>
internal sealed record KeyMade(KeyView Key, string? Text) : IShownOnce
{
    public object WithoutSecret() => this with { Text = null };
}
