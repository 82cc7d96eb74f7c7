using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cassiopea.ServiceDefaults;
using Cassiopea.Vault.Access;
using Cassiopea.Vault.Credentials;
using Cassiopea.Vault.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Vault.Leases;

/// <summary>For which job and what.</summary>
internal sealed record LeaseRequest(Guid CredentialId, Guid JobId, string? Purpose);

/// <summary><c>POST /leases</c>: the only way by which a secret leaves the vault, to a service that holds a grant; each one is audited.</summary>
internal static partial class LeaseCredential
{
    public static async Task<IResult> HandleAsync(
        LeaseRequest request, HttpContext http, VaultContext db, DataKeys keys, IOptions<VaultOptions> options, TimeProvider time,
        ILogger<Lease> log, CancellationToken token)
    {
        if (request.CredentialId == Guid.Empty || request.JobId == Guid.Empty || request.Purpose is not { } purpose || !Purpose().IsMatch(purpose))
            return TypedResults.Problem("Send credentialId, jobId and a purpose in kebab-case of at most 64 characters.", statusCode: StatusCodes.Status400BadRequest);
        var service = Caller.Name(http);
        var now = time.GetUtcNow();
        var grant = await db.Grants
            .Where(row => row.CredentialId == request.CredentialId && row.Service == service && row.Until > now)
            .OrderByDescending(row => row.Until)
            .FirstOrDefaultAsync(token);
        var credential = await db.Credentials.AsNoTracking().SingleOrDefaultAsync(row => row.Id == request.CredentialId, token);
        if (grant is null || (credential is not null && credential.MemberId != grant.MemberId))
        {
            log.LeaseRefused(service, request.CredentialId);
            return TypedResults.Problem(statusCode: StatusCodes.Status403Forbidden);
        }

        if (credential is null) return Absent();
        var name = Envelope.NameOfSecret(credential.MemberId, credential.Id, Credential.Field, credential.Version);
        var secret = await keys.OpenAsync(credential.DataKeyId, name, credential.Sealed, token);
        if (secret is null) return Absent();
        try
        {
            var lease = new Lease
            {
                Id = Guid.CreateVersion7(),
                CredentialId = credential.Id,
                Service = service,
                JobId = request.JobId,
                Purpose = purpose,
                IssuedAt = now,
                ExpiresAt = Earlier(now + options.Value.LeaseLife, grant.Until),
            };
            db.Leases.Add(lease);
            db.Audit(service, "lease-credential", $"credential/{credential.Id}", string.Create(CultureInfo.InvariantCulture, $"{purpose} of job {lease.JobId}, version {credential.Version}, lease {lease.Id}"));
            await db.SaveChangesAsync(token);
            await WriteAsync(http.Response, lease, secret, token);
            return TypedResults.Empty;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    internal static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Absent() => TypedResults.Problem(statusCode: StatusCodes.Status404NotFound);

    // written by hand, so that no string and no serializer's buffer holds the secret; six bytes per byte is JSON's longest escape
    private static async Task WriteAsync(HttpResponse response, Lease lease, byte[] secret, CancellationToken token)
    {
        var buffer = new ArrayBufferWriter<byte>(secret.Length * 6 + 512);
        try
        {
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WriteString("leaseId", lease.Id);
                json.WriteString("secret", secret);
                json.WriteString("expiresAt", lease.ExpiresAt);
                json.WriteEndObject();
            }

            response.StatusCode = StatusCodes.Status201Created;
            response.ContentType = "application/json";
            response.ContentLength = buffer.WrittenCount;
            response.Headers.CacheControl = "no-store";
            await response.Body.WriteAsync(buffer.WrittenMemory, token);
        }
        finally
        {
            buffer.Clear();
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,63}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Purpose();
}
