using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Inventory;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;

namespace Cassiopea.Gateway.Api;

/// <summary>What members use, from surveys, invoice lines and server lists.</summary>
internal static class InventoryEndpoints
{
    public static void MapInventory(this IEndpointRouteBuilder api, IEndpointRouteBuilder commands)
    {
        api.MapGet("/migrations/{id:guid}/inventory", async (Guid id, Caller caller, BoardQueries board, InventoryQueries inventory, CancellationToken token) =>
            await board.MigrationAsync(caller, id, token) is { } migration ? TypedResults.Ok(await inventory.ShowAsync(migration, token)) : (IResult)Problem.NotFound())
            .Produces<InventoryView>().WithSummary("What the member uses, from every source, with what does not fit together").WithTags("inventory");

        commands.MapPost("/inventory:import", ImportAsync).Accepts<string>("text/csv").WithMetadata(CsvFile.Limit)
            .Produces<OperationView>(StatusCodes.Status202Accepted)
            .WithSummary("Services from a CSV file (reference;kind;name), all or nothing; source = invoice or the name of a server list").WithTags("inventory");
    }

    static async Task<IResult> ImportAsync(HttpContext http, Caller caller, CommandDesk desk, string? source, CancellationToken token)
    {
        var file = await CsvFile.ReadAsync(http.Request, token);
        var (services, errors) = InventoryCsv.Read(file.Content);
        if (errors.Count > 0)
            return Problem.Of(ProblemCode.Invalid, "Nothing was imported.", errors);
        var operation = desk.Open(caller, Verbs.ImportInventory);
        return await desk.TakeAsync(http, operation, new ImportInventory(operation.Id, operation.Actor, source ?? "invoice", services), file.Name, token);
    }
}
