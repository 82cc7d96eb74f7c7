using Cassiopea.Vault.Access;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Vault.Leases;

/// <summary><c>DELETE /leases/{id}</c>: the service has no more use for it.</summary>
internal static class EndLease
{
    public static async Task<IResult> HandleAsync(Guid leaseId, HttpContext http, VaultContext db, TimeProvider time, CancellationToken token)
    {
        var service = Caller.Name(http);
        var lease = await db.Leases.SingleOrDefaultAsync(row => row.Id == leaseId && row.Service == service, token);
        if (lease is null) return TypedResults.Problem(statusCode: StatusCodes.Status404NotFound);
        lease.EndedAt ??= time.GetUtcNow();
        await db.SaveChangesAsync(token);
        return TypedResults.NoContent();
    }
}
