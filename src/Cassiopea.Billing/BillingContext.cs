using Cassiopea.Billing.CheckInvoices;
using Cassiopea.Billing.ContestInvoices;
using Cassiopea.Billing.Dolibarr;
using Cassiopea.Billing.ImportInvoices;
using Cassiopea.Billing.Ledger;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Billing;

/// <summary>The ledger's database.</summary>
internal sealed class BillingContext(DbContextOptions<BillingContext> options) : ServiceContext(options)
{
    public DbSet<Account> Accounts => Set<Account>();

    public DbSet<Invoice> Invoices => Set<Invoice>();

    public DbSet<Payment> Payments => Set<Payment>();

    public DbSet<Decision> Decisions => Set<Decision>();

    public DbSet<ImportedFile> ImportedFiles => Set<ImportedFile>();

    public DbSet<Watch> Watches => Set<Watch>();

    public DbSet<Contest> Contests => Set<Contest>();

    public DbSet<SourceCheck> SourceChecks => Set<SourceCheck>();

    /// <summary>
    /// Who writes to the ledger or tells from it holds this lock until the end of the transaction, so that an answer is never computed from half of
    /// two changes. Writers are few: people, imports and a clock.
    /// </summary>
    public Task LockLedgerAsync(CancellationToken token) =>
        Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended('ledger', 0))", token);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Account>().HasKey(x => x.MemberReference);
        modelBuilder.Entity<Invoice>(row =>
        {
            row.HasKey(x => new { x.Source, x.InvoiceNo });
            row.Ignore(x => x.OpenCents);
        });
        modelBuilder.Entity<Payment>(row =>
        {
            row.HasKey(x => x.BankReference);
            row.Ignore(x => x.Unmatched);
        });
        modelBuilder.Entity<Decision>().Ignore(x => x.IsProposal);
        modelBuilder.Entity<ImportedFile>().HasKey(x => x.Sha256);
        modelBuilder.Entity<Watch>().HasKey(x => x.MigrationId);
        modelBuilder.Entity<SourceCheck>().HasKey(x => x.MemberReference);
    }
}
