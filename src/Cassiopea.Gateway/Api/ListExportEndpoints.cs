using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Operations;

namespace Cassiopea.Gateway.Api;

/// <summary>
/// A list leaves only after three people spoke: staff (or the member) invite the receiving host, that host asks with its own key, the member consents with
/// theirs. The access table keeps each in its part; the migration refuses every other host.
/// </summary>
internal static class ListExportEndpoints
{
    public static void MapListExports(this IEndpointRouteBuilder commands)
    {
        Map<InvitationBody, InviteHost>(commands, Verbs.InviteHost, "Invite the host that shall receive a mailing list",
            body => new Check().Text(body.Host, "host", 1, 200).Text(body.Identity, "identity", 1, 200).Text(body.Checked, "checked", 10, 500),
            body => body.Checked!,
            (o, item, caller, body) => new InviteHost(o.Id, o.Actor, item.MigrationId, item.Id, body.Host!, body.Identity!, body.Checked!, caller.Role == Role.Member));
        Map<ExportRequestBody, RequestExport>(commands, Verbs.RequestExport, "The invited host asks for a mailing list, with its own key",
            body => new Check().Text(body.Consent, "consent", 10, 1000)
                .That(body.Scope is { Count: > 0 }, "scope", "must name the parts that are asked for")
                .That(body.Sheet is not null, "sheet", "is needed: the technical sheet")
                .Text(body.Sheet?.Software, "sheet.software", 1, 100).Text(body.Sheet?.Version, "sheet.version", 1, 100).Text(body.Sheet?.Robot, "sheet.robot", 1, 255).Text(body.Sheet?.Note ?? "", "sheet.note", 0, 500),
            body => body.Consent!,
            (o, item, _, body) => new RequestExport(o.Id, o.Actor, item.MigrationId, item.Id, body.Scope!, body.Consent!,
                new HostSheet(body.Sheet!.Software!, body.Sheet.Version!, body.Sheet.Robot!, body.Sheet.Access, body.Sheet.SignsDkim, body.Sheet.RewritesForDmarc, body.Sheet.Note ?? "")));
        Map<ExportConsentBody, ConsentToExport>(commands, Verbs.ConsentToExport, "The member consents to the receiving host's request, or takes the consent back",
            body => new Check().Text(body.Words, "words", 10, 500).Text(body.Request, "request", 64, 64),
            body => body.Words!,
            (o, item, _, body) => new ConsentToExport(o.Id, o.Actor, item.MigrationId, item.Id, body.Given, body.Words!, body.Request!));
    }

    static void Map<TBody, TMessage>(
        IEndpointRouteBuilder commands, string verb, string summary, Func<TBody, Check> check, Func<TBody, string> reason, Func<Operation, ItemRow, Caller, TBody, TMessage> message)
        where TBody : class
        where TMessage : class =>
        commands.MapPost("/items/{id:guid}/commands/" + verb, (Guid id, TBody body, HttpContext http, Caller caller, CommandDesk desk, CancellationToken token) =>
            check(body).Refusal() is { } refusal
                ? Task.FromResult(refusal)
                : desk.SendToItemAsync(http, caller, id, verb, reason(body), (o, item) => message(o, item, caller, body), token))
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary(summary).WithTags("items");
}

/// <summary>The host that shall receive a list.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Identity">Owner of the key with which it signs in.</param>
/// <param name="Checked">How its identity was checked.</param>
internal sealed record InvitationBody(string? Host, string? Identity, string? Checked);

/// <summary>What the host asks for.</summary>
/// <param name="Scope">People, Archive, HeldPosts, Files; People always.</param>
/// <param name="Consent">What it undertakes, in its own words.</param>
/// <param name="Sheet">Its technical sheet.</param>
internal sealed record ExportRequestBody(IReadOnlyList<ListPart>? Scope, string? Consent, SheetBody? Sheet);

/// <summary>The technical sheet.</summary>
/// <param name="Software">For example Sympa.</param>
/// <param name="Version">For example 6.2.72.</param>
/// <param name="Robot">Domain of its lists.</param>
/// <param name="Access">Shell, Rest or Bundle.</param>
/// <param name="SignsDkim">Signs what it sends.</param>
/// <param name="RewritesForDmarc">Rewrites senders whose domain refuses forwarded mail.</param>
/// <param name="Note">What else must be known.</param>
internal sealed record SheetBody(string? Software, string? Version, string? Robot, HostAccess Access, bool SignsDkim, bool RewritesForDmarc, string? Note);

/// <summary>The member's word.</summary>
/// <param name="Given">False = taken back.</param>
/// <param name="Words">In words.</param>
/// <param name="Request">SHA-256 of the request that was read.</param>
internal sealed record ExportConsentBody(bool Given, string? Words, string? Request);
