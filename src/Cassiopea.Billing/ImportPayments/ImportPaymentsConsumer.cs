using System.Globalization;
using System.Security.Cryptography;
using Cassiopea.Billing.CheckInvoices;
using Cassiopea.Billing.Ledger;
using Cassiopea.Billing.RecordPayment;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.Billing.ImportPayments;

/// <summary>Reads a bank's file and counts its payments, unless a line is wrong or it is a dry run; a movement that was counted before counts once.</summary>
internal sealed class ImportPaymentsConsumer(BillingContext db, PaymentRecording recording, Telling telling, TimeProvider time) : IConsumer<Contracts.ImportPayments>
{
    private const string BeforeFile = "before_file";

    public async Task Consume(ConsumeContext<Contracts.ImportPayments> context)
    {
        var (asked, token) = (context.Message, context.CancellationToken);
        var file = BankFile.Read(asked.Content);
        await db.LockLedgerAsync(token);
        var transaction = db.Database.CurrentTransaction ?? throw new InvalidOperationException("A message is handled in a transaction.");
        await transaction.CreateSavepointAsync(BeforeFile, token);
        List<LineError> errors = [.. file.Errors];
        var (counted, unmatched, known) = (0, 0, 0);
        HashSet<string> members = new(StringComparer.Ordinal);
        List<Payment> fresh = [];
        foreach (var movement in errors.Count == 0 ? file.Movements : [])
        {
            var outcome = await recording.RecordAsync(
                new Contracts.RecordPayment(asked.OperationId, asked.Actor, movement.MemberReference, movement.AmountCents, movement.Communication, movement.ReceivedOn, movement.BankReference), token);
            if (!outcome.Accepted) errors.Add(new LineError(movement.Line, "", outcome.Detail));
            else if (outcome.Payment is not { } payment) known++;
            else if (payment.Unmatched) unmatched++;
            else counted++;
            if (outcome.Payment is { } taken) fresh.Add(taken);
            members.UnionWith(outcome.Members);
            await db.SaveChangesAsync(token); // the next movement sees what this one paid
        }

        if (errors.Count > 0 || asked.DryRun)
        {
            await transaction.RollbackToSavepointAsync(BeforeFile, token);
            db.ChangeTracker.Clear();
        }
        else
        {
            db.Audit(asked.Actor, "import-payments", $"file/{Convert.ToHexStringLower(SHA256.HashData(asked.Content))}",
                string.Create(CultureInfo.InvariantCulture, $"{asked.FileName}: {counted} counted, {unmatched} without payer, {known} known, {file.Ignored} others"));
            await db.SaveChangesAsync(token);
            foreach (var payment in fresh) await context.Publish(payment.AsOf(time.GetUtcNow()), token);
            foreach (var told in await telling.RefreshAsync(members, null, token)) await context.Publish(told, told.GetType(), token);
        }

        await context.Publish(
            new PaymentsImported(asked.OperationId, asked.DryRun, counted, unmatched, known, file.Ignored, errors, time.GetUtcNow()), token);
    }
}
