using System.Security.Cryptography;
using System.Text;

namespace Cassiopea.Gateway.Access;

/// <summary>A key as it is stored: a public prefix to find it by and the SHA-256 of the whole (S21).</summary>
internal sealed class ApiKey
{
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(90);

    public Guid Id { get; init; }
    public required string Prefix { get; init; }
    public required byte[] Hash { get; init; }
    public required string Owner { get; init; }
    public Role Role { get; init; }
    public Guid? MemberId { get; init; }
    public required string[] Scopes { get; init; }
    public required string CreatedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }

    public bool IsLive(DateTimeOffset now) => RevokedAt is null && ExpiresAt > now;

    /// <summary>Makes a key: <c>cas_PREFIX_SECRET</c>, the secret being 256 random bits in base64url. The text exists only in the answer.</summary>
    public static (ApiKey Key, string Text) Make(
        string owner, Role role, Guid? memberId, string[] scopes, string createdBy, DateTimeOffset now, DateTimeOffset expiresAt)
    {
        var prefix = RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 10);
        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var text = $"cas_{prefix}_{secret}";
        var key = new ApiKey
        {
            Id = Guid.CreateVersion7(now),
            Prefix = prefix,
            Hash = HashOf(text),
            Owner = owner,
            Role = role,
            MemberId = memberId,
            Scopes = scopes,
            CreatedBy = createdBy,
            CreatedAt = now,
            ExpiresAt = expiresAt,
        };
        return (key, text);
    }

    public static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>The prefix of a key's text; null when the text is not shaped like a key.</summary>
    public static string? PrefixOf(string text) =>
        text.Length == 58 && text.StartsWith("cas_", StringComparison.Ordinal) && text[14] == '_' ? text[4..14] : null;
}
