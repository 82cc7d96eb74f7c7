using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;

namespace Cassiopea.Gateway.Api;

/// <summary>What is asked and said about a member's invoices: look again, this is wrong, an answer; and the bank's files.</summary>
internal static class InvoiceTalkEndpoints
{
    public static void MapInvoiceTalk(this IEndpointRouteBuilder commands)
    {
        commands.MapPost("/payments:import", ImportAsync)
            .Accepts<IFormFile>("multipart/form-data", "text/csv").WithMetadata(CsvFile.Limit)
            .Produces<OperationView>(StatusCodes.Status202Accepted)
            .WithSummary("Payments from a bank's file (CODA or CSV), all or nothing; dryRun=true reports only").WithTags("invoices");
        Map(commands, "/members/{id:guid}/invoices/recheck", Verbs.Recheck, "Look at the ledger again, now", (RecheckBody _) => "", _ => new Check(),
            (o, member, _) => new RecheckInvoices(o.Id, o.Actor, member));
        Map(commands, "/members/{id:guid}/contests", Verbs.Contest, "Say that the ledger is wrong: reminders stop until staff have answered",
            (ContestBody body) => body.Text!, body => new Check().Text(body.Text, "text", 10, 1000), (o, member, body) => new ContestInvoices(o.Id, o.Actor, member, body.Text!));
        Map(commands, "/members/{id:guid}/contests/answer", Verbs.AnswerContest, "Answer what a member said against the ledger",
            (ContestAnswerBody body) => body.Answer!, body => new Check().Text(body.Answer, "answer", 10, 1000), (o, member, body) => new AnswerContest(o.Id, o.Actor, member, body.Answer!));
    }

    static async Task<IResult> ImportAsync(HttpContext http, Caller caller, CommandDesk desk, bool? dryRun, CancellationToken token)
    {
        var file = await CsvFile.ReadAsync(http.Request, token);
        var operation = desk.Open(caller, Verbs.ImportPayments);
        return await desk.TakeAsync(http, operation, new ImportPayments(operation.Id, operation.Actor, file.Name, file.Content, dryRun ?? false), file.Name, token);
    }

    static void Map<TBody, TMessage>(
        IEndpointRouteBuilder commands, string path, string verb, string summary, Func<TBody, string> reason, Func<TBody, Check> check, Func<Operation, string, TBody, TMessage> message)
        where TBody : class
        where TMessage : class =>
        commands.MapPost(path, async (Guid id, TBody body, HttpContext http, Caller caller, BoardQueries board, CommandDesk desk, CancellationToken token) =>
        {
            if (await board.MemberAsync(caller, id, token) is not { } member)
                return Problem.NotFound();
            if (check(body).Refusal() is { } refusal)
                return refusal;
            var operation = desk.Open(caller, verb, id);
            return await desk.TakeAsync(http, operation, message(operation, member.Reference, body), reason(body), token);
        })
        .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary(summary).WithTags("invoices");
}

/// <summary>Nothing to say: <c>{}</c>.</summary>
internal sealed record RecheckBody;

/// <summary>What is wrong in the ledger, in the member's words.</summary>
internal sealed record ContestBody(string? Text);

/// <summary>What staff found and did.</summary>
internal sealed record ContestAnswerBody(string? Answer);
