using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Cassiopea.ServiceDefaults;

/// <summary>
/// The one DbContext of a service. Brings inbox, outbox, jobs, audit and dead letters; tables and columns in snake_case; enums by name.
/// A derived class calls <c>base.OnModelCreating</c> first.
/// </summary>
public abstract class ServiceContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>The service's clock, moved by the lab; <see cref="TimeProvider.System"/> outside a host.</summary>
    internal TimeProvider Time => this.GetService<IDbContextOptions>().FindExtension<CoreOptionsExtension>()?
        .ApplicationServiceProvider?.GetService<TimeProvider>() ?? TimeProvider.System;

    /// <summary>Set by EnqueueJob, read after the commit of a message to wake the workers.</summary>
    internal bool HasNewJobs { get; set; }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<InboxRow>(row =>
        {
            row.ToTable("inbox");
            row.HasKey(x => new { x.MessageId, x.ConsumerId });
        });
        modelBuilder.Entity<OutboxRow>(row =>
        {
            row.ToTable("outbox");
            row.Property(x => x.Id).UseIdentityAlwaysColumn();
        });
        modelBuilder.Entity<Job>(job =>
        {
            job.Property(x => x.Args).HasColumnType("jsonb");
            job.Property(x => x.Checkpoint).HasColumnType("jsonb");
            job.Property(x => x.Progress).HasColumnType("jsonb");
        });
        modelBuilder.Entity<HostSlot>().HasKey(x => new { x.Host, x.Bucket });
        modelBuilder.Entity<JobHold>().HasKey(x => x.MigrationId);
        modelBuilder.Entity<AuditEntry>(entry =>
        {
            // given by the database's trigger
            entry.HasKey(x => x.Seq);
            entry.Property(x => x.Seq).ValueGeneratedOnAdd();
            entry.Property(x => x.PreviousHash).ValueGeneratedOnAdd();
            entry.Property(x => x.Hash).ValueGeneratedOnAdd();
        });
        modelBuilder.Entity<DeadLetter>();
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Conventions.Add(_ => new SnakeCaseNames());
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
        configurationBuilder.Properties<Uri>().HaveConversion<string>();
    }
}
