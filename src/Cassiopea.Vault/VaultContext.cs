using Cassiopea.ServiceDefaults;
using Cassiopea.Vault.Credentials;
using Cassiopea.Vault.EraseCredentials;
using Cassiopea.Vault.GrantCredential;
using Cassiopea.Vault.Keys;
using Cassiopea.Vault.Leases;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Vault;

/// <summary>The vault's database: wrapped data keys, sealed secrets, grants and leases.</summary>
internal sealed class VaultContext(DbContextOptions<VaultContext> options) : ServiceContext(options)
{
    public DbSet<MasterKey> MasterKeys => Set<MasterKey>();

    public DbSet<DataKey> DataKeys => Set<DataKey>();

    public DbSet<Credential> Credentials => Set<Credential>();

    public DbSet<CredentialGrant> Grants => Set<CredentialGrant>();

    public DbSet<EndedMigration> EndedMigrations => Set<EndedMigration>();

    public DbSet<Lease> Leases => Set<Lease>();

    public DbSet<Erasure> Erasures => Set<Erasure>();

    /// <summary>Storing and erasing for one member happen one after the other: held until the transaction ends.</summary>
    public Task LockMemberAsync(Guid memberId, CancellationToken token) =>
        Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({memberId.ToString()}, 1))", token);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<MasterKey>(row =>
        {
            row.HasKey(x => x.Version);
            row.Property(x => x.Version).ValueGeneratedNever();
        });
        modelBuilder.Entity<DataKey>(row =>
        {
            row.HasIndex(x => x.MemberId).IsUnique();
            row.HasOne<MasterKey>().WithMany().HasForeignKey(x => x.MasterKeyVersion).OnDelete(DeleteBehavior.NoAction);
        });
        modelBuilder.Entity<Credential>().HasOne<DataKey>().WithMany().HasForeignKey(x => x.DataKeyId).OnDelete(DeleteBehavior.NoAction);
        modelBuilder.Entity<CredentialGrant>().HasKey(x => new { x.CredentialId, x.Service, x.ItemId });
        modelBuilder.Entity<EndedMigration>().HasKey(x => x.MigrationId);
        modelBuilder.Entity<Erasure>().HasKey(x => x.MigrationId);
    }
}
