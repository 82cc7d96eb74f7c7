namespace Cassiopea.Vault.Credentials;

/// <summary>A secret, sealed with its member's data key.</summary>
internal sealed class Credential
{
    /// <summary>The only field of a credential; part of what the seal is bound to.</summary>
    public const string Field = "secret";

    public required Guid Id { get; init; }

    public required Guid MemberId { get; init; }

    public required Guid DataKeyId { get; set; }

    /// <summary>From 1; rises with each replacement.</summary>
    public required int Version { get; set; }

    public required byte[] Sealed { get; set; }

    public required DateTimeOffset StoredAt { get; set; }

    /// <summary>The service that stored this version.</summary>
    public string StoredBy { get; set; } = VaultOptions.Gateway;
}
