using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Databases;

/// <summary>The databases service's own tables, besides inbox, outbox and jobs.</summary>
internal sealed class DatabasesContext(DbContextOptions<DatabasesContext> options) : ServiceContext(options)
{
    public DbSet<PassException> PassExceptions => Set<PassException>();

    public DbSet<Manifest> Manifests => Set<Manifest>();

    public DbSet<LastDelta> LastDeltas => Set<LastDelta>();

    public DbSet<ReadAccount> ReadAccounts => Set<ReadAccount>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<PassException>(row =>
        {
            row.ToTable("pass_exception");
            row.HasKey(x => new { x.ItemId, x.Pass, x.Step, x.Number });
        });
        modelBuilder.Entity<Manifest>(row =>
        {
            row.ToTable("manifest");
            row.Property(x => x.Tables).HasColumnType("jsonb");
            row.HasKey(x => new { x.ItemId, x.Pass });
        });
        modelBuilder.Entity<LastDelta>(row =>
        {
            row.ToTable("last_delta");
            row.HasKey(x => new { x.ItemId, x.TableName });
        });
        modelBuilder.Entity<ReadAccount>(row =>
        {
            row.ToTable("read_account");
            row.Ignore(x => x.Endpoint);
            row.HasKey(x => new { x.ItemId, x.Number });
        });
    }
}
