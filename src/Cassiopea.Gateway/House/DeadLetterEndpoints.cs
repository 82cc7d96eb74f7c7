using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.House;

/// <summary>Messages that failed for good, of all services: read, sent again, or discarded by two people (S25).</summary>
internal static class DeadLetterEndpoints
{
    public static void MapDeadLetters(this IEndpointRouteBuilder api, IEndpointRouteBuilder commands)
    {
        api.MapGet("/dead-letters", async (string? service, bool? ended, int? limit, string? cursor, GatewayContext db, CancellationToken token) =>
        {
            var page = PageRequest.Read(limit, cursor);
            var rows = db.DeadLetterRows.AsNoTracking().Where(row => row.Waiting != (ended ?? false) && (service == null || row.Service == service));
            if (page.AfterId is { } after)
                rows = rows.Where(row => row.Id > after);
            var found = await rows.OrderBy(row => row.Id).Take(page.Limit + 1).ToListAsync(token);
            return TypedResults.Ok(page.Of(found, row => row.Id.ToString(), row => row));
        })
        .WithSummary("Messages that failed for good, oldest first, without their bodies; ended=true: those that were decided").WithTags("dead-letters");
        commands.MapPost("/dead-letters/{id:guid}/requeue", async (
            Guid id, ReasonBody body, HttpContext http, Caller caller, GatewayContext db, CommandDesk desk, ServiceOutbox<GatewayContext> outbox, CancellationToken token) =>
        {
            if (new Check().Reason(body.Reason, 3).Refusal() is { } refusal)
                return refusal;
            if (await WaitingAsync(db, id, token) is not { } row)
                return Problem.NotFound();
            return row.CanBeRequeued
                ? await DecideAsync(http, caller, row, Verbs.RequeueLetter, requeue: true, body.Reason!, db, desk, outbox, token)
                : Problem.Of(ProblemCode.Invalid, "This message could not be read: it can only be discarded.");
        })
        .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Send a message to its queue again").WithTags("dead-letters");
        commands.MapPost("/dead-letters/{id:guid}/discard", async (
            Guid id, ReasonBody body, HttpContext http, Caller caller, GatewayContext db, CommandDesk desk, ServiceOutbox<GatewayContext> outbox, CancellationToken token) =>
        {
            if (new Check().Reason(body.Reason).Refusal() is { } refusal)
                return refusal;
            if (await WaitingAsync(db, id, token) is not { } row)
                return Problem.NotFound();
            if (row.DiscardProposedBy == caller.Owner)
                return Problem.Of(ProblemCode.FourEyes);
            if (row.DiscardProposedBy.Length > 0)
                return await DecideAsync(http, caller, row, Verbs.DiscardLetter, requeue: false, $"{row.DiscardReason} ({row.DiscardProposedBy}) {body.Reason}", db, desk, outbox, token);
            (row.DiscardProposedBy, row.DiscardReason) = (caller.Owner, body.Reason!);
            var operation = desk.Open(caller, Verbs.DiscardLetter);
            operation.Succeed("Proposed; it is discarded once somebody else sends the same.", desk.Now);
            db.Operations.Add(operation);
            desk.Note(operation.Actor, "propose-discard", $"dead-letter/{id}", body.Reason!);
            return CommandDesk.Accepted(http, operation);
        })
        .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Discard a message; takes two people").WithTags("dead-letters");
    }

    static Task<DeadLetterRow?> WaitingAsync(GatewayContext db, Guid id, CancellationToken token) => db.DeadLetterRows.FirstOrDefaultAsync(row => row.Id == id && row.Waiting, token);

    static async Task<IResult> DecideAsync(
        HttpContext http, Caller caller, DeadLetterRow row, string verb, bool requeue, string reason, GatewayContext db, CommandDesk desk, ServiceOutbox<GatewayContext> outbox, CancellationToken token)
    {
        var operation = desk.Open(caller, verb);
        db.Operations.Add(operation);
        desk.Note(operation.Actor, verb, $"dead-letter/{row.Id}", reason);
        await outbox.Publish(new DeadLetterDecided(operation.Id, operation.Actor, row.Id, row.Service, requeue, reason), token);
        return CommandDesk.Accepted(http, operation);
    }
}
