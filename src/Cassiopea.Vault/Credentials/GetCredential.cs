using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Vault.Credentials;

/// <summary>What people may know of a credential.</summary>
/// <param name="Status"><c>present</c> or <c>absent</c>.</param>
/// <param name="Version">From 1; null when absent.</param>
/// <param name="StoredAt">When this version was stored; null when absent.</param>
internal sealed record CredentialStatus(string Status, int? Version, DateTimeOffset? StoredAt);

/// <summary><c>GET /credentials/{id}</c>: whether a credential is there, never what it is.</summary>
internal static class GetCredential
{
    public static async Task<CredentialStatus> HandleAsync(Guid credentialId, VaultContext db, CancellationToken token) =>
        await db.Credentials
            .Where(row => row.Id == credentialId)
            .Select(row => new CredentialStatus("present", row.Version, row.StoredAt))
            .SingleOrDefaultAsync(token)
        ?? new CredentialStatus("absent", null, null);
}
