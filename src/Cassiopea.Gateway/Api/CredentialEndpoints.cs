using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Cassiopea.ServiceDefaults.Vault;
using Microsoft.AspNetCore.Mvc;

namespace Cassiopea.Gateway.Api;

/// <summary>Secrets go in and never come out (S5): the body is not buffered, not logged, not kept, and goes straight to the vault.</summary>
internal static class CredentialEndpoints
{
    const int LongestSecret = 1024;

    public static void MapCredentials(this IEndpointRouteBuilder api)
    {
        api.MapPut("/credentials/{id:guid}", StoreAsync).WithMetadata(new RequestSizeLimitAttribute(8 * 1024))
            .Produces(StatusCodes.Status204NoContent).WithSummary("Store or replace a secret; write-only").WithTags("credentials");

        api.MapGet("/credentials/{id:guid}", async (Guid id, Caller caller, BoardQueries board, VaultClient vault, CancellationToken token) =>
        {
            if (await board.CredentialAsync(caller, id, token) is not { } row)
                return Problem.NotFound();
            var status = await vault.StatusAsync(id, token);
            return (IResult)TypedResults.Ok(StatusOf(row) with { Status = status.Status, Version = status.Version, StoredAt = status.StoredAt });
        })
        .Produces<CredentialStatus>().WithSummary("Whether a secret is there; never what it is").WithTags("credentials");
    }

    public static CredentialStatus StatusOf(CredentialRow row) => new(
        row.Id, row.StoredAt is not null && row.ErasedAt is null ? "present" : "absent", row.Version, row.StoredAt, row.MigrationId, row.ItemId, row.Side);

    static async Task<IResult> StoreAsync(
        Guid id, CredentialBody body, Caller caller, BoardQueries board, GatewayContext db, CommandDesk desk, VaultClient vault,
        CancellationToken token)
    {
        if (await board.CredentialAsync(caller, id, token) is not { MemberId: { } memberId } row)
            return Problem.NotFound();
        if (caller.Role == Role.Provider && row.Side != "target")
            return Problem.Of(ProblemCode.RoleNotAllowed, "A provider stores secrets of the new place only.");
        var check = new Check().That(
            body.Secret is { Length: >= 1 and <= LongestSecret } && !body.Secret.Any(char.IsControl), "secret",
            $"must have 1 to {LongestSecret} characters, without control characters");
        if (check.Refusal() is { } refusal)
            return refusal;
        await vault.StoreAsync(id, memberId, body.Secret!, token);
        desk.Note(caller.Owner, Verbs.StoreCredential, $"credential/{id}", "");
        await db.SaveChangesAsync(token);
        return TypedResults.NoContent();
    }
}
