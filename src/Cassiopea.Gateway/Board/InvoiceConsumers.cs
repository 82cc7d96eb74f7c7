using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Events;
using Cassiopea.Gateway.Operations;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Board;

internal sealed class InvoicesCheckedConsumer(GatewayContext db, EventLog events) : IConsumer<InvoicesChecked>
{
    public async Task Consume(ConsumeContext<InvoicesChecked> context)
    {
        var (said, token) = (context.Message, context.CancellationToken);
        await db.HoldAsync("invoice-check", said.MigrationId.ToString(), token);
        var row = await db.InvoiceChecks.FindAsync([said.MigrationId], token);
        if (row is null)
            db.InvoiceChecks.Add(row = new InvoiceCheckRow { MigrationId = said.MigrationId, MemberReference = said.MemberReference });
        else if (said.AsOf < row.AsOf)
            return;
        (row.Status, row.OpenCents, row.Explanation) = (said.Status, said.OpenCents, said.Explanation);
        (row.Source, row.SourceAsOf, row.AsOf, row.Contested) = (said.Source, said.SourceAsOf, said.AsOf, said.Contested);
        await events.AddAsync(
            EventType.Message, said.MigrationId, null,
            new { message = "invoices-checked", said.Status, said.OpenCents, said.Explanation, said.Source, said.SourceAsOf, said.Contested },
            said.AsOf, token);
    }
}

internal sealed class LedgerChangedConsumer(GatewayContext db, EventLog events) : IConsumer<LedgerChanged>
{
    public async Task Consume(ConsumeContext<LedgerChanged> context)
    {
        var (said, token) = (context.Message, context.CancellationToken);
        await db.HoldAsync("ledger", said.MemberReference, token);
        var row = await db.Ledgers.FindAsync([said.MemberReference], token);
        if (row is null)
            db.Ledgers.Add(row = new LedgerRow { MemberReference = said.MemberReference });
        else if (said.AsOf < row.AsOf)
            return;
        (row.Invoices, row.AsOf) = (said.Invoices, said.AsOf);
        if (await db.Members.Where(m => m.Reference == said.MemberReference).Select(m => (Guid?)m.Id).FirstOrDefaultAsync(token) is { } memberId)
            await events.AddAsync(
                EventType.State, null, null,
                new { subject = "invoices", memberId, said.MemberReference, invoices = said.Invoices.Count, openCents = said.Invoices.Sum(i => i.OpenCents) },
                said.AsOf, token, memberId);
    }
}

internal sealed class PaymentRecordedConsumer(GatewayContext db) : IConsumer<PaymentRecorded>
{
    public async Task Consume(ConsumeContext<PaymentRecorded> context)
    {
        var said = context.Message;
        var row = await db.Payments.FindAsync([said.BankReference], context.CancellationToken);
        if (row is null)
            db.Payments.Add(row = new PaymentRow { BankReference = said.BankReference });
        else if (said.AsOf < row.AsOf)
            return;
        (row.MemberReference, row.AmountCents, row.Communication) = (said.MemberReference, said.AmountCents, said.Communication);
        (row.ReceivedOn, row.AsOf) = (said.ReceivedOn, said.AsOf);
    }
}

internal sealed class InvoicesImportedConsumer(OperationEnd end) : IConsumer<InvoicesImported>
{
    public Task Consume(ConsumeContext<InvoicesImported> context)
    {
        var said = context.Message;
        var result = JsonSerializer.Serialize(new { said.DryRun, said.Created, said.Updated, said.Unchanged, said.Errors }, ApiJson.Options);
        return said.Errors.Count == 0
            ? end.SucceedAsync(said.OperationId, said.DryRun ? "Read without error; nothing was written." : "", result, context.CancellationToken)
            : end.RefuseAsync(
                said.OperationId, "invalid", $"{said.Errors.Count} lines are wrong; nothing was written. Correct them and import the file again.", [], result,
                context.CancellationToken);
    }
}

internal sealed class PaymentsImportedConsumer(OperationEnd end) : IConsumer<PaymentsImported>
{
    public Task Consume(ConsumeContext<PaymentsImported> context)
    {
        var said = context.Message;
        var result = JsonSerializer.Serialize(new { said.DryRun, said.Counted, said.Unmatched, said.Known, said.Ignored, said.Errors }, ApiJson.Options);
        return said.Errors.Count == 0
            ? end.SucceedAsync(
                said.OperationId,
                $"{said.Counted} payments counted, {said.Unmatched} without payer, {said.Known} known already, {said.Ignored} others.{(said.DryRun ? " Nothing was written." : "")}", result, context.CancellationToken)
            : end.RefuseAsync(
                said.OperationId, "invalid", $"{said.Errors.Count} lines are wrong; nothing was counted.", [], result, context.CancellationToken);
    }
}
