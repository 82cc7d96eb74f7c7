using Cassiopea.Vault.Access;

namespace Cassiopea.Vault.RotateMasterKey;

/// <summary><c>POST /master-key/rotation</c>, by an operator: answers when the old version is destroyed; 409 when a rotation is under way.</summary>
internal static class RotateMasterKeyEndpoint
{
    public static async Task<IResult> HandleAsync(HttpContext http, MasterKeyRotation rotation, CancellationToken token) =>
        await rotation.RunAsync(Caller.Name(http), token) is { } done
            ? TypedResults.Ok(done)
            : TypedResults.Problem("A rotation is under way; it finishes by itself.", statusCode: StatusCodes.Status409Conflict);
}
