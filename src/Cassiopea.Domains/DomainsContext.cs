using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Domains;

/// <summary>The domains service's own table, besides inbox, outbox and jobs.</summary>
internal sealed class DomainsContext(DbContextOptions<DomainsContext> options) : ServiceContext(options)
{
    public DbSet<MovingDomain> Domains => Set<MovingDomain>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<MovingDomain>(row =>
        {
            row.ToTable("moving_domain");
            row.HasKey(x => x.ItemId);
            row.Ignore(x => x.Name).Ignore(x => x.Hosts).Ignore(x => x.Old).Ignore(x => x.Wanted).Ignore(x => x.ZonePlan).Ignore(x => x.Switch);
            row.Property(x => x.Plan).HasColumnType("jsonb");
            row.Property(x => x.Findings).HasColumnType("jsonb");
            row.Property(x => x.TtlApply).HasColumnType("jsonb");
            row.Property(x => x.Apply).HasColumnType("jsonb");
            row.Property(x => x.NameServerChange).HasColumnType("jsonb");
            row.Property(x => x.WayBack).HasColumnType("jsonb");
            row.Property(x => x.Deletions).HasColumnType("jsonb");
            row.Property(x => x.Recovery).HasColumnType("jsonb");
        });
    }
}
