using Cassiopea.Vault.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Vault.Leases;

/// <summary>Until when a lease lasts now.</summary>
internal sealed record LeaseRenewed(DateTimeOffset ExpiresAt);

/// <summary><c>POST /leases/{id}/renew</c>: as long as the lease has not run out and its service still holds a grant.</summary>
internal static class RenewLease
{
    public static async Task<IResult> HandleAsync(
        Guid leaseId, HttpContext http, VaultContext db, IOptions<VaultOptions> options, TimeProvider time, CancellationToken token)
    {
        var service = Caller.Name(http);
        var now = time.GetUtcNow();
        var lease = await db.Leases.SingleOrDefaultAsync(row => row.Id == leaseId && row.Service == service, token);
        if (lease is null) return TypedResults.Problem(statusCode: StatusCodes.Status404NotFound);
        var until = await db.Grants
            .Where(row => row.CredentialId == lease.CredentialId && row.Service == service && row.Until > now)
            .MaxAsync(row => (DateTimeOffset?)row.Until, token);
        if (until is null || lease.EndedAt is not null || lease.ExpiresAt <= now) return TypedResults.Problem(statusCode: StatusCodes.Status403Forbidden);
        lease.ExpiresAt = LeaseCredential.Earlier(now + options.Value.LeaseLife, until.Value);
        await db.SaveChangesAsync(token);
        return TypedResults.Ok(new LeaseRenewed(lease.ExpiresAt));
    }
}
