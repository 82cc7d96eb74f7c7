using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Api;

internal static class ItemEndpoints
{
    static readonly string[] Protocols = ["imap", "pop3", "ftp", "sftp", "mysql", "sympa"];

    public static void MapItems(this IEndpointRouteBuilder api, IEndpointRouteBuilder commands)
    {
        api.MapGet("/migrations/{id:guid}/items", async (
            Guid id, Caller caller, BoardQueries board, ItemKind? kind, ItemState? state, int? limit, string? cursor, CancellationToken token) =>
            await board.MigrationAsync(caller, id, token) is null ? Problem.NotFound()
                : (IResult)TypedResults.Ok(await board.ItemsAsync(id, new ItemFilter(kind, state), PageRequest.Read(limit, cursor), token)))
            .Produces<Page<ItemView>>().WithSummary("Items of a migration").WithTags("items");

        api.MapGet("/items", async (
            Caller caller, BoardQueries board, ItemKind? kind, ItemState? state, string? failure, int? limit, string? cursor, CancellationToken token) =>
            TypedResults.Ok(await board.AllItemsAsync(caller, new ItemFilter(kind, state, failure), PageRequest.Read(limit, cursor), token)))
            .WithSummary("Items of all migrations; failure = a failure code").WithTags("items");

        api.MapGet("/items/{id:guid}", async (Guid id, HttpContext http, Caller caller, BoardQueries board, CancellationToken token) =>
            await board.ItemAsync(caller, id, token) is not { } item ? Problem.NotFound()
                : ETags.IsKnown(http, $"\"{item.Version}.{item.Progress?.AsOf.UtcTicks ?? 0}\"") ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
                : (IResult)TypedResults.Ok(item))
            .Produces<ItemView>().WithSummary("One item").WithTags("items");

        commands.MapPost("/migrations/{id:guid}/items", DeclareAsync)
            .Produces<DeclaredItem>(StatusCodes.Status202Accepted).WithSummary("Declare an item, or complete one that was found").WithTags("items");

        commands.MapPost("/items/{id:guid}/commands/retry", (Guid id, HttpContext http, Caller caller, CommandDesk desk, CancellationToken token) =>
            desk.SendToItemAsync(http, caller, id, Verbs.Retry, "", (o, item) => new RetryItem(o.Id, o.Actor, item.MigrationId, item.Id), token))
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Try a parked item again").WithTags("items");

        commands.MapPost("/items/{id:guid}/commands/exclude", (
            Guid id, ReasonBody body, HttpContext http, Caller caller, CommandDesk desk, CancellationToken token) =>
            new Check().Reason(body.Reason).Refusal() is { } refusal ? Task.FromResult(refusal)
                : desk.SendToItemAsync(
                    http, caller, id, Verbs.Exclude, body.Reason!, (o, item) => new ExcludeItem(o.Id, o.Actor, item.MigrationId, item.Id, body.Reason!), token))
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Leave an item out").WithTags("items");

        commands.MapPost("/items/{id:guid}/commands/record-rung", RecordRungAsync)
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Record a rung of the ladder of rights over a domain").WithTags("items");
    }

    /// <summary>The domains service decides; what it cannot know, whether the sites are verified at the new host, the board tells it.</summary>
    static async Task<IResult> RecordRungAsync(
        Guid id, RungBody body, HttpContext http, Caller caller, BoardQueries board, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        if (await db.Items.AsNoTracking().FirstOrDefaultAsync(i => i.Id == id, token) is not { } item || await board.MigrationAsync(caller, item.MigrationId, token) is not { } migration)
            return Problem.NotFound();
        var check = new Check()
            .That(item.Kind == ItemKind.Domain, "id", "must be a domain")
            .That(Enum.IsDefined(body.Rung), "rung", "must be a rung of the ladder")
            .That((body.Note?.Length ?? 0) <= 500, "note", "must have at most 500 characters")
            .That((body.Custodian?.Length ?? 0) <= 200, "custodian", "must have at most 200 characters");
        if (check.Refusal() is { } refusal)
            return refusal;
        var sites = await db.Items.AsNoTracking().Where(i => i.MigrationId == item.MigrationId && i.Kind == ItemKind.Site && i.State != ItemState.Excluded).Select(i => i.State).ToListAsync(token);
        var verified = sites.TrueForAll(static state => state is ItemState.InSync or ItemState.CutOver or ItemState.Done or ItemState.DoneWithExceptions);
        if (WhyNoRung(item.Arrangement?.Rights, body, verified) is { } why)
            return Problem.Of(ProblemCode.TransitionNotAllowed, why, allowed: item.Arrangement?.Rights?.Next is { } next ? [next.ToString()] : []);
        var operation = desk.Open(caller, Verbs.RecordRung, migration.MemberId, item.MigrationId, id);
        return await desk.TakeAsync(
            http, operation, new RecordRung(operation.Id, operation.Actor, item.MigrationId, id, body.Rung, body.Outcome, body.Note ?? "", verified, body.Custodian), body.Note ?? "", token);
    }

    /// <summary>What the board knows to be too early; the domains service has the last word.</summary>
    static string? WhyNoRung(DomainRights? rights, RungBody body, bool sitesVerified) => (rights, body) switch
    {
        ({ State: RightsState.Recovered }, _) => "The owner has the rights: the ladder is at its end.",
        ({ State: RightsState.Open, Next: { } next }, _) when body.Rung > next => $"{next} comes before {body.Rung} and is not recorded yet.",
        ({ }, { Rung: RecoveryRung.NameServersOnly, Outcome: RungOutcome.Done }) when !sitesVerified => "The site is not verified at the new host yet: the name servers would lead visitors nowhere.",
        ({ State: RightsState.NotOurs }, { Rung: RecoveryRung.NameServersOnly, Outcome: RungOutcome.Done }) => "The domain is not in our account any more: we cannot change its name servers.",
        _ => null,
    };

    static async Task<IResult> DeclareAsync(
        Guid id, ItemBody body, HttpContext http, Caller caller, BoardQueries board, GatewayContext db, CommandDesk desk, CredentialBook credentials,
        CancellationToken token)
    {
        if (await board.MigrationAsync(caller, id, token) is not { } migration)
            return await desk.IsAskedAsync(caller, id, token)
                ? Problem.Of(ProblemCode.TransitionNotAllowed, "The migration was asked for and is not there yet.", allowed: [])
                : Problem.NotFound();
        if (await desk.ForbidsAsync(migration, Verbs.Declare, token) is { } forbidden)
            return forbidden;
        var check = new Check().Text(body.Name, "name", 1, 320);
        Examine(check, body.Source, "source");
        Examine(check, body.Target, "target");
        if (check.Refusal() is { } refusal)
            return refusal;

        var name = body.Name!.Trim();
        var known = await db.Items.AsNoTracking().FirstOrDefaultAsync(i => i.MigrationId == id && i.Kind == body.Kind && i.Name == name, token);
        var itemId = known?.Id ?? Derive($"item|{id}|{body.Kind}|{name}");
        var source = EndOf(itemId, "source", body.Source, known?.Source);
        var target = EndOf(itemId, "target", body.Target, known?.Target);
        var operation = desk.Open(caller, Verbs.Declare, migration.MemberId, id, itemId);
        await desk.RecordAsync(operation, new DeclareItem(operation.Id, operation.Actor, id, itemId, body.Kind, name, source, target), "", token);
        await credentials.NoteAsync(migration.MemberId, id, itemId, source, target, token);
        return CommandDesk.Accepted(
            http, operation, new DeclaredItem(OperationView.Of(operation, []), itemId, source?.CredentialId, target?.CredentialId));
    }

    static void Examine(Check check, EndBody? end, string side)
    {
        if (end is null)
            return;
        check.That(Protocols.Contains(end.Protocol), $"{side}.protocol", $"must be one of {string.Join(", ", Protocols)}")
            .Text(end.Host, $"{side}.host", 1, 253)
            .That(end.Host?.Any(char.IsWhiteSpace) != true, $"{side}.host", "must have no space")
            .That(end.Port is > 0 and < 65536, $"{side}.port", "must be from 1 to 65535")
            .Text(end.Login, $"{side}.login", 1, 320)
            .That((end.Path?.Length ?? 0) <= 1024, $"{side}.path", "must have at most 1,024 characters");
    }

    // The ids follow from what they name, so that an item declared twice at once is one item. Another host or login is another
    // credential: a secret is never tried where it was not meant for.
    static Contracts.Endpoint? EndOf(Guid itemId, string side, EndBody? end, Contracts.Endpoint? known)
    {
        if (end is null)
            return known;
        var same = known is not null && known.Host == end.Host && known.Login == end.Login;
        return new Contracts.Endpoint(
            known?.EndpointId ?? Derive($"endpoint|{itemId}|{side}"),
            end.Protocol!, end.Host!, end.Port, end.Tls, end.Login!,
            same ? known!.CredentialId : Derive($"credential|{itemId}|{side}|{end.Host}|{end.Login}"),
            end.CertificatePin,
            string.IsNullOrEmpty(end.Path) ? null : end.Path);
    }

    /// <summary>A UUID of version 8 (RFC 9562 §5.8) from SHA-256.</summary>
    static Guid Derive(string text)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(text))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}

/// <summary>An item that was declared, with the references under which its secrets are stored.</summary>
internal sealed record DeclaredItem(OperationView Operation, Guid ItemId, Guid? SourceCredentialId, Guid? TargetCredentialId);
