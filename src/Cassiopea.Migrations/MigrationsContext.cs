using System.Text.Json;
using Cassiopea.Checklist.Preflight;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Checklist;
using Cassiopea.Migrations.Dossiers;
using Cassiopea.Migrations.Inventory;
using Cassiopea.Migrations.Members;
using Cassiopea.Migrations.Notices;
using Cassiopea.Migrations.Notices.Texts;
using Cassiopea.Migrations.Waves;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Endpoint = Cassiopea.Contracts.Endpoint;

namespace Cassiopea.Migrations;

/// <summary>Members, migrations and all that belongs to them. Tables: <c>Schema/001_migrations.sql</c>.</summary>
internal sealed class MigrationsContext(DbContextOptions<MigrationsContext> options) : ServiceContext(options)
{
    public DbSet<Member> Members => Set<Member>();
    public DbSet<Credential> Credentials => Set<Credential>();
    public DbSet<Migration> Migrations => Set<Migration>();
    public DbSet<LetterText> LetterTexts => Set<LetterText>();
    public DbSet<ListedRow> Listed => Set<ListedRow>();
    public DbSet<Notice> Notices => Set<Notice>();
    public DbSet<Dossier> Dossiers => Set<Dossier>();
    public DbSet<Wave> Waves => Set<Wave>();
    public DbSet<ErasureReceipt> Receipts => Set<ErasureReceipt>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Member>().Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<Credential>().Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<Migration>(migration =>
        {
            migration.HasKey(x => x.CorrelationId);
            migration.Property(x => x.CorrelationId).ValueGeneratedNever();
            migration.Property(x => x.RowVersion).IsRowVersion();
            AsJson<Migration, IReadOnlyList<DossierFile>>(migration.Property(x => x.DossierFiles));
            AsJson<Migration, DryRun?>(migration.Property(x => x.Foretold));
            migration.Ignore(x => x.Turn);
            migration.Ignore(x => x.State);
            migration.Ignore(x => x.Active);
            migration.Ignore(x => x.StoryState);
            migration.Ignore(x => x.SwitchAgreed);
            migration.HasMany(x => x.Items).WithOne().HasForeignKey(x => x.MigrationId);
            migration.HasMany(x => x.Surveys).WithOne().HasForeignKey(x => x.MigrationId);
            migration.HasMany(x => x.Approvals).WithOne().HasForeignKey(x => x.MigrationId);
            migration.HasMany(x => x.Notices).WithOne().HasForeignKey(x => x.MigrationId);
            migration.HasMany(x => x.Answers).WithOne().HasForeignKey(x => x.MigrationId);
            migration.HasMany(x => x.Tasks).WithOne().HasForeignKey(x => x.MigrationId);
            migration.HasMany(x => x.WorkReceipts).WithOne().HasForeignKey(x => x.MigrationId);
        });
        modelBuilder.Entity<Item>(item =>
        {
            item.Property(x => x.Id).ValueGeneratedNever();
            item.Ignore(x => x.Exceptions);
            item.Ignore(x => x.Arrangement);
            item.Ignore(x => x.Grant);
            AsJson<Item, Endpoint?>(item.Property(x => x.Source));
            AsJson<Item, Endpoint?>(item.Property(x => x.Target));
            AsJson<Item, IReadOnlyList<Fact>>(item.Property(x => x.Facts));
            AsJson<Item, ZoneTexts?>(item.Property(x => x.ZoneTexts));
            AsJson<Item, TransferCounts?>(item.Property(x => x.Counts));
            AsJson<Item, IReadOnlyList<ItemException>>(item.Property(x => x.Refusals));
            AsJson<Item, IReadOnlyList<ItemException>>(item.Property(x => x.Differences));
            AsJson<Item, Failure?>(item.Property(x => x.Failure));
            AsJson<Item, HostMove?>(item.Property(x => x.Host));
            AsJson<Item, ReceivingHost?>(item.Property(x => x.Receiving));
            AsJson<Item, ItemArchive?>(item.Property(x => x.Archive));
            AsJson<Item, Prediction?>(item.Property(x => x.Prediction));
            AsJson<Item, SiteStatistics?>(item.Property(x => x.Statistics));
            AsJson<Item, IReadOnlyList<PathMapping>?>(item.Property(x => x.Paths));
            AsJson<Item, DomainRights?>(item.Property(x => x.Rights));
            AsJson<Item, DatabaseChoices?>(item.Property(x => x.Choices));
            AsJson<Item, CharsetsRepaired?>(item.Property(x => x.Repaired));
            AsJson<Item, DatabaseReplaced?>(item.Property(x => x.Replaced));
            AsJson<Item, Endpoint?>(item.Property(x => x.ReadAccount));
            AsJson<Item, Failure?>(item.Property(x => x.ReadAccountFailure));
        });
        modelBuilder.Entity<KindSurvey>(survey =>
        {
            survey.HasKey(x => new { x.MigrationId, x.Kind });
            AsJson<KindSurvey, Failure?>(survey.Property(x => x.Failure));
        });
        modelBuilder.Entity<Approval>().HasKey(x => new { x.MigrationId, x.WindowRound, x.Actor });
        modelBuilder.Entity<LetterText>().HasKey(x => new { x.Template, x.Language, x.Version });
        modelBuilder.Entity<Answer>(answer =>
        {
            answer.HasKey(x => new { x.MigrationId, x.Rule, x.ItemId });
            answer.Ignore(x => x.Item);
        });
        modelBuilder.Entity<Wave>(wave =>
        {
            wave.Property(x => x.Id).ValueGeneratedNever();
            wave.Ignore(x => x.IsOver);
            AsJson<Wave, WavePlan>(wave.Property(x => x.Plan));
            wave.HasMany(x => x.Places).WithOne().HasForeignKey(x => x.WaveId);
        });
        modelBuilder.Entity<WavePlace>().HasKey(x => new { x.WaveId, x.MemberId });
        modelBuilder.Entity<ListedRow>().Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<StaffTask>().Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<Notice>().Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<Dossier>(dossier =>
        {
            dossier.HasKey(x => x.MigrationId);
            dossier.Property(x => x.MigrationId).ValueGeneratedNever();
        });
        modelBuilder.Entity<WorkReceipt>().HasKey(x => new { x.MigrationId, x.Service });
        modelBuilder.Entity<ErasureReceipt>(receipt =>
        {
            receipt.HasKey(x => x.MigrationId);
            receipt.Property(x => x.MigrationId).ValueGeneratedNever();
        });
    }

    // facts are replaced whole, never changed in place: comparing references finds every change
    private static void AsJson<TEntity, T>(PropertyBuilder<T> property) =>
        property.HasColumnType("jsonb").HasConversion(
            value => JsonSerializer.Serialize(value, Json.Options),
            text => JsonSerializer.Deserialize<T>(text, Json.Options)!);
}
