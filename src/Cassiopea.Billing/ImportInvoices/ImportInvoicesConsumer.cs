using System.Globalization;
using System.Security.Cryptography;
using Cassiopea.Billing.CheckInvoices;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Billing.ImportInvoices;

/// <summary>Reads the file, applies it unless a line is wrong or it is a dry run, and tells whoever stands differently now.</summary>
internal sealed class ImportInvoicesConsumer(
    BillingContext db, InvoiceImport import, Telling telling, IOptions<BillingOptions> options, TimeProvider time, ILogger<ImportInvoicesConsumer> log)
    : IConsumer<Contracts.ImportInvoices>
{
    private const string Source = "csv";

    public async Task Consume(ConsumeContext<Contracts.ImportInvoices> context)
    {
        var (asked, token) = (context.Message, context.CancellationToken);
        var file = InvoiceCsv.Read(asked.Content, options.Value.PaymentTerm);
        await db.LockLedgerAsync(token);
        var result = new ImportResult(0, 0, 0, [], []);
        if (file.Errors.Count > 0) log.ImportRefused(file.Errors.Count);
        else if (asked.DryRun) result = await import.TryAsync(Source, file.Invoices, token);
        else result = await ApplyAsync(asked, file, token);
        foreach (var payment in result.Matched) await context.Publish(payment.AsOf(time.GetUtcNow()), token);
        foreach (var told in await telling.RefreshAsync(result.Members, null, token)) await context.Publish(told, told.GetType(), token);
        await context.Publish(
            new InvoicesImported(asked.OperationId, asked.DryRun, result.Created, result.Updated, result.Unchanged, file.Errors, time.GetUtcNow()), token);
    }

    private async Task<ImportResult> ApplyAsync(Contracts.ImportInvoices asked, InvoiceFile file, CancellationToken token)
    {
        var now = time.GetUtcNow();
        var hash = Convert.ToHexStringLower(SHA256.HashData(asked.Content));
        var last = await db.ImportedFiles.OrderByDescending(row => row.ImportedAt).FirstOrDefaultAsync(token);
        var again = last?.Sha256 == hash || await db.ImportedFiles.AnyAsync(row => row.Sha256 == hash, token);
        var result = new ImportResult(0, 0, file.Invoices.Count, [], []);
        if (!again)
        {
            result = await import.ApplyAsync(Source, file.Invoices, token);
            db.ImportedFiles.Add(new ImportedFile { Sha256 = hash, FileName = asked.FileName, Actor = asked.Actor, Invoices = file.Invoices.Count, ImportedAt = now });
        }
        else if (last!.Sha256 == hash)
        {
            result = result with { Members = [.. file.Invoices.Select(invoice => invoice.MemberReference).Distinct()] };
            await import.ConfirmAsync(Source, result.Members, now, token); // nothing changed since: the data are as of now
        }

        db.Audit(asked.Actor, "import-invoices", $"file/{hash}", string.Create(CultureInfo.InvariantCulture, $"{asked.FileName}: {result.Created} new, {result.Updated} changed, {result.Unchanged} as they were"));
        await db.SaveChangesAsync(token);
        log.Imported(result.Created, result.Updated, result.Unchanged);
        return result;
    }
}
