using System.Text;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Api;

internal static class MigrationEndpoints
{
    public static void MapMigrations(this IEndpointRouteBuilder api, IEndpointRouteBuilder commands)
    {
        api.MapGet("/migrations", async (
            Caller caller, BoardQueries board, Guid? member, MigrationState? state, string? waitingFor, int? limit, string? cursor, CancellationToken token) =>
            TypedResults.Ok(await board.MigrationsAsync(caller, new MigrationFilter(member, state, waitingFor), PageRequest.Read(limit, cursor), token)))
            .WithSummary("Migrations, oldest first").WithTags("migrations");

        api.MapGet("/migrations/{id:guid}", ShowAsync)
            .Produces<MigrationView>().WithSummary("A migration with its items; ETag").WithTags("migrations");

        api.MapGet("/migrations/{id:guid}/timeline", async (
            Guid id, Caller caller, BoardQueries board, int? limit, string? cursor, CancellationToken token) =>
            await board.MigrationAsync(caller, id, token) is null ? Problem.NotFound()
                : (IResult)TypedResults.Ok(await board.TimelineAsync(id, PageRequest.Read(limit, cursor), token)))
            .Produces<Page<TimelineEntry>>().WithSummary("What happened, oldest first").WithTags("migrations");

        api.MapGet("/migrations/{id:guid}/dossier", DossierAsync)
            .Produces<string>(StatusCodes.Status200OK, "application/json", "text/html", "application/pdf", "application/zip")
            .WithSummary("The dossier, by Accept or format=json|html|pdf|zip: zip has all parts with the signed list of them and the receipts").WithTags("migrations");

        commands.MapPost("/migrations", RequestAsync)
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Begin a member's migration").WithTags("migrations");
    }

    static async Task<IResult> ShowAsync(Guid id, HttpContext http, Caller caller, BoardQueries board, GatewayContext db, CancellationToken token)
    {
        if (await board.MigrationAsync(caller, id, token) is not { } migration)
            return Problem.NotFound();
        return ETags.IsKnown(http, await ETags.OfAsync(db, migration, token))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(await board.ShowAsync(migration, token));
    }

    static async Task<IResult> RequestAsync(RequestBody body, HttpContext http, Caller caller, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        var known = await db.Members.AnyAsync(m => m.Id == body.MemberId, token)
            || await db.Operations.AnyAsync(o => o.MemberId == body.MemberId && o.Verb == Verbs.Register && o.State != OperationState.Refused, token);
        if (!known)
            return Problem.Of(ProblemCode.Invalid, errors: new Dictionary<string, string[]> { ["memberId"] = ["no such member"] });
        var migrationId = Guid.CreateVersion7(desk.Now);
        var operation = desk.Open(caller, Verbs.Request, body.MemberId, migrationId);
        return await desk.TakeAsync(http, operation, new RequestMigration(operation.Id, operation.Actor, migrationId, body.MemberId), "", token);
    }

    static async Task<IResult> DossierAsync(Guid id, HttpContext http, Caller caller, BoardQueries board, string? format, CancellationToken token)
    {
        if (await board.MigrationAsync(caller, id, token) is null || await board.DossierAsync(id, token) is not { } dossier)
            return Problem.NotFound();
        var accepts = http.Request.GetTypedHeaders().Accept;
        var html = format is null ? accepts.Any(a => a.MediaType == "text/html") : format == "html";
        if (format is not (null or "html" or "json" or "pdf" or "zip"))
            return Problem.Of(ProblemCode.NotAcceptable);
        http.Response.Headers.ETag = $"\"{dossier.Sha256}\"";
        // one self-contained page: nothing may be loaded or run
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox";
        if (format == "zip")
            return DossierBundle.Write(dossier, await board.ReceiptsAsync(id, token)) is { } file
                ? TypedResults.Bytes(file, "application/zip", $"dossier-{id}.zip") : Problem.Of(ProblemCode.NotAcceptable, "This dossier was made before dossiers were signed as one file.");
        if (format == "pdf")
            return dossier.Pdf.Length > 0 ? TypedResults.Bytes(dossier.Pdf, "application/pdf", $"dossier-{id}.pdf") : Problem.Of(ProblemCode.NotAcceptable);
        return html
            ? TypedResults.Content(dossier.Html, "text/html; charset=utf-8", Encoding.UTF8)
            : TypedResults.Content(dossier.Json, "application/json; charset=utf-8", Encoding.UTF8);
    }
}
