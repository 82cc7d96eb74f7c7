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
    public static void MapCredentials(this IEndpointRouteBuilder api)
    {
        api.MapPut("/credentials/{id:guid}", StoreAsync)
            .Accepts<CredentialBody>("application/json").WithMetadata(new RequestSizeLimitAttribute(SecretBody.LongestBody))
            .Produces(StatusCodes.Status204NoContent).WithSummary("Store or replace a secret; write-only").WithTags("credentials");

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
