using Cassiopea.Billing.CheckInvoices;
using Cassiopea.Billing.ImportInvoices;
using Cassiopea.Billing.Ledger;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Billing.Dolibarr;

/// <summary>Reads one member's invoices at the ERP and tells whoever stands differently now. No transaction is open while the ERP is asked.</summary>
internal sealed class DolibarrTurn(
    BillingContext db, DolibarrClient dolibarr, InvoiceImport import, Telling telling, ServiceOutbox<BillingContext> outbox, IOptions<BillingOptions> options, TimeProvider time)
{
    // long enough for a slow ERP: then another instance may take the member
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(10);

    /// <summary>Takes the member that waits longest; false when nobody is due.</summary>
    public async Task<bool> RunAsync(CancellationToken token)
    {
        var now = time.GetUtcNow();
        var due = await db.Database.SqlQuery<string>($"""
            update source_check set due_at = {now + Hold} where member_reference = (
                select member_reference from source_check where due_at <= {now} order by due_at limit 1 for update skip locked)
            returning member_reference as "Value"
            """).ToListAsync(token);
        if (due is not [var member]) return false;
        if (!await db.Watches.AnyAsync(row => row.MemberReference == member && row.EndedAt == null, token))
        {
            await db.SourceChecks.Where(row => row.MemberReference == member).ExecuteDeleteAsync(token);
            return true;
        }

        IReadOnlyList<SourceInvoice>? told = null;
        var error = "";
        try
        {
            told = await dolibarr.InvoicesOfAsync(member, token);
            if (told is null) error = $"Dolibarr has no customer with the code {member}: correct the code there or the reference here.";
        }
        catch (DolibarrException gone)
        {
            error = gone.Message;
        }

        await KeepAsync(member, told, error, token);
        return true;
    }

    private async Task KeepAsync(string member, IReadOnlyList<SourceInvoice>? told, string error, CancellationToken token)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(token);
        await db.LockLedgerAsync(token);
        var now = time.GetUtcNow();
        IReadOnlyList<Payment> matched = [];
        if (told is not null)
        {
            var numbers = told.Select(invoice => invoice.InvoiceNo).ToArray();
            var gone = await db.Invoices.Where(row => row.Source == DolibarrOptions.Source && row.MemberReference == member && !numbers.Contains(row.InvoiceNo)).ToListAsync(token);
            foreach (var invoice in gone) invoice.State = SourceState.Cancelled;
            matched = (await import.ApplyAsync(DolibarrOptions.Source, told, token)).Matched;
            await import.ConfirmAsync(DolibarrOptions.Source, [member], now, token); // also a customer without any invoice
        }

        var check = await db.SourceChecks.SingleOrDefaultAsync(row => row.MemberReference == member, token);
        if (check is not null)
        {
            check.DueAt = now + (error.Length == 0 ? options.Value.Dolibarr.Interval : options.Value.Dolibarr.RetryInterval);
            check.FailingSince = error.Length == 0 ? null : check.FailingSince ?? now;
            check.LastError = error;
        }

        await db.SaveChangesAsync(token);
        foreach (var payment in matched) await outbox.Publish(payment.AsOf(now), token);
        foreach (var said in await telling.RefreshAsync([member], null, token)) await outbox.Publish(said, token);
        await db.SaveChangesAsync(token);
        await transaction.CommitAsync(token);
    }
}
