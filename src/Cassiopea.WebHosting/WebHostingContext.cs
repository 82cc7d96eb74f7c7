using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.WebHosting;

/// <summary>The web hosting service's own tables, besides inbox, outbox and jobs.</summary>
internal sealed class WebHostingContext(DbContextOptions<WebHostingContext> options) : ServiceContext(options)
{
    public DbSet<SiteFindingRow> Findings => Set<SiteFindingRow>();

    public DbSet<SiteCache> Caches => Set<SiteCache>();

    public DbSet<ConfiguredFile> ConfiguredFiles => Set<ConfiguredFile>();

    public DbSet<PassException> PassExceptions => Set<PassException>();

    public DbSet<Manifest> Manifests => Set<Manifest>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<SiteFindingRow>(row =>
        {
            row.ToTable("site_finding");
            row.HasKey(x => new { x.ItemId, x.Number });
        });
        modelBuilder.Entity<SiteCache>(row =>
        {
            row.ToTable("site_cache");
            row.HasKey(x => new { x.ItemId, x.Path });
        });
        modelBuilder.Entity<ConfiguredFile>(row =>
        {
            row.ToTable("configured_file");
            row.HasKey(x => new { x.ItemId, x.Path });
        });
        modelBuilder.Entity<PassException>(row =>
        {
            row.ToTable("pass_exception");
            row.HasKey(x => new { x.ItemId, x.Pass, x.Step, x.Number });
        });
        modelBuilder.Entity<Manifest>(row =>
        {
            row.ToTable("manifest");
            row.HasKey(x => new { x.ItemId, x.Pass });
        });
    }
}
