namespace Cassiopea.Gateway.SignIn;

/// <summary>Signs a member in once (S20), or lets a person of the house choose a password. Only the hash of its secret is stored.</summary>
internal sealed class SignInLink
{
    public static readonly TimeSpan MemberLife = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan InvitationLife = TimeSpan.FromDays(3);

    /// <summary>Links that one member may ask for in an hour.</summary>
    public const int MostPerHour = 3;

    public Guid Id { get; init; }

    /// <summary>Null until the mail was written: the secret is made there and goes nowhere else.</summary>
    public byte[]? Hash { get; set; }

    public Guid? MemberId { get; init; }
    public Guid? PersonId { get; init; }
    public required string MadeBy { get; init; }
    public DateTimeOffset MadeAt { get; init; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? UsedAt { get; set; }
}
