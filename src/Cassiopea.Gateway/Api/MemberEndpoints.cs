using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Checklist;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Api;

internal static class MemberEndpoints
{
    public static void MapMembers(this IEndpointRouteBuilder api, IEndpointRouteBuilder commands)
    {
        api.MapGet("/members", async (Caller caller, BoardQueries board, string? search, int? limit, string? cursor, CancellationToken token) =>
            TypedResults.Ok(await board.MembersAsync(caller, search, PageRequest.Read(limit, cursor), token)))
            .WithSummary("Members by reference; search looks in reference and name").WithTags("members");

        api.MapGet("/members/{id:guid}", async (Guid id, HttpContext http, Caller caller, BoardQueries board, CancellationToken token) =>
            await board.MemberAsync(caller, id, token) is not { } member ? Problem.NotFound()
                : ETags.IsKnown(http, ETags.Of(member)) ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
                : (IResult)TypedResults.Ok(MemberView.Of(member)))
            .Produces<MemberView>().WithSummary("One member").WithTags("members");

        api.MapGet("/members/{id:guid}/export", ExportAsync)
            .Produces<MemberExport>().WithSummary("All that the gateway keeps about a member").WithTags("members");

        api.MapPatch("/members/{id:guid}", ChangeAsync)
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Change a member; needs If-Match").WithTags("members");

        commands.MapPost("/members", RegisterAsync)
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Make a member known, or change one with this reference").WithTags("members");

        commands.MapPost("/members:import", ImportAsync).Accepts<string>("text/csv").WithMetadata(CsvFile.Limit)
            .Produces<OperationView>(StatusCodes.Status202Accepted)
            .WithSummary("Members from a CSV file (reference;name;language;contactEmail), all or nothing").WithTags("members");
    }

    static async Task<IResult> RegisterAsync(MemberBody body, HttpContext http, Caller caller, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        if (body.Check().Refusal() is { } refusal)
            return refusal;
        var memberId = await db.Members.Where(m => m.Reference == body.Reference).Select(m => (Guid?)m.Id).FirstOrDefaultAsync(token)
            ?? Guid.CreateVersion7(desk.Now);
        var operation = desk.Open(caller, Verbs.Register, memberId);
        return await desk.TakeAsync(http, operation, Message(operation, memberId, body), "", token);
    }

    static async Task<IResult> ChangeAsync(
        Guid id, MemberPatch body, HttpContext http, Caller caller, BoardQueries board, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        if (await board.MemberAsync(caller, id, token) is not { } member)
            return Problem.NotFound();
        if (ETags.Refuses(http, ETags.Of(member)) is { } stale)
            return stale;
        var whole = new MemberBody(member.Reference, body.Name ?? member.Name, body.Language ?? member.Language, body.ContactEmail ?? member.ContactEmail, body.SecondEmail);
        if (whole.Check().Refusal() is { } refusal)
            return refusal;
        var operation = desk.Open(caller, Verbs.Register, id);
        var answer = await desk.TakeAsync(http, operation, Message(operation, id, whole), "", token);
        await db.SaveChangesAsync(token);
        return answer;
    }

    static async Task<IResult> ImportAsync(HttpContext http, Caller caller, GatewayContext db, CommandDesk desk, bool? dryRun, CancellationToken token)
    {
        var file = await CsvFile.ReadAsync(http.Request, token);
        var lines = MemberCsv.Read(file.Content);
        if (lines.Errors.Count > 0)
            return Problem.Of(ProblemCode.Invalid, "Nothing was imported.", lines.Errors);
        if (dryRun == true)
            return TypedResults.Ok(new ImportCheck(lines.Members.Count));

        var references = lines.Members.Select(m => m.Reference!).ToArray();
        var known = await db.Members.Where(m => references.Contains(m.Reference)).ToDictionaryAsync(m => m.Reference, m => m.Id, token);
        var whole = desk.Open(caller, Verbs.ImportMembers);
        db.Operations.Add(whole);
        foreach (var line in lines.Members)
        {
            var memberId = known.TryGetValue(line.Reference!, out var id) ? id : Guid.CreateVersion7(desk.Now);
            var part = desk.Open(caller, Verbs.Register, memberId, parentId: whole.Id);
            await desk.RecordAsync(part, Message(part, memberId, line), file.Name, token);
        }
        return CommandDesk.Accepted(http, whole);
    }

    static async Task<IResult> ExportAsync(Guid id, Caller caller, BoardQueries board, ChecklistQueries lists, GatewayContext db, CancellationToken token)
    {
        if (await board.MemberAsync(caller, id, token) is not { } member)
            return Problem.NotFound();
        var migrations = await db.Migrations.AsNoTracking().Where(m => m.MemberId == id).OrderBy(m => m.Id).ToListAsync(token);
        var credentials = await db.Credentials.AsNoTracking().Where(c => c.MemberId == id).ToListAsync(token);
        var operations = await db.Operations.AsNoTracking().Where(o => o.MemberId == id).OrderBy(o => o.Id).ToListAsync(token);
        var shown = new List<MigrationView>();
        var items = new List<ItemView>();
        var timeline = new List<TimelineEntry>();
        var answers = new List<AnswerView>();
        var notes = new List<NoteView>();
        foreach (var migration in migrations)
        {
            shown.Add(await board.ShowAsync(migration, token));
            items.AddRange((await board.ItemsAsync(migration.Id, new ItemFilter(null, null), new PageRequest(int.MaxValue - 1, null), token)).Items);
            answers.AddRange((await lists.HistoryAsync(migration, null, new PageRequest(int.MaxValue - 1, null), token)).Items);
            notes.AddRange(await lists.NotesAsync(migration.Id, token));
            timeline.AddRange((await board.TimelineAsync(migration.Id, new PageRequest(int.MaxValue - 1, null), token)).Items);
        }
        return TypedResults.Ok(new MemberExport(
            MemberView.Of(member), await board.InvoicesAsync(member, token), shown, items, timeline,
            [.. credentials.Select(CredentialEndpoints.StatusOf)], [.. operations.Select(o => OperationView.Of(o, []))], answers, notes));
    }

    static RegisterMember Message(Operation operation, Guid memberId, MemberBody body) =>
        new RegisterMember(operation.Id, operation.Actor, memberId, body.Reference!, body.Name!.Trim(), body.Language!, body.ContactEmail!, body.SecondEmail);
}

/// <summary>What a file would import.</summary>
internal sealed record ImportCheck(int Members);

/// <summary>All that the gateway keeps about a member.</summary>
internal sealed record MemberExport(
    MemberView Member, InvoicesView Invoices, IReadOnlyList<MigrationView> Migrations, IReadOnlyList<ItemView> Items, IReadOnlyList<TimelineEntry> Timeline,
    IReadOnlyList<CredentialStatus> Credentials, IReadOnlyList<OperationView> Operations, IReadOnlyList<AnswerView> Answers, IReadOnlyList<NoteView> Notes);
