using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.Vault.Access;
using Cassiopea.Vault.Keys;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Vault.Credentials;

/// <summary><c>PUT /credentials/{id}</c>: stores or replaces a secret. Nothing ever gives it back but a lease.</summary>
internal static class PutCredential
{
    public static async Task<IResult> HandleAsync(
        Guid credentialId, HttpContext http, VaultContext db, DataKeys keys, ServiceOutbox<VaultContext> outbox, TimeProvider time, CancellationToken token)
    {
        using var body = await SecretBody.ReadAsync(http.Request, token);
        if (body.Problem.Length > 0) return TypedResults.Problem(body.Problem, statusCode: StatusCodes.Status400BadRequest);
        await using var transaction = await db.Database.BeginTransactionAsync(token);
        await db.LockMemberAsync(body.MemberId, token);
        var credential = await db.Credentials.SingleOrDefaultAsync(row => row.Id == credentialId, token);
        if (credential is not null && credential.MemberId != body.MemberId)
            return TypedResults.Problem("This credential belongs to another member.", statusCode: StatusCodes.Status409Conflict);

        var caller = Caller.Name(http);
        if (credential is not null && caller != VaultOptions.Gateway && credential.StoredBy != caller)
            return TypedResults.Problem("This credential was stored by people.", statusCode: StatusCodes.Status409Conflict);

        var key = await keys.OfMemberAsync(body.MemberId, token);
        var now = time.GetUtcNow();
        var version = (credential?.Version ?? 0) + 1;
        var @sealed = keys.Seal(key, Envelope.NameOfSecret(body.MemberId, credentialId, Credential.Field, version), body.Secret);
        if (credential is null)
        {
            db.Credentials.Add(new Credential { Id = credentialId, MemberId = body.MemberId, DataKeyId = key.Id, Version = version, Sealed = @sealed, StoredAt = now, StoredBy = caller });
        }
        else
        {
            (credential.DataKeyId, credential.Version, credential.Sealed, credential.StoredAt, credential.StoredBy) = (key.Id, version, @sealed, now, caller);
        }

        db.Audit(caller, "store-credential", $"credential/{credentialId}", string.Create(CultureInfo.InvariantCulture, $"version {version}"));
        await outbox.Publish(new CredentialStored(credentialId, body.MemberId, version, now), token);
        await db.SaveChangesAsync(token);
        await transaction.CommitAsync(token);
        return TypedResults.NoContent();
    }
}
