namespace Cassiopea.ServiceDefaults.Vault;

/// <summary>What came of asking for a credential.</summary>
public abstract record LeaseOutcome
{
    private LeaseOutcome()
    {
    }

    /// <summary>The credential, for as long as the lease is not disposed.</summary>
    /// <param name="Lease">Dispose it when the job needs the secret no more.</param>
    public sealed record Granted(VaultLease Lease) : LeaseOutcome;

    /// <summary>This service holds no grant on the credential (or no more): 403.</summary>
    public sealed record NotGranted : LeaseOutcome;

    /// <summary>The credential was never entered, or was erased: 404.</summary>
    public sealed record NotStored : LeaseOutcome;
}

/// <summary>What came of storing a credential.</summary>
public enum StoreOutcome
{
    /// <summary>Stored; <c>CredentialStored</c> is on its way.</summary>
    Stored,

    /// <summary>The credential belongs to another member.</summary>
    OtherMember,

    /// <summary>The secret is empty or longer than 16 KiB.</summary>
    NotTaken,
}

/// <summary>What people may know of a credential.</summary>
/// <param name="Status"><c>present</c> or <c>absent</c>.</param>
/// <param name="Version">From 1; null when absent.</param>
/// <param name="StoredAt">When this version was stored; null when absent.</param>
public sealed record CredentialStatus(string Status, int? Version, DateTimeOffset? StoredAt);

/// <summary>The vault did not answer in time, or does not know this service's token: try again later. The text holds no secret.</summary>
public sealed class VaultUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
