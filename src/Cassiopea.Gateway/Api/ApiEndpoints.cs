using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Bulk;
using Cassiopea.Gateway.Domains;
using Cassiopea.Gateway.Events;
using Cassiopea.Gateway.Forecast;
using Cassiopea.Gateway.House;
using Cassiopea.Gateway.Idempotency;
using Cassiopea.Gateway.Incidents;
using Cassiopea.Gateway.Links;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Cassiopea.Gateway.Reports;
using Cassiopea.Gateway.SignIn;
using Cassiopea.Gateway.Waves;

namespace Cassiopea.Gateway.Api;

/// <summary>All endpoints under <c>/api/v1</c>.</summary>
internal static class ApiEndpoints
{
    public static void MapApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1").UseAccessTable();
        var commands = api.MapGroup("").AddEndpointFilter<RouteGroupBuilder, IdempotencyFilter>().WithMetadata(NeedsIdempotencyKey.Instance);

        api.MapMembers(commands);
        api.MapInvoices(commands);
        commands.MapInvoiceTalk();
        api.MapTexts(commands);
        api.MapMigrations(commands);
        api.MapConnectionSheet();
        commands.MapMigrationCommands();
        api.MapChecklist(commands);
        api.MapInventory(commands);
        commands.MapContacts();
        api.MapItems(commands);
        commands.MapArrangements();
        commands.MapDatabases();
        commands.MapListExports();
        commands.MapArchiveLinks();
        commands.MapHostLinks();
        api.MapDomains(commands);
        api.MapCredentials();
        api.MapOperations();
        api.MapEvents();
        api.MapKeys(commands);
        api.MapPeople(commands);
        api.MapTalk(commands);
        api.MapAudit(commands);
        api.MapIncidents();
        api.MapDeadLetters(commands);
        api.MapForecast();
        api.MapHosts();
        commands.MapBulk();
        api.MapReports();
        api.MapWaves(commands);

        var open = app.MapGroup("").UseAccessTable();
        open.MapProblems();
        open.MapArchiveDownloads();
        open.MapHostAccess();
        open.MapTransferCodes();
    }
}

/// <summary>Marks endpoints that take an Idempotency-Key, for the API description.</summary>
internal sealed class NeedsIdempotencyKey
{
    public static readonly NeedsIdempotencyKey Instance = new();
}
