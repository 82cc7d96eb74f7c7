namespace Cassiopea.Vault.EraseCredentials;

/// <summary>What was erased for a migration: the answer to the same command, should it come again.</summary>
internal sealed class Erasure
{
    public required Guid MigrationId { get; init; }

    public required Guid MemberId { get; init; }

    public required int Count { get; init; }

    public required Guid DataKeyId { get; init; }

    public required int MasterKeyVersion { get; init; }

    public required DateTimeOffset ErasedAt { get; init; }
}
