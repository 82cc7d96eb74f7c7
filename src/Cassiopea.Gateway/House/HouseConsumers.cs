using Cassiopea.Contracts;
using Cassiopea.Gateway.Operations;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.House;

internal sealed class DeadLetterParkedConsumer(GatewayContext db) : IConsumer<DeadLetterParked>
{
    public async Task Consume(ConsumeContext<DeadLetterParked> context)
    {
        var said = context.Message;
        await db.HoldAsync("dead-letter", said.LetterId.ToString(), context.CancellationToken);
        if (await db.DeadLetterRows.FindAsync([said.LetterId], context.CancellationToken) is not null)
            return;
        db.DeadLetterRows.Add(new DeadLetterRow
        {
            Id = said.LetterId,
            Service = said.Service,
            Queue = said.Queue,
            MessageType = said.MessageType,
            ErrorType = said.ErrorType,
            Error = said.Error,
            CanBeRequeued = said.CanBeRequeued,
            At = said.AsOf,
        });
    }
}

internal sealed class DeadLetterEndedConsumer(GatewayContext db) : IConsumer<DeadLetterEnded>
{
    public async Task Consume(ConsumeContext<DeadLetterEnded> context)
    {
        var said = context.Message;
        if (await db.DeadLetterRows.FindAsync([said.LetterId], context.CancellationToken) is { } row)
            (row.Waiting, row.Requeued, row.DecidedBy) = (false, said.Requeued, said.Actor);
    }
}

/// <summary>Keeps the verdict; the operation ends when every service has answered, and is refused when a chain is broken.</summary>
internal sealed class AuditVerifiedConsumer(GatewayContext db, OperationEnd end) : IConsumer<AuditVerified>
{
    public async Task Consume(ConsumeContext<AuditVerified> context)
    {
        var (said, token) = (context.Message, context.CancellationToken);
        await db.HoldAsync("audit-verdict", "all", token);
        var row = await db.AuditVerdicts.FindAsync([said.Service], token);
        if (row is null)
            db.AuditVerdicts.Add(row = new AuditVerdictRow { Service = said.Service });
        else if (said.AsOf < row.AsOf)
            return;
        (row.OperationId, row.Intact, row.Entries, row.Problem, row.AsOf) = (said.OperationId, said.Intact, said.Entries, said.Problem, said.AsOf);
        if (said.Intact)
            row.Head = said.Head;
        await db.SaveChangesAsync(token);
        var answered = await db.AuditVerdicts.Where(verdict => verdict.OperationId == said.OperationId).ToListAsync(token);
        if (AuditServices.All.Except(answered.Select(verdict => verdict.Service)).Any())
            return;
        if (answered.FirstOrDefault(verdict => !verdict.Intact) is { } broken)
            await end.RefuseAsync(said.OperationId, "audit-broken", $"{broken.Service}: {broken.Problem}", [], null, token);
        else
            await end.SucceedAsync(said.OperationId, $"{answered.Count} chains are intact, {answered.Sum(verdict => verdict.Entries)} entries.", null, token);
    }
}

/// <summary>Every service that keeps an audit chain.</summary>
internal static class AuditServices
{
    public static readonly IReadOnlyList<string> All = ["billing", "databases", "domains", "gateway", "mail", "mailing-lists", "migrations", "vault", "web-hosting"];
}
