using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Vault.GrantCredential;

/// <summary>Ends grants, for good.</summary>
internal sealed class Grants(VaultContext db, TimeProvider time)
{
    /// <summary>Deletes the migration's grants and remembers that it has ended; leases whose service keeps no other grant end now.</summary>
    public async Task EndAsync(Guid migrationId, CancellationToken token)
    {
        var now = time.GetUtcNow();
        await db.Database.ExecuteSqlAsync($"insert into ended_migration(migration_id, ended_at) values ({migrationId}, {now}) on conflict do nothing", token);
        var ended = await db.Grants.Where(row => row.MigrationId == migrationId).Select(row => row.CredentialId).Distinct().ToListAsync(token);
        await db.Grants.Where(row => row.MigrationId == migrationId).ExecuteDeleteAsync(token);
        await db.Leases
            .Where(lease => ended.Contains(lease.CredentialId) && lease.EndedAt == null)
            .Where(lease => !db.Grants.Any(grant => grant.CredentialId == lease.CredentialId && grant.Service == lease.Service))
            .ExecuteUpdateAsync(set => set.SetProperty(lease => lease.EndedAt, now), token);
    }
}
