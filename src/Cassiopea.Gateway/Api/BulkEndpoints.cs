using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Api;

/// <summary>Acts on many migrations or items at once. Each names the count that its sender saw: when it is another by now, nothing is done.</summary>
internal static class BulkEndpoints
{
    const int Most = 500;

    const string Hosts =
        """
        select e.side, coalesce(e.place ->> 'host', ''), coalesce(e.place ->> 'protocol', ''), coalesce(e.place ->> 'tls', ''), count(*)::int,
               count(*) filter (where i.state = 'Copying')::int, count(*) filter (where i.state = 'NeedsStaff')::int,
               count(*) filter (where i.state in ('InSync', 'CutOver', 'Done', 'DoneWithExceptions'))::int
        from item i cross join lateral (values ('source', i.source), ('target', i.target)) as e(side, place)
        where jsonb_typeof(e.place) = 'object' and i.state <> 'Excluded'
        group by 1, 2, 3, 4 order by 1, 5 desc, 2 limit 500
        """;

    public static void MapBulk(this IEndpointRouteBuilder api, IEndpointRouteBuilder commands)
    {
        commands.MapPost("/migrations:bulk", ActAsync)
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Start, pause, resume or survey several migrations; expectedCount must hold").WithTags("migrations");
        api.MapGet("/incidents", async (GatewayContext db, CancellationToken token) => TypedResults.Ok(await IncidentsAsync(db, token)))
            .WithSummary("Items that wait, by failure code").WithTags("incidents");
        commands.MapPost("/incidents:retry", RetryAsync)
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Try all items again that wait for one failure; expectedCount must hold").WithTags("incidents");
        api.MapGet("/hosts", async (GatewayContext db, CancellationToken token) => TypedResults.Ok(await HostsAsync(db, token)))
            .WithSummary("Servers that items come from and go to, with how many wait, copy and are done").WithTags("hosts");
    }

    public static async Task<List<IncidentView>> IncidentsAsync(GatewayContext db, CancellationToken token) =>
        await Waiting(db).GroupBy(i => i.FailureCode!).OrderByDescending(g => g.Count())
            .Select(g => new IncidentView(g.Key, g.Count(), g.Select(i => i.MigrationId).Distinct().Count(), g.Min(i => i.AsOf))).ToListAsync(token);

    public static async Task<List<HostView>> HostsAsync(GatewayContext db, CancellationToken token)
    {
        var hosts = new List<HostView>();
        await db.Database.OpenConnectionAsync(token);
        try
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = Hosts;
            await using var rows = await command.ExecuteReaderAsync(token);
            while (await rows.ReadAsync(token))
            {
                hosts.Add(new HostView(
                    rows.GetString(0), rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.GetInt32(4), rows.GetInt32(5), rows.GetInt32(6), rows.GetInt32(7)));
            }
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
        return hosts;
    }

    public static IQueryable<ItemRow> Waiting(GatewayContext db) =>
        db.Items.AsNoTracking().Where(i => i.FailureCode != null && (i.State == ItemState.NeedsStaff || i.State == ItemState.CredentialsNeeded));

    static async Task<IResult> ActAsync(BulkBody body, HttpContext http, Caller caller, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        var ids = (body.Migrations ?? []).Distinct().ToArray();
        var check = new Check()
            .That(body.Verb is Verbs.Start or Verbs.Pause or Verbs.Resume or Verbs.SurveyAgain, "verb", "must be start, pause, resume or survey-again")
            .That(ids.Length is > 0 and <= Most, "migrations", $"must name 1 to {Most} migrations")
            .That(body.Verb != Verbs.Pause || body.Reason?.Trim().Length >= 3, "reason", "is needed to pause");
        if (check.Refusal() is { } refusal)
            return refusal;
        var rows = await db.Migrations.AsNoTracking().Where(m => ids.Contains(m.Id) && m.Allowed.Contains(body.Verb!)).ToListAsync(token);
        if (rows.Count != body.ExpectedCount)
            return Changed(body.Verb!, rows.Count, body.ExpectedCount);
        var whole = desk.Open(caller, body.Verb! + "-many");
        db.Operations.Add(whole);
        foreach (var row in rows)
        {
            var part = desk.Open(caller, body.Verb!, row.MemberId, row.Id, parentId: whole.Id);
            await (body.Verb switch
            {
                Verbs.Start => desk.RecordAsync(part, new StartCopy(part.Id, part.Actor, row.Id), "", token),
                Verbs.Pause => desk.RecordAsync(part, new PauseMigration(part.Id, part.Actor, row.Id, body.Reason!), body.Reason!, token),
                Verbs.Resume => desk.RecordAsync(part, new ResumeMigration(part.Id, part.Actor, row.Id), "", token),
                _ => desk.RecordAsync(part, new SurveyAgain(part.Id, part.Actor, row.Id), "", token),
            });
        }
        return CommandDesk.Accepted(http, whole);
    }

    static async Task<IResult> RetryAsync(RetryBody body, HttpContext http, Caller caller, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        var rows = await Waiting(db).Where(i => i.FailureCode == body.Code)
            .Join(db.Migrations.Where(m => m.Allowed.Contains(Verbs.Retry)), i => i.MigrationId, m => m.Id, (item, migration) => new { item.Id, item.MigrationId, migration.MemberId })
            .OrderBy(x => x.Id).Take(Most + 1).ToListAsync(token);
        if (rows.Count != body.ExpectedCount || rows.Count > Most)
            return Changed(Verbs.Retry, rows.Count, body.ExpectedCount);
        var whole = desk.Open(caller, Verbs.Retry + "-many");
        db.Operations.Add(whole);
        foreach (var row in rows)
        {
            var part = desk.Open(caller, Verbs.Retry, row.MemberId, row.MigrationId, row.Id, whole.Id);
            await desk.RecordAsync(part, new RetryItem(part.Id, part.Actor, row.MigrationId, row.Id), body.Code ?? "", token);
        }
        return CommandDesk.Accepted(http, whole);
    }

    static IResult Changed(string verb, int now, int expected) =>
        Problem.Of(ProblemCode.TransitionNotAllowed, $"{verb}: {now} match now, {expected} were expected, at most {Most} at once. Nothing was done; look at the list again.", allowed: []);
}

/// <summary>An act on several migrations.</summary>
/// <param name="Verb">start, pause, resume or survey-again.</param>
/// <param name="Migrations">Which; those where the verb is not allowed do not count.</param>
/// <param name="ExpectedCount">How many the sender saw.</param>
/// <param name="Reason">Why; needed to pause.</param>
internal sealed record BulkBody(string? Verb, IReadOnlyList<Guid>? Migrations, int ExpectedCount, string? Reason = null);

/// <summary>Which items to try again.</summary>
/// <param name="Code">A failure code.</param>
/// <param name="ExpectedCount">How many the sender saw.</param>
internal sealed record RetryBody(string? Code, int ExpectedCount);

/// <summary>Items that wait for the same failure.</summary>
internal sealed record IncidentView(string Code, int Items, int Migrations, DateTimeOffset Oldest);

/// <summary>A server at one end.</summary>
internal sealed record HostView(string Side, string Host, string Protocol, string Tls, int Items, int Copying, int Stuck, int Done);
