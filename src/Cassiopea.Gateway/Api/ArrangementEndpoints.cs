using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Operations;

namespace Cassiopea.Gateway.Api;

/// <summary>What people decide about one item beside its two ends.</summary>
internal static class ArrangementEndpoints
{
    public static void MapArrangements(this IEndpointRouteBuilder commands)
    {
        Map<StrategyBody, ChooseStrategy>(commands, Verbs.ChooseStrategy, "Choose what happens to a mailbox's messages",
            body => new Check()
                .That(Enum.IsDefined(body.Strategy), "strategy", "must be one strategy")
                .That(body.Strategy != MailboxStrategy.ArchiveOlder || body.OnlineSince is not null, "onlineSince", "is needed with ArchiveOlder"),
            _ => "",
            (o, item, body) => new ChooseStrategy(o.Id, o.Actor, item.MigrationId, item.Id, body.Strategy, body.OnlineSince?.ToUniversalTime()));
        Map<HostBody, EntrustItem>(commands, Verbs.Entrust, "Let the new host's own people move an item",
            body => new Check().Text(body.Host, "host", 1, 200).Text(body.Consent, "consent", 10, 500),
            body => body.Consent!,
            (o, item, body) => new EntrustItem(o.Id, o.Actor, item.MigrationId, item.Id, body.Host!, body.Consent!, body.DueAt.ToUniversalTime()));
        Map<NoteBody, ReportMoved>(commands, Verbs.ReportMoved, "The new host says that it has moved an item",
            body => new Check().Text(body.Note ?? "", "note", 0, 500),
            body => body.Note ?? "",
            (o, item, body) => new ReportMoved(o.Id, o.Actor, item.MigrationId, item.Id, body.Note ?? ""));
        Map<ReasonBody, TakeBackItem>(commands, Verbs.TakeBack, "Move an item ourselves after all",
            body => new Check().Reason(body.Reason),
            body => body.Reason!,
            (o, item, body) => new TakeBackItem(o.Id, o.Actor, item.MigrationId, item.Id, body.Reason!));
        Map<StatisticsBody, AnswerStatistics>(commands, Verbs.AnswerStatistics, "Say whether a site's visit statistics are needed, for example for the subsidising authority",
            body => new Check().That(body.Wanted is not null, "wanted", "is needed: true or false").Text(body.Page ?? "", "page", 0, 300)
                .That(body.Page is not { Length: > 0 } page || (page[0] == '/' && !page.StartsWith("//", StringComparison.Ordinal)), "page", "is a path of this site and begins with one /, for example /stats/"),
            _ => "",
            (o, item, body) => new AnswerStatistics(o.Id, o.Actor, item.MigrationId, item.Id, body.Wanted!.Value, body.Page ?? ""));
        Map<BackupBody, AcceptBackup>(commands, Verbs.AcceptBackup, "Take the backup that a site's own program made instead of access to its database",
            body => new Check().That(body.SiteId is not null, "siteId", "is needed").Reason(body.Reason),
            body => body.Reason!,
            (o, item, body) => new AcceptBackup(o.Id, o.Actor, item.MigrationId, item.Id, body.SiteId!.Value, body.Reason!));
        commands.MapPost(Path(Verbs.RequestArchive), (Guid id, HttpContext http, Caller caller, CommandDesk desk, CancellationToken token) =>
            desk.SendToItemAsync(http, caller, id, Verbs.RequestArchive, "", (o, item) => new RequestArchive(o.Id, o.Actor, item.MigrationId, item.Id), token))
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Ask for an archive of a site as it is now").WithTags("items");
        Map<PathsBody, MapPaths>(commands, Verbs.MapPaths, "Tell which paths and addresses of a site become which at the new place",
            body => new Check().That(body.Paths is { Count: <= 20 } && body.Paths.All(p => p is { From.Length: > 1, To: not null }), "paths", "is needed: at most 20, each with from and to"),
            _ => "",
            (o, item, body) => new MapPaths(o.Id, o.Actor, item.MigrationId, item.Id, body.Paths!));
        commands.MapPost(Path(Verbs.Archive), (Guid id, HttpContext http, Caller caller, CommandDesk desk, CancellationToken token) =>
            desk.SendToItemAsync(http, caller, id, Verbs.Archive, "", (o, item) => new ArchiveItem(o.Id, o.Actor, item.MigrationId, item.Id), token))
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Put a mailbox into its archive now; open dues do not matter").WithTags("items");
        commands.MapPost(Path(Verbs.ConfirmLastFetch), (Guid id, HttpContext http, Caller caller, CommandDesk desk, CancellationToken token) =>
            desk.SendToItemAsync(http, caller, id, Verbs.ConfirmLastFetch, "", (o, item) => new ConfirmLastFetch(o.Id, o.Actor, item.MigrationId, item.Id), token))
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Confirm the last fetch by POP3").WithTags("items");
    }

    static void Map<TBody, TMessage>(
        IEndpointRouteBuilder commands, string verb, string summary, Func<TBody, Check> check, Func<TBody, string> reason, Func<Operation, ItemRow, TBody, TMessage> message)
        where TBody : class
        where TMessage : class =>
        commands.MapPost(Path(verb), (Guid id, TBody body, HttpContext http, Caller caller, CommandDesk desk, CancellationToken token) =>
            check(body).Refusal() is { } refusal
                ? Task.FromResult(refusal)
                : desk.SendToItemAsync(http, caller, id, verb, reason(body), (o, item) => message(o, item, body), token))
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary(summary).WithTags("items");

    static string Path(string verb) => "/items/{id:guid}/commands/" + verb;
}

/// <summary>What happens to a mailbox's messages.</summary>
/// <param name="Strategy">MoveAll, ArchiveOlder, StartEmpty or Drop.</param>
/// <param name="OnlineSince">With ArchiveOlder: since when messages go online.</param>
internal sealed record StrategyBody(MailboxStrategy Strategy, DateTimeOffset? OnlineSince);

/// <summary>Who moves an item instead of us.</summary>
/// <param name="Host">Name of the new host.</param>
/// <param name="Consent">The member's consent in words.</param>
/// <param name="DueAt">By when.</param>
internal sealed record HostBody(string? Host, string? Consent, DateTimeOffset DueAt);

/// <summary>Which site holds the backup.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Reason">Why the backup is taken.</param>
internal sealed record BackupBody(Guid? SiteId, string? Reason);

/// <summary>Paths and addresses that change at the new place.</summary>
/// <param name="Paths">Each with its beginning at the old and at the new place; empty = none changes.</param>
internal sealed record PathsBody(IReadOnlyList<PathMapping>? Paths);

/// <summary>Whether visit statistics are needed.</summary>
/// <param name="Wanted">False: the cut-over does not wait for them.</param>
/// <param name="Page">Path of the page that shows them, for example <c>/stats/</c>; empty = they are looked for.</param>
internal sealed record StatisticsBody(bool? Wanted, string? Page);

/// <summary>What somebody wants to say.</summary>
internal sealed record NoteBody(string? Note);
