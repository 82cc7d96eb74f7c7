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

        commands.MapTransferLinks();
        api.MapRecoveryHint();
    }
}

/// <summary>What inventory and registrar do not agree about.</summary>
/// <param name="Domains">Domains that the registrar shows.</param>
/// <param name="AsOf">When it was asked; null = never.</param>
/// <param name="Conflicts">All that differ.</param>
internal sealed record DomainConflictsView(int Domains, DateTimeOffset? AsOf, IReadOnlyList<DomainConflict> Conflicts);
