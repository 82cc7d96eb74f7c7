using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Cassiopea.ServiceDefaults.Vault;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Api;

/// <summary>Secrets go in and never come out (S5): the body is not buffered, not logged, not kept, and goes straight to the vault.</summary>
internal static class CredentialEndpoints
{
    public static void MapCredentials(this IEndpointRouteBuilder api)
    {
        api.MapPut("/credentials/{id:guid}", StoreAsync)
            .Accepts<CredentialBody>("application/json").WithMetadata(new RequestSizeLimitAttribute(SecretBody.LongestBody))
            .Produces(StatusCodes.Status204NoContent).WithSummary("Store or replace a secret; write-only").WithTags("credentials");

        api.MapGet("/credentials", async (GatewayContext db, string? status, int? limit, string? cursor, CancellationToken token) =>
            TypedResults.Ok(await ListAsync(db, status, PageRequest.Read(limit, cursor), token)))
            .WithSummary("Which secrets are there, whose, and for which end; status = present, absent or erased").WithTags("credentials");

        api.MapGet("/credentials/{id:guid}", async (Guid id, Caller caller, BoardQueries board, VaultClient vault, CancellationToken token) =>
        {
            if (await board.CredentialAsync(caller, id, token) is not { } row)
                return Problem.NotFound();
            var known = await vault.StatusAsync(id, token);
            return (IResult)TypedResults.Ok(StatusOf(row) with { Status = known.Status, Version = known.Version ?? 0, StoredAt = known.StoredAt });
        })
        .Produces<CredentialStatus>().WithSummary("Whether a secret is there; never what it is").WithTags("credentials");
    }

    public static CredentialStatus StatusOf(CredentialRow row) => new(
        row.Id, row.StoredAt is not null && row.ErasedAt is null ? "present" : "absent", row.Version, row.StoredAt, row.MigrationId, row.ItemId, row.Side);

    /// <summary>All credentials that an item names; never what they are.</summary>
    public static async Task<Page<CredentialLine>> ListAsync(GatewayContext db, string? status, PageRequest page, CancellationToken token)
    {
        var rows = db.Credentials.AsNoTracking().Where(c => c.ItemId != null && c.MigrationId != null);
        rows = status switch
        {
            "present" => rows.Where(c => c.StoredAt != null && c.ErasedAt == null),
            "absent" => rows.Where(c => c.StoredAt == null),
            "erased" => rows.Where(c => c.ErasedAt != null),
            _ => rows,
        };
        if (page.AfterId is { } after)
            rows = rows.Where(c => c.Id > after);
        var found = await rows.OrderBy(c => c.Id).Take(page.Limit + 1)
            .Join(db.Items, c => c.ItemId, i => i.Id, (credential, item) => new { credential, item.Kind, item.Name, item.State })
            .Join(db.Migrations, x => x.credential.MigrationId, m => m.Id, (x, m) => new { x.credential, x.Kind, x.Name, x.State, m.MemberId, m.MemberReference }).OrderBy(x => x.credential.Id).ToListAsync(token);
        return page.Of(found, x => x.credential.Id.ToString(), x => new CredentialLine(
            x.credential.Id, x.credential.ErasedAt is not null ? "erased" : x.credential.StoredAt is not null ? "present" : "absent", x.credential.Side ?? "", x.credential.StoredAt, x.credential.ErasedAt,
            x.MemberId, x.MemberReference, x.credential.ItemId!.Value, x.Kind, x.Name, x.State));
    }

    static async Task<IResult> StoreAsync(
        Guid id, HttpRequest request, Caller caller, BoardQueries board, GatewayContext db, CommandDesk desk, VaultClient vault, CancellationToken token)
    {
        if (await board.CredentialAsync(caller, id, token) is not { MemberId: { } memberId } row)
            return Problem.NotFound();
        if (caller.Role == Role.Provider && row.Side != "target")
            return Problem.Of(ProblemCode.RoleNotAllowed, "A provider stores secrets of the new place only.");
        using var body = await SecretBody.ReadAsync(request, token);
        if (!body.IsAcceptable)
            return Refused();

        switch (await vault.StoreAsync(id, memberId, body.Secret, token))
        {
            case StoreOutcome.OtherMember:
                return Problem.NotFound();
            case StoreOutcome.NotTaken:
                return Refused();
            case StoreOutcome.Stored:
            default:
                desk.Note(caller.Owner, Verbs.StoreCredential, $"credential/{id}", "");
                await db.SaveChangesAsync(token);
                return TypedResults.NoContent();
        }
    }

    static IResult Refused() =>
        new Check().That(false, "secret", $"must have 1 to {SecretBody.LongestSecret} bytes, without NUL").Refusal()!;
}

/// <summary>A credential in the list: whether it is there, and what it is for.</summary>
/// <param name="CredentialId">The credential.</param>
/// <param name="Status">present, absent or erased.</param>
/// <param name="Side">source or target.</param>
/// <param name="StoredAt">When it was stored.</param>
/// <param name="ErasedAt">When it was erased.</param>
/// <param name="MemberId">Whose.</param>
/// <param name="MemberReference">Whose.</param>
/// <param name="ItemId">Of which item.</param>
/// <param name="Kind">What that is.</param>
/// <param name="ItemName">Its name.</param>
/// <param name="ItemState">Its state.</param>
internal sealed record CredentialLine(
    Guid CredentialId, string Status, string Side, DateTimeOffset? StoredAt, DateTimeOffset? ErasedAt, Guid MemberId, string MemberReference, Guid ItemId, ItemKind Kind, string ItemName, ItemState ItemState);
