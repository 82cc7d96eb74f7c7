using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;

namespace Cassiopea.Gateway.Api;

internal static class InvoiceEndpoints
{
    public static void MapInvoices(this IEndpointRouteBuilder api, IEndpointRouteBuilder commands)
    {
        api.MapGet("/members/{id:guid}/invoices", async (Guid id, Caller caller, BoardQueries board, CancellationToken token) =>
            await board.MemberAsync(caller, id, token) is { } member ? TypedResults.Ok(await board.InvoicesAsync(member, token)) : (IResult)Problem.NotFound())
            .Produces<InvoicesView>().WithSummary("A member's invoices and what the last check said").WithTags("invoices");

        commands.MapPost("/invoices:import", ImportAsync)
            .Accepts<IFormFile>("multipart/form-data", "text/csv").WithMetadata(CsvFile.Limit)
            .Produces<OperationView>(StatusCodes.Status202Accepted)
            .WithSummary("Invoices from a CSV file, all or nothing; dryRun=true reports only").WithTags("invoices");

        api.MapGet("/payments", async (BoardQueries board, bool? unmatched, int? limit, string? cursor, CancellationToken token) =>
            TypedResults.Ok(await board.PaymentsAsync(unmatched ?? false, PageRequest.Read(limit, cursor), token)))
            .WithSummary("Payments by bank reference; unmatched=true: those whose payer is not known").WithTags("invoices");

        commands.MapPost("/payments", PayAsync)
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Record a payment that was received").WithTags("invoices");

        commands.MapPost("/members/{id:guid}/waivers", WaiveAsync)
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Waive the invoice gate; takes two people").WithTags("invoices");

        commands.MapPost("/members/{id:guid}/arrangements", ArrangeAsync)
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Record that a member is exempt or pays by instalments").WithTags("invoices");
    }

    static async Task<IResult> ImportAsync(HttpContext http, Caller caller, CommandDesk desk, bool? dryRun, CancellationToken token)
    {
        var file = await CsvFile.ReadAsync(http.Request, token);
        var operation = desk.Open(caller, Verbs.ImportInvoices);
        return await desk.TakeAsync(
            http, operation, new ImportInvoices(operation.Id, operation.Actor, file.Name, file.Content, dryRun ?? false), file.Name, token);
    }

    static async Task<IResult> PayAsync(PaymentBody body, HttpContext http, Caller caller, CommandDesk desk, CancellationToken token)
    {
        var check = new Check()
            .That(body.AmountCents > 0, "amountCents", "must be positive, in euro cents")
            .That(body.ReceivedOn != default, "receivedOn", "is required")
            .Text(body.BankReference, "bankReference", 1, 100)
            .That(body.MemberReference is { Length: > 0 } || body.Communication is { Length: > 0 }, "memberReference", "name the member or the communication");
        if (check.Refusal() is { } refusal)
            return refusal;
        var operation = desk.Open(caller, Verbs.Payment);
        return await desk.TakeAsync(
            http, operation,
            new RecordPayment(
                operation.Id, operation.Actor, body.MemberReference ?? "", body.AmountCents, body.Communication ?? "", body.ReceivedOn, body.BankReference!),
            body.BankReference!, token);
    }

    static async Task<IResult> WaiveAsync(
        Guid id, WaiverBody body, HttpContext http, Caller caller, BoardQueries board, CommandDesk desk, CancellationToken token)
    {
        if (await board.MemberAsync(caller, id, token) is not { } member)
            return Problem.NotFound();
        if (new Check().Reason(body.Reason).Refusal() is { } refusal)
            return refusal;
        var operation = desk.Open(caller, Verbs.Waive, id);
        return await desk.TakeAsync(
            http, operation,
            new WaiveInvoices(operation.Id, operation.Actor, member.Reference, body.Reason!, body.DocumentReference ?? "", body.ExpiresOn), body.Reason!, token);
    }

    static async Task<IResult> ArrangeAsync(
        Guid id, ArrangementBody body, HttpContext http, Caller caller, BoardQueries board, CommandDesk desk, CancellationToken token)
    {
        if (await board.MemberAsync(caller, id, token) is not { } member)
            return Problem.NotFound();
        var check = new Check()
            .That(body.Status is InvoiceStatus.Exempt or InvoiceStatus.Instalments, "status", "must be Exempt or Instalments")
            .Text(body.DocumentReference, "documentReference", 1, 200)
            .That(body.ExpiresOn != default, "expiresOn", "is required");
        if (check.Refusal() is { } refusal)
            return refusal;
        var operation = desk.Open(caller, Verbs.Arrangement, id);
        return await desk.TakeAsync(
            http, operation,
            new RecordArrangement(operation.Id, operation.Actor, member.Reference, body.Status, body.DocumentReference!, body.ExpiresOn),
            body.DocumentReference!, token);
    }
}
