using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Bulk;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Waves;

/// <summary>
/// Waves: made, filled, started, held, given up. An act on a wave is one on many: it says first how many it concerns (428), and acts only on exactly that number.
/// </summary>
internal static class WaveEndpoints
{
    const int Most = 1000;

    public static void MapWaves(this IEndpointRouteBuilder api, IEndpointRouteBuilder commands)
    {
        api.MapGet("/waves", async (WaveQueries waves, CancellationToken token) => TypedResults.Ok(await waves.ListAsync(token)))
            .WithSummary("Waves, with how many members copy and how many are past the first copy").WithTags("waves");
        api.MapGet("/waves/{id:guid}", async (Guid id, WaveQueries waves, CancellationToken token) =>
            await waves.ShowAsync(id, token) is { } wave ? (IResult)TypedResults.Ok(wave) : Problem.NotFound())
            .Produces<WaveView>().WithSummary("A wave with its plan and its members").WithTags("waves");
        commands.MapPost("/waves", MakeAsync).Produces<WaveAsked>(StatusCodes.Status202Accepted).WithSummary("Make a wave").WithTags("waves");
        commands.MapPost("/waves/{id:guid}/plan", PlanAsync).Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Change a wave's name and plan").WithTags("waves");
        commands.MapPost("/waves/{id:guid}/members", AssignAsync)
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Put members into a wave, also one that runs, or take them out").WithTags("waves");
        Act(commands, "start", "Let a wave start its members' first copies", 0, WaveAct.Start);
        Act<PauseMigration>(commands, "pause", "Start nothing more, and hold what copies: passes stop within 10 s", 3, WaveAct.Pause, Verbs.Pause, (o, id, reason) => new PauseMigration(o.Id, o.Actor, id, reason));
        Act<ResumeMigration>(commands, "resume", "Let a wave and its held migrations go on", 0, WaveAct.Resume, Verbs.Resume, (o, id, _) => new ResumeMigration(o.Id, o.Actor, id));
        Act<CancelMigration>(commands, "cancel", "Give up a wave and its migrations that are before their cut-over", 10, WaveAct.Cancel, Verbs.Cancel, (o, id, reason) => new CancelMigration(o.Id, o.Actor, id, reason));
        commands.MapPost(Path("retry"), RetryAsync).Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Try the parked items of a wave again").WithTags("waves");
    }

    static async Task<IResult> MakeAsync(WaveBody body, HttpContext http, Caller caller, CommandDesk desk, CancellationToken token)
    {
        if (body.Check().Refusal() is { } refusal)
            return refusal;
        var operation = desk.Open(caller, Verbs.DeclareWave);
        var wave = Guid.CreateVersion7(desk.Now);
        return await desk.TakeAsync(
            http, operation, new DeclareWave(operation.Id, operation.Actor, wave, body.Name!, body.Plan), $"wave/{wave}", token, new WaveAsked(OperationView.Of(operation, []), wave));
    }

    static async Task<IResult> PlanAsync(Guid id, WaveBody body, HttpContext http, Caller caller, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        if (body.Check().Refusal() is { } refusal)
            return refusal;
        if (!await db.Waves.AnyAsync(w => w.Id == id, token))
            return Problem.NotFound();
        var operation = desk.Open(caller, Verbs.DeclareWave);
        return await desk.TakeAsync(http, operation, new DeclareWave(operation.Id, operation.Actor, id, body.Name!, body.Plan), $"wave/{id}", token);
    }

    static async Task<IResult> AssignAsync(Guid id, WaveMembersBody body, HttpContext http, Caller caller, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        var (add, remove) = (body.Add ?? [], body.Remove ?? []);
        var check = new Check().That(add.Count + remove.Count is > 0 and <= Most, "add", $"must name, with remove, 1 to {Most} members")
            .That(!add.Intersect(remove).Any(), "remove", "names a member that add names too");
        if (check.Refusal() is { } refusal)
            return refusal;
        if (!await db.Waves.AnyAsync(w => w.Id == id, token))
            return Problem.NotFound();
        var operation = desk.Open(caller, Verbs.AssignMembers);
        return await desk.TakeAsync(http, operation, new AssignMembers(operation.Id, operation.Actor, id, add, remove), $"wave/{id}", token);
    }

    static void Act(IEndpointRouteBuilder commands, string act, string summary, int reason, WaveAct what) => Act<object>(commands, act, summary, reason, what, "", null);

    static void Act<T>(
        IEndpointRouteBuilder commands, string act, string summary, int reason, WaveAct what, string verb, Func<Operation, Guid, string, T>? message)
        where T : class =>
        commands.MapPost(Path(act), async (Guid id, WaveActBody body, HttpContext http, Caller caller, GatewayContext db, WaveQueries waves, CommandDesk desk, CancellationToken token) =>
        {
            var check = new Check();
            if (reason > 0) check.Reason(body.Reason, reason);
            if (check.Refusal() is { } refusal)
                return refusal;
            if (await db.Waves.AsNoTracking().SingleOrDefaultAsync(w => w.Id == id, token) is not { } wave)
                return Problem.NotFound();
            if (!Allowed(wave.State).Contains(act))
                return Problem.Of(ProblemCode.TransitionNotAllowed, $"{act} is not allowed: the wave is {wave.State}.", allowed: Allowed(wave.State));
            var concerned = message is null ? [] : await waves.ConcernedAsync(wave, verb, token);
            if (Problem.Unconfirmed(body.ExpectedCount, message is null ? wave.Members.Count : concerned.Count, BulkBody.Most, message is null ? "members are in the wave" : "migrations of the wave allow it") is { } unconfirmed)
                return unconfirmed;
            var (whole, why) = (desk.Open(caller, $"{act}-wave"), body.Reason ?? "");
            db.Operations.Add(whole);
            var own = desk.Open(caller, $"{act}-wave", parentId: whole.Id);
            await desk.RecordAsync(own, new DecideWave(own.Id, own.Actor, id, what, why), $"wave/{id} {why}".Trim(), token);
            foreach (var migration in concerned)
            {
                var part = desk.Open(caller, verb, migration.MemberId, migration.Id, parentId: whole.Id);
                await desk.RecordAsync(part, message!(part, migration.Id, why), why, token);
            }

            return CommandDesk.Accepted(http, whole);
        })
        .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary(summary).WithTags("waves");

    static async Task<IResult> RetryAsync(
        Guid id, WaveActBody body, HttpContext http, Caller caller, GatewayContext db, WaveQueries waves, CommandDesk desk, CancellationToken token)
    {
        if (await db.Waves.AsNoTracking().SingleOrDefaultAsync(w => w.Id == id, token) is not { } wave)
            return Problem.NotFound();
        var parked = await waves.ParkedAsync(wave, token);
        if (Problem.Unconfirmed(body.ExpectedCount, parked.Count, BulkBody.Most, "items of the wave are parked") is { } unconfirmed)
            return unconfirmed;
        var whole = desk.Open(caller, "retry-wave");
        db.Operations.Add(whole);
        foreach (var (item, migration) in parked)
        {
            var part = desk.Open(caller, Verbs.Retry, migration.MemberId, migration.Id, item.Id, whole.Id);
            await desk.RecordAsync(part, new RetryItem(part.Id, part.Actor, migration.Id, item.Id), body.Reason ?? "", token);
        }

        if (parked.Count == 0)
            whole.Succeed("There was none.", whole.CreatedAt);
        return CommandDesk.Accepted(http, whole);
    }

    static IReadOnlyList<string> Allowed(WaveState state) => state switch
    {
        WaveState.Planned => ["start", "cancel"],
        WaveState.Running => ["pause", "cancel", "retry"],
        WaveState.Paused => ["resume", "cancel", "retry"],
        WaveState.Done => ["retry"],
        WaveState.Cancelled => [],
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    static string Path(string act) => "/waves/{id:guid}/commands/" + act;
}
