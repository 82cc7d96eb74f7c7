using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Bulk;

/// <summary>
/// Acts on many at once, for the API, the command line and the pages. Each first says how many it concerns (428) and acts only on exactly that number
/// (409 when it changed since). With a scope of items an act concerns single items, else whole migrations.
/// </summary>
internal static class BulkEndpoints
{
    public static void MapBulk(this IEndpointRouteBuilder commands)
    {
        Map(commands, Verbs.Start, Verbs.StartMany, "Begin the first copies of migrations that are ready", ofItems: null,
            ofMigrations: (bulk, token) => bulk.MigrationsAsync(Verbs.Start, (o, m) => new StartCopy(o.Id, o.Actor, m.Id), token));
        Map(commands, Verbs.SurveyAgain, Verbs.SurveyManyAgain, "Look again what members have", ofItems: null,
            ofMigrations: (bulk, token) => bulk.MigrationsAsync(Verbs.SurveyAgain, (o, m) => new SurveyAgain(o.Id, o.Actor, m.Id), token));
        Map(commands, Verbs.Pause, Verbs.PauseMany, "Hold migrations, or the items of a host, a kind or one; passes stop within 10 s", (bulk, token) => bulk.HoldAsync(hold: true, token),
            (bulk, token) => bulk.MigrationsAsync(Verbs.Pause, (o, m) => new PauseMigration(o.Id, o.Actor, m.Id, bulk.Reason), token), reason: 3);
        Map(commands, Verbs.Resume, Verbs.ResumeMany, "Let migrations, or items that were held, go on", (bulk, token) => bulk.HoldAsync(hold: false, token),
            (bulk, token) => bulk.MigrationsAsync(Verbs.Resume, (o, m) => new ResumeMigration(o.Id, o.Actor, m.Id), token));
        Map(commands, Verbs.Cancel, Verbs.CancelMany, "Give migrations up before their cut-over, or leave items out",
            (bulk, token) => bulk.ItemsAsync(BulkScope.Open, Verbs.Exclude, (o, i) => new ExcludeItem(o.Id, o.Actor, i.MigrationId, i.Id, bulk.Reason), token),
            (bulk, token) => bulk.MigrationsAsync(Verbs.Cancel, (o, m) => new CancelMigration(o.Id, o.Actor, m.Id, bulk.Reason), token), reason: 10);
        Map(commands, Verbs.Retry, Verbs.RetryMany, "Try parked items again: of a code, a kind, a member, a host, one, or all", RetryAsync, RetryAsync);
    }

    static Task<IResult?> RetryAsync(BulkAct bulk, CancellationToken token) =>
        bulk.ItemsAsync(BulkScope.Parked, Verbs.Retry, (o, i) => new RetryItem(o.Id, o.Actor, i.MigrationId, i.Id), token);

    static void Map(
        IEndpointRouteBuilder commands, string verb, string many, string summary, Func<BulkAct, CancellationToken, Task<IResult?>>? ofItems,
        Func<BulkAct, CancellationToken, Task<IResult?>> ofMigrations, int reason = 0) =>
        commands.MapPost("/bulk/" + verb, async (
            BulkBody body, HttpContext http, Caller caller, GatewayContext db, CommandDesk desk, ServiceOutbox<GatewayContext> outbox, CancellationToken token) =>
        {
            var check = body.Check().That(ofItems is not null || !body.OfItems, "all", $"{verb} takes all, memberId or migrations only");
            if (reason > 0) check.Reason(body.Reason, reason);
            if (check.Refusal() is { } refusal)
                return refusal;
            var bulk = new BulkAct(body, caller, db, desk, outbox, many);
            return await (body.OfItems ? ofItems! : ofMigrations)(bulk, token) ?? CommandDesk.Accepted(http, bulk.Whole);
        })
        .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary(summary).WithTags("bulk");
}

/// <summary>One act on many on its way: an operation with a part for each.</summary>
internal sealed class BulkAct(BulkBody body, Caller caller, GatewayContext db, CommandDesk desk, ServiceOutbox<GatewayContext> outbox, string many)
{
    public Operation Whole { get; } = desk.Open(caller, many, body.MemberId);

    public string Reason => body.Reason?.Trim() ?? "";

    /// <summary>A command to each migration that allows it; null when all were asked.</summary>
    public async Task<IResult?> MigrationsAsync<T>(string verb, Func<Operation, Board.MigrationRow, T> message, CancellationToken token) where T : class
    {
        var rows = await BulkScope.Allowing(db, body, verb).Take(BulkBody.Most + 1).ToListAsync(token);
        if (Unconfirmed(rows.Count) is { } unconfirmed)
            return unconfirmed;
        db.Operations.Add(Whole);
        foreach (var row in rows)
        {
            var part = desk.Open(caller, verb, row.MemberId, row.Id, parentId: Whole.Id);
            await desk.RecordAsync(part, message(part, row), Reason, token);
        }

        return End(rows.Count);
    }

    /// <summary>A command to each item in scope.</summary>
    public async Task<IResult?> ItemsAsync<T>(
        Func<GatewayContext, BulkBody, string, IQueryable<BulkItem>> scope, string verb, Func<Operation, Board.ItemRow, T> message, CancellationToken token) where T : class
    {
        var rows = await scope(db, body, verb).Take(BulkBody.Most + 1).ToListAsync(token);
        if (Unconfirmed(rows.Count) is { } unconfirmed)
            return unconfirmed;
        db.Operations.Add(Whole);
        foreach (var row in rows)
        {
            var part = desk.Open(caller, verb, row.MemberId, row.Item.MigrationId, row.Item.Id, Whole.Id);
            await desk.RecordAsync(part, message(part, row.Item), Reason.Length > 0 ? Reason : body.Code ?? "", token);
        }

        return End(rows.Count);
    }

    /// <summary>Items whose passes must not run, or may again. No saga is asked: an item that is held is late, nothing more (decision 0131).</summary>
    public async Task<IResult?> HoldAsync(bool hold, CancellationToken token)
    {
        var rows = await BulkScope.Working(db, body, held: !hold).Take(BulkBody.Most + 1).ToListAsync(token);
        if (Unconfirmed(rows.Count) is { } unconfirmed)
            return unconfirmed;
        db.Operations.Add(Whole);
        var ids = rows.ConvertAll(row => row.Item.Id);
        await db.Items.Where(item => ids.Contains(item.Id)).ExecuteUpdateAsync(set => set.SetProperty(item => item.HeldBy, hold ? caller.Owner : ""), token);
        foreach (var row in rows)
            desk.Note(Whole.Actor, hold ? "hold-item" : "release-item", $"item/{row.Item.Id}", Reason);
        if (ids.Count > 0)
            await outbox.Publish(new ItemsHeld(Whole.Id, ids, hold, desk.Now), token);
        Whole.Succeed(string.Create(CultureInfo.InvariantCulture, $"{ids.Count} items {(hold ? "are held; their passes stop within 10 s" : "go on")}."), desk.Now);
        return null;
    }

    IResult? Unconfirmed(int count) => Problem.Unconfirmed(body.ExpectedCount, count, BulkBody.Most, "match");

    IResult? End(int count)
    {
        if (count == 0)
            Whole.Succeed("There was none.", Whole.CreatedAt);
        return null;
    }
}

/// <summary>Acts that the pages offer for several migrations.</summary>
internal static class BulkVerbs
{
    public static readonly IReadOnlyList<string> OfPages = [Verbs.Start, Verbs.Pause, Verbs.Resume, Verbs.SurveyAgain];
}
