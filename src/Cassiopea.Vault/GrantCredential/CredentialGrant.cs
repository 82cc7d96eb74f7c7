namespace Cassiopea.Vault.GrantCredential;

/// <summary>A service may lease a credential until a time; written by events only.</summary>
internal sealed class CredentialGrant
{
    public required Guid CredentialId { get; init; }

    public required string Service { get; init; }

    public required Guid ItemId { get; init; }

    public required Guid MemberId { get; set; }

    public required Guid MigrationId { get; set; }

    public required DateTimeOffset Until { get; set; }
}

/// <summary>A migration whose grants are over: a grant that arrives late opens nothing.</summary>
internal sealed class EndedMigration
{
    public required Guid MigrationId { get; init; }

    public required DateTimeOffset EndedAt { get; init; }
}
