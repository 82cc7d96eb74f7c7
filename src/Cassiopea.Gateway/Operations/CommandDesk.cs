using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Problems;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Operations;

/// <summary>
/// Takes a command in: operation row, audit row and outbox row, all in the transaction that <see cref="Idempotency.IdempotencyFilter"/> opened.
/// Refuses what the board knows to be illegal; the saga has the last word.
/// </summary>
internal sealed class CommandDesk(GatewayContext db, ServiceOutbox<GatewayContext> outbox, TimeProvider time, ILogger<CommandDesk> log)
{
    static readonly TimeSpan Moment = TimeSpan.FromSeconds(10);

    public DateTimeOffset Now => time.GetUtcNow();

    public Operation Open(Caller caller, string verb, Guid? memberId = null, Guid? migrationId = null, Guid? itemId = null, Guid? parentId = null) => new()
    {
        Id = Guid.CreateVersion7(Now),
        ParentId = parentId,
        Verb = verb,
        Actor = caller.Owner,
        KeyId = caller.KeyId,
        MemberId = memberId,
        MigrationId = migrationId,
        ItemId = itemId,
        CreatedAt = Now,
    };

    /// <summary>Records the operation and sends its message when the transaction commits.</summary>
    public async Task<IResult> TakeAsync<T>(HttpContext http, Operation operation, T message, string reason, CancellationToken token, object? answer = null)
        where T : class
    {
        await RecordAsync(operation, message, reason, token);
        return Accepted(http, operation, answer);
    }

    public async Task RecordAsync<T>(Operation operation, T message, string reason, CancellationToken token) where T : class
    {
        db.Operations.Add(operation);
        Note(operation.Actor, operation.Verb, ObjectOf(operation), reason);
        await outbox.SendCommand(message, token);
        log.OperationAsked(operation.Id, operation.Verb, operation.KeyId);
    }

    /// <summary>Adds a row to the audit chain, written with the transaction.</summary>
    public void Note(string actor, string verb, string about, string reason) => db.Audit(actor, verb, about, reason);

    public static IResult Accepted(HttpContext http, Operation operation, object? answer = null)
    {
        http.Response.Headers.Location = $"/api/v1/operations/{operation.Id}";
        return TypedResults.Json(answer ?? OperationView.Of(operation, []), ApiJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    /// <summary>A command to a migration: 404 when the caller cannot see it, 412 when it changed, 409 when the board knows that the verb is not allowed.</summary>
    public async Task<IResult> SendAsync<T>(
        HttpContext http, Caller caller, Guid migrationId, string verb, string reason, Func<Operation, T> message, CancellationToken token)
        where T : class
    {
        var migration = await db.Migrations.AsNoTracking().VisibleTo(caller).FirstOrDefaultAsync(m => m.Id == migrationId, token);
        if (migration is null)
            return await IsAskedAsync(caller, migrationId, token) ? Problem.Of(ProblemCode.TransitionNotAllowed, "The migration was asked for and is not there yet.", allowed: []) : Problem.NotFound();
        if (await ETags.RefusesAsync(http, db, migration, token) is { } refusal)
            return refusal;
        if (await ForbidsAsync(migration, verb, token) is { } forbidden)
            return forbidden;
        var operation = Open(caller, verb, migration.MemberId, migrationId);
        return await TakeAsync(http, operation, message(operation), reason, token);
    }

    /// <summary>409 with what is allowed when the board knows that a verb is not; null when it is, or when the saga must decide.</summary>
    public async Task<IResult?> ForbidsAsync(MigrationRow migration, string verb, CancellationToken token) =>
        migration.Allowed.Contains(verb) || await IsBehindAsync(migration, token)
            ? null
            : Problem.Of(
                ProblemCode.TransitionNotAllowed, $"{verb} is not allowed in {migration.State}. {migration.WaitingText}".Trim(), allowed: migration.Allowed);

    /// <summary>A command to an item, where its migration allows the verb.</summary>
    public async Task<IResult> SendToItemAsync<T>(
        HttpContext http, Caller caller, Guid itemId, string verb, string reason, Func<Operation, ItemRow, T> message, CancellationToken token)
        where T : class
    {
        var found = await db.Items.AsNoTracking()
            .Join(db.Migrations.VisibleTo(caller), i => i.MigrationId, m => m.Id, (item, migration) => new { item, migration })
            .FirstOrDefaultAsync(x => x.item.Id == itemId, token);
        if (found is null)
            return Problem.NotFound();
        if (await ForbidsAsync(found.migration, verb, token) is { } forbidden)
            return forbidden;
        var operation = Open(caller, verb, found.migration.MemberId, found.migration.Id, itemId);
        return await TakeAsync(http, operation, message(operation, found.item), reason, token);
    }

    public Task<bool> IsAskedAsync(Caller caller, Guid migrationId, CancellationToken token) =>
        db.Operations.AnyAsync(
            o => o.MigrationId == migrationId && o.Verb == Verbs.Request && o.State != OperationState.Refused
                && (caller.MemberId == null || o.MemberId == caller.MemberId), token);

    // An operation still running, or ended a moment ago and after the board last heard of the migration, may have changed what is allowed:
    // then the saga decides. Only a moment, because its answer and its event may arrive in either order.
    Task<bool> IsBehindAsync(MigrationRow migration, CancellationToken token)
    {
        var since = Now - Moment;
        return db.Operations.AnyAsync(
            o => o.MigrationId == migration.Id && o.State != OperationState.Refused
                && (o.EndedAt == null || (o.EndedAt > migration.SeenAt && o.EndedAt > since)), token);
    }

    static string ObjectOf(Operation operation) =>
        operation.ItemId is { } item ? $"item/{item}"
        : operation.MigrationId is { } migration ? $"migration/{migration}"
        : operation.MemberId is { } member ? $"member/{member}"
        : $"operation/{operation.Id}";
}
