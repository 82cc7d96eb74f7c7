using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Problems;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Operations;

internal static class OperationEndpoints
{
    public static void MapOperations(this IEndpointRouteBuilder api) =>
        api.MapGet("/operations/{id:guid}", async (Guid id, Caller caller, GatewayContext db, CancellationToken token) =>
        {
            var operation = await db.Operations.AsNoTracking().FirstOrDefaultAsync(o => o.Id == id, token);
            if (operation is null || !caller.Sees(operation.MemberId))
                return Problem.NotFound();
            var children = await db.Operations.AsNoTracking().Where(o => o.ParentId == id).ToListAsync(token);
            return (IResult)TypedResults.Json(OperationView.Of(operation, children), ApiJson.Options);
        })
        .Produces<OperationView>().WithSummary("What became of something asked for").WithTags("operations");
}
