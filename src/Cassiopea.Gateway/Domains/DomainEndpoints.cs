using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Domains;

internal static class DomainEndpoints
{
    public static void MapDomains(this IEndpointRouteBuilder api, IEndpointRouteBuilder commands)
    {
        api.MapGet("/domains/conflicts", async (GatewayContext db, CancellationToken token) =>
            await db.DomainComparisons.AsNoTracking().FirstOrDefaultAsync(token) is { } row
                ? new DomainConflictsView(row.Domains, row.AsOf, row.Conflicts)
                : new DomainConflictsView(0, null, []))
            .WithSummary("Domains about which inventory and registrar do not agree; none is dropped").WithTags("domains");

        commands.MapPost("/items/{id:guid}/commands/prepare-transfer", async (
            Guid id, HttpContext http, Caller caller, BoardQueries board, CommandDesk desk, CancellationToken token) =>
        {
            if (await board.ItemAsync(caller, id, token) is not { } item || await board.MigrationAsync(caller, item.MigrationId, token) is not { } migration)
                return Problem.NotFound();
            if (new Check().That(item.Kind == ItemKind.Domain, "id", "must be a domain").Refusal() is { } refusal)
                return refusal;
            if (item.Arrangement?.Rights is { Next: RecoveryRung.Notified or RecoveryRung.Released } early)
                return Problem.Of(ProblemCode.TransitionNotAllowed, "The domain is not released yet.", allowed: [early.Next.Value.ToString()]);
            var operation = desk.Open(caller, Verbs.PrepareTransfer, migration.MemberId, item.MigrationId, id);
            return await desk.TakeAsync(http, operation, new PrepareTransfer(operation.Id, operation.Actor, item.MigrationId, migration.MemberId, id), "", token);
        })
        .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Unlock a released domain and put its transfer code into the vault").WithTags("items");

        commands.MapPost("/items/{id:guid}/commands/" + Verbs.ApproveZoneDeletions, async (
            Guid id, ZoneDeletionsBody body, HttpContext http, Caller caller, BoardQueries board, CommandDesk desk, CancellationToken token) =>
        {
            if (await board.ItemAsync(caller, id, token) is not { } item || await board.MigrationAsync(caller, item.MigrationId, token) is not { } migration)
                return Problem.NotFound();
            var check = new Check()
                .That(item.Kind == ItemKind.Domain, "id", "must be a domain")
                .That(body.PlanSha256 is { Length: 64 } sha && sha.All(char.IsAsciiHexDigitLower), "planSha256", "must be 64 lower-case hexadecimal digits, as the fact plan-sha256 of the domain")
                .Reason(body.Reason);
            if (check.Refusal() is { } refusal)
                return refusal;
            var operation = desk.Open(caller, Verbs.ApproveZoneDeletions, migration.MemberId, item.MigrationId, id);
            return await desk.TakeAsync(http, operation, new ApproveZoneDeletions(operation.Id, operation.Actor, item.MigrationId, id, body.PlanSha256!, body.Reason!), body.Reason!, token);
        })
        .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Approve a zone's plan that deletes more than 30 % of its record sets; takes two people").WithTags("items");

        commands.MapTransferLinks();
        api.MapRecoveryHint();
    }
}

/// <summary>Approval of a plan that deletes much.</summary>
/// <param name="PlanSha256">The plan: the domain's fact <c>plan-sha256</c>.</param>
/// <param name="Reason">Why it is right; at least 10 characters.</param>
internal sealed record ZoneDeletionsBody(string? PlanSha256, string? Reason);

/// <summary>What inventory and registrar do not agree about.</summary>
/// <param name="Domains">Domains that the registrar shows.</param>
/// <param name="AsOf">When it was asked; null = never.</param>
/// <param name="Conflicts">All that differ.</param>
internal sealed record DomainConflictsView(int Domains, DateTimeOffset? AsOf, IReadOnlyList<DomainConflict> Conflicts);
