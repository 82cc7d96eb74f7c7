using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Mail;

/// <summary>The mail service's own tables, besides inbox, outbox and jobs.</summary>
internal sealed class MailContext(DbContextOptions<MailContext> options) : ServiceContext(options)
{
    public DbSet<PassException> PassExceptions => Set<PassException>();

    public DbSet<Manifest> Manifests => Set<Manifest>();

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
            row.Property(x => x.Folders).HasColumnType("jsonb");
            row.HasKey(x => new { x.ItemId, x.Pass });
        });
    }
}
