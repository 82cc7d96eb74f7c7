using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Operations;

namespace Cassiopea.Gateway.Api;

/// <summary>One endpoint per verb, so that the access table and the API description say all about each.</summary>
internal static class MigrationCommands
{
    static readonly TimeSpan Window = TimeSpan.FromHours(4);

    public static void MapMigrationCommands(this IEndpointRouteBuilder commands)
    {
        Map(commands, Verbs.ApprovePlan, "Freeze the plan", (o, id) => new ApprovePlan(o.Id, o.Actor, id));
        Map(commands, Verbs.Start, "Start the first copy", (o, id) => new StartCopy(o.Id, o.Actor, id));
        Map(commands, Verbs.HandOver, "Hand over", (o, id) => new HandOver(o.Id, o.Actor, id));
        Map(commands, Verbs.Resume, "Go on", (o, id) => new ResumeMigration(o.Id, o.Actor, id));
        Map(commands, Verbs.SurveyAgain, "Ask every service to look again", (o, id) => new SurveyAgain(o.Id, o.Actor, id));
        Map<ReasonBody, PauseMigration>(commands, Verbs.Pause, "Hold: passes stop within 10 s",
            (o, id, body) => new PauseMigration(o.Id, o.Actor, id, body.Reason!), body => body.Reason, body => new Check().Reason(body.Reason, 3));
        Map<ReasonBody, CancelMigration>(commands, Verbs.Cancel, "Give up before the cut-over",
            (o, id, body) => new CancelMigration(o.Id, o.Actor, id, body.Reason!), body => body.Reason, body => new Check().Reason(body.Reason));
        Map<ReasonBody, DeclineMigration>(commands, Verbs.Decline, "Record that the member leaves alone",
            (o, id, body) => new DeclineMigration(o.Id, o.Actor, id, body.Reason!), body => body.Reason, body => new Check().Reason(body.Reason));
        Map<ReasonBody, RollBackMigration>(commands, Verbs.RollBack, "Undo a cut-over",
            (o, id, body) => new RollBackMigration(o.Id, o.Actor, id, body.Reason!), body => body.Reason, body => new Check().Reason(body.Reason));
        Map<ConsentBody, ConsentToSwitch>(commands, Verbs.ConsentToSwitch, "Record the member's consent to the change of DNS",
            (o, id, body) => new ConsentToSwitch(o.Id, o.Actor, id, body.Consent!), body => body.Consent, body => new Check().Text(body.Consent, "consent", 10, 500));
        Map<KindBody, ExcludeKind>(commands, Verbs.ExcludeKind, "Leave a kind of item out",
            (o, id, body) => new ExcludeKind(o.Id, o.Actor, id, body.Kind, body.Reason!), body => body.Reason, body => new Check().Reason(body.Reason));
        Map<ApprovalBody, ApproveDifferences>(commands, Verbs.ApproveDifferences, "Approve the listed differences",
            (o, id, body) => new ApproveDifferences(o.Id, o.Actor, id, body.ItemId, body.Reason!), body => body.Reason, body => new Check().Reason(body.Reason, 3));

        commands.MapPost(Path(Verbs.CutOver), (Guid id, CutOverBody? body, HttpContext http, Caller caller, CommandDesk desk, CancellationToken token) =>
        {
            var opens = body?.OpensAt ?? desk.Now;
            var closes = body?.ClosesAt ?? opens + Window;
            var check = new Check()
                .That(closes > opens, "closesAt", "must be later than opensAt")
                .That(closes > desk.Now, "closesAt", "is past");
            return check.Refusal() is { } refusal ? Task.FromResult(refusal)
                : desk.SendAsync(
                    http, caller, id, Verbs.CutOver, "", o => new ApproveCutOver(o.Id, o.Actor, id, opens.ToUniversalTime(), closes.ToUniversalTime(), AsProposed: body is not { OpensAt: not null } and not { ClosesAt: not null }), token);
        })
        .Produces<OperationView>(StatusCodes.Status202Accepted)
        .WithSummary("Approve the cut-over in a window; a second person where DNS changes").WithTags("migrations");
    }

    static void Map<TMessage>(IEndpointRouteBuilder commands, string verb, string summary, Func<Operation, Guid, TMessage> message)
        where TMessage : class =>
        commands.MapPost(Path(verb), (Guid id, HttpContext http, Caller caller, CommandDesk desk, CancellationToken token) =>
            desk.SendAsync(http, caller, id, verb, "", o => message(o, id), token))
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary(summary).WithTags("migrations");

    static void Map<TBody, TMessage>(
        IEndpointRouteBuilder commands, string verb, string summary, Func<Operation, Guid, TBody, TMessage> message,
        Func<TBody, string?> reason, Func<TBody, Check> check)
        where TBody : class
        where TMessage : class =>
        commands.MapPost(Path(verb), (Guid id, TBody body, HttpContext http, Caller caller, CommandDesk desk, CancellationToken token) =>
            check(body).Refusal() is { } refusal
                ? Task.FromResult(refusal)
                : desk.SendAsync(http, caller, id, verb, reason(body)!, o => message(o, id, body), token))
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary(summary).WithTags("migrations");

    static string Path(string verb) => "/migrations/{id:guid}/commands/" + verb;
}
