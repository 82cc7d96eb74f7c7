using System.Text.Json;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Checklist;
using Cassiopea.Gateway.Domains;
using Cassiopea.Gateway.Events;
using Cassiopea.Gateway.House;
using Cassiopea.Gateway.Idempotency;
using Cassiopea.Gateway.Inventory;
using Cassiopea.Gateway.Links;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.SignIn;
using Cassiopea.Gateway.Waves;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cassiopea.Gateway;

/// <summary>The gateway's own database: keys, answers given, operations, the board and the event log.</summary>
internal sealed class GatewayContext(DbContextOptions<GatewayContext> options) : ServiceContext(options)
{
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<GivenAnswer> GivenAnswers => Set<GivenAnswer>();
    public DbSet<Operation> Operations => Set<Operation>();
    public DbSet<MemberRow> Members => Set<MemberRow>();
    public DbSet<LedgerRow> Ledgers => Set<LedgerRow>();
    public DbSet<PaymentRow> Payments => Set<PaymentRow>();
    public DbSet<LetterTextRow> LetterTexts => Set<LetterTextRow>();

    public DbSet<MigrationRow> Migrations => Set<MigrationRow>();
    public DbSet<InvoiceCheckRow> InvoiceChecks => Set<InvoiceCheckRow>();
    public DbSet<SurveyRow> Surveys => Set<SurveyRow>();
    public DbSet<WaveRow> Waves => Set<WaveRow>();
    public DbSet<ItemRow> Items => Set<ItemRow>();
    public DbSet<ProgressRow> Progress => Set<ProgressRow>();
    public DbSet<CredentialRow> Credentials => Set<CredentialRow>();
    public DbSet<DossierRow> Dossiers => Set<DossierRow>();
    public DbSet<ReceiptRow> Receipts => Set<ReceiptRow>();

    public DbSet<EventRow> Events => Set<EventRow>();
    public DbSet<DomainComparisonRow> DomainComparisons => Set<DomainComparisonRow>();
    public DbSet<TransferCodeRow> TransferCodes => Set<TransferCodeRow>();
    public DbSet<AnswerRow> Answers => Set<AnswerRow>();
    public DbSet<ListedRow> Listed => Set<ListedRow>();
    public DbSet<TaskRow> StaffTasks => Set<TaskRow>();
    public DbSet<NoteRow> Notes => Set<NoteRow>();
    public DbSet<DeadLetterRow> DeadLetterRows => Set<DeadLetterRow>();

    public DbSet<AuditVerdictRow> AuditVerdicts => Set<AuditVerdictRow>();

    public DbSet<OneTimeLink> Links => Set<OneTimeLink>();
    public DbSet<MessageRow> Messages => Set<MessageRow>();
    public DbSet<DateWishRow> DateWishes => Set<DateWishRow>();
    public DbSet<Person> People => Set<Person>();
    public DbSet<Session> Sessions => Set<Session>();
    public DbSet<SignInLink> SignInLinks => Set<SignInLink>();

    /// <summary>Until the end of the transaction nobody else changes what the board knows of this: events of one thing come in bursts.</summary>
    public Task HoldAsync(string table, string id, CancellationToken token)
    {
        var name = $"{table}/{id}";
        return Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({name}, 0))", token);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ApiKey>(e => { e.ToTable("api_key"); e.Property(x => x.Role).HasConversion<string>(); });
        modelBuilder.Entity<GivenAnswer>(e => { e.ToTable("idempotency"); e.HasKey(x => new { x.ApiKeyId, x.Key }); });
        modelBuilder.Entity<Operation>(e =>
        {
            e.ToTable("operation");
            e.Property(x => x.State).HasConversion<string>();
            e.Property(x => x.Result).HasColumnType("jsonb");
        });
        MapBoard(modelBuilder);
        modelBuilder.Entity<AnswerRow>(e => { e.ToTable("answer"); e.HasKey(x => new { x.MigrationId, x.Number }); });
        modelBuilder.Entity<TaskRow>(e => { e.ToTable("staff_task"); e.Property(x => x.Version).IsConcurrencyToken(); });
        modelBuilder.Entity<ListedRow>(e =>
        {
            e.ToTable("listed");
            e.HasKey(x => new { x.MemberReference, x.Source });
            AsJson(e.Property(x => x.Services));
            e.Property(x => x.AsOf).IsConcurrencyToken();
        });
        modelBuilder.Entity<NoteRow>(e => e.ToTable("note"));
        modelBuilder.Entity<Person>(e => { e.ToTable("person"); e.Property(x => x.Role).HasConversion<string>(); });
        modelBuilder.Entity<Session>(e => { e.ToTable("session"); e.Property(x => x.Role).HasConversion<string>(); });
        modelBuilder.Entity<SignInLink>(e => e.ToTable("sign_in_link"));
        modelBuilder.Entity<MessageRow>(e => e.ToTable("message"));
        modelBuilder.Entity<DateWishRow>(e => { e.ToTable("date_wish"); e.HasKey(x => x.MigrationId); });
        modelBuilder.Entity<OneTimeLink>(e => { e.ToTable("link"); e.Property(x => x.Kind).HasConversion<string>(); });
        modelBuilder.Entity<EventRow>(e =>
        {
            e.ToTable("event", t => t.HasTrigger("event_number"));
            e.Property(x => x.Id).ValueGeneratedOnAdd();
            e.Property(x => x.Data).HasColumnType("jsonb");
        });
        base.OnModelCreating(modelBuilder);
    }

    // Consumers hold what they change; versions and instants are concurrency tokens besides, as a safety net.
    static void MapBoard(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<MemberRow>(e => { e.ToTable("member"); e.Property(x => x.AsOf).IsConcurrencyToken(); });
        modelBuilder.Entity<LedgerRow>(e =>
        {
            e.ToTable("ledger");
            e.HasKey(x => x.MemberReference);
            AsJson(e.Property(x => x.Invoices));
            e.Property(x => x.AsOf).IsConcurrencyToken();
        });
        modelBuilder.Entity<PaymentRow>(e => { e.ToTable("payment"); e.HasKey(x => x.BankReference); e.Property(x => x.AsOf).IsConcurrencyToken(); });
        modelBuilder.Entity<DeadLetterRow>(e => e.ToTable("kept_letter"));
        modelBuilder.Entity<AuditVerdictRow>(e => { e.ToTable("audit_verdict"); e.HasKey(x => x.Service); });
        modelBuilder.Entity<LetterTextRow>(e => { e.ToTable("letter_text"); e.HasKey(x => new { x.Template, x.Language, x.Version }); });
        modelBuilder.Entity<MigrationRow>(e =>
        {
            e.ToTable("migration");
            e.Property(x => x.State).HasConversion<string>();
            e.Property(x => x.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<InvoiceCheckRow>(e =>
        {
            e.ToTable("invoice_check");
            e.HasKey(x => x.MigrationId);
            e.Property(x => x.Status).HasConversion<string>();
            e.Property(x => x.AsOf).IsConcurrencyToken();
        });
        modelBuilder.Entity<SurveyRow>(e =>
        {
            e.ToTable("survey");
            e.HasKey(x => new { x.MigrationId, x.Kind });
            e.Property(x => x.Kind).HasConversion<string>();
            e.Property(x => x.Outcome).HasConversion<string>();
            AsJson(e.Property(x => x.Failure));
            e.Property(x => x.AsOf).IsConcurrencyToken();
        });
        modelBuilder.Entity<ItemRow>(e =>
        {
            e.ToTable("item");
            e.Property(x => x.Kind).HasConversion<string>();
            e.Property(x => x.State).HasConversion<string>();
            e.Property(x => x.Grade).HasConversion<string>();
            e.Property(x => x.Version).IsConcurrencyToken();
            AsJson(e.Property(x => x.Source));
            AsJson(e.Property(x => x.Target));
            AsJson(e.Property(x => x.Failure));
            e.Property(x => x.FailureCode).HasComputedColumnSql("failure ->> 'code'", stored: true);
            AsJson(e.Property(x => x.Facts));
            AsJson(e.Property(x => x.Exceptions));
            AsJson(e.Property(x => x.Arrangement));
        });
        modelBuilder.Entity<WaveRow>(e =>
        {
            e.ToTable("wave");
            e.Property(x => x.State).HasConversion<string>();
            e.Property(x => x.Version).IsConcurrencyToken();
            AsJson(e.Property(x => x.Plan));
            AsJson(e.Property(x => x.Members));
        });
        modelBuilder.Entity<ProgressRow>(e => { e.ToTable("progress"); e.HasKey(x => x.ItemId); e.Property(x => x.AsOf).IsConcurrencyToken(); });
        modelBuilder.Entity<CredentialRow>(e => e.ToTable("credential"));
        modelBuilder.Entity<DomainComparisonRow>(e => { e.ToTable("domain_comparison"); e.Property(x => x.Id).ValueGeneratedNever(); AsJson(e.Property(x => x.Conflicts)); });
        modelBuilder.Entity<TransferCodeRow>(e => { e.ToTable("transfer_code"); e.HasKey(x => x.ItemId); e.Property(x => x.ItemId).ValueGeneratedNever(); });
        modelBuilder.Entity<ReceiptRow>(e => { e.ToTable("receipt"); e.HasKey(x => new { x.MigrationId, x.Name }); });
        modelBuilder.Entity<DossierRow>(e => { e.ToTable("dossier"); e.HasKey(x => x.MigrationId); });
    }

    static void AsJson<T>(PropertyBuilder<T> property) =>
        property.HasColumnType("jsonb").HasConversion(
            value => JsonSerializer.Serialize(value, JsonSerializerOptions.Web),
            text => JsonSerializer.Deserialize<T>(text, JsonSerializerOptions.Web)!,
            new ValueComparer<T>(
                (a, b) => JsonSerializer.Serialize(a, JsonSerializerOptions.Web) == JsonSerializer.Serialize(b, JsonSerializerOptions.Web),
                value => JsonSerializer.Serialize(value, JsonSerializerOptions.Web).GetHashCode(StringComparison.Ordinal),
                value => value));
}
