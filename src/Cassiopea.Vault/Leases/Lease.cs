namespace Cassiopea.Vault.Leases;

/// <summary>A service was given a credential for one job and one purpose.</summary>
internal sealed class Lease
{
    public required Guid Id { get; init; }

    public required Guid CredentialId { get; init; }

    public required string Service { get; init; }

    public required Guid JobId { get; init; }

    public required string Purpose { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When the service gave it back, or its grant ended.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}
