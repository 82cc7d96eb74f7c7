using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Operations;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Api;

/// <summary>What people asked of the gateway, in a chain of hashes (S26). The other services keep chains of their own.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder api, IEndpointRouteBuilder commands)
    {
        api.MapGet("/audit/verdicts", async (GatewayContext db, CancellationToken token) =>
            TypedResults.Ok(await db.AuditVerdicts.AsNoTracking().OrderBy(verdict => verdict.Service).ToListAsync(token)))
            .WithSummary("What the last verification found in each service's chain").WithTags("audit");
        commands.MapPost("/audit/verifications", async (HttpContext http, Caller caller, GatewayContext db, CommandDesk desk, ServiceOutbox<GatewayContext> outbox, CancellationToken token) =>
        {
            var heads = await db.AuditVerdicts.AsNoTracking().Where(verdict => verdict.Head != "").Select(verdict => new AuditHead(verdict.Service, verdict.Head)).ToListAsync(token);
            var operation = desk.Open(caller, Verbs.VerifyAudit);
            db.Operations.Add(operation);
            desk.Note(operation.Actor, operation.Verb, "audit/all", "");
            await outbox.Publish(new AuditVerificationAsked(operation.Id, heads), token);
            return CommandDesk.Accepted(http, operation);
        })
        .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Compute the chains of all services again; heads seen earlier must still be in them").WithTags("audit");
        api.MapGet("/audit", async (
            GatewayContext db, string? actor, string? action, string? @object, int? limit, string? cursor, CancellationToken token) =>
        {
            var page = PageRequest.Read(limit, cursor);
            var after = page.AfterNumber ?? 0;
            var found = await db.Set<AuditEntry>().AsNoTracking()
                .Where(e => e.Seq > after && (actor == null || e.Actor == actor) && (action == null || e.Action == action) && (@object == null || e.Object == @object))
                .OrderBy(e => e.Seq).Take(page.Limit + 1).ToListAsync(token);
            return TypedResults.Ok(page.Of(found, entry => entry.Seq.ToString(CultureInfo.InvariantCulture), AuditView.Of));
        })
        .WithSummary("Acts of people, oldest first").WithTags("audit");

        api.MapGet("/audit/verification", async (GatewayContext db, string? head, CancellationToken token) =>
            TypedResults.Ok(await AuditChain.VerifyAsync(db, token, head)))
            .WithSummary("Computes the chain again; head = a head noted earlier that must still be in it").WithTags("audit");
    }
}

/// <summary>One act.</summary>
internal sealed record AuditView(long Seq, DateTimeOffset At, string Actor, string Action, string Object, string Reason, string Digest)
{
    public static AuditView Of(AuditEntry entry) => new(entry.Seq, entry.At, entry.Actor, entry.Action, entry.Object, entry.Reason, entry.Hash);
}
