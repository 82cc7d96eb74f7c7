using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Idempotency;

/// <summary>
/// Opens the one transaction of a POST: the answer that is given, the operation, the message in the outbox. Same key and same request: the same answer.
/// Refusals change nothing and are not kept, so a refused request can be sent again under its key.
/// </summary>
internal sealed class IdempotencyFilter : IEndpointFilter
{
    public const string Header = "Idempotency-Key";
    public const string ReplayHeader = "Idempotency-Replayed";
    const int LongestKey = 200;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var key = http.Request.Headers[Header].ToString();
        if (key.Length == 0)
            return Problem.Of(ProblemCode.IdempotencyKeyMissing);
        if (key.Length > LongestKey || key.Any(c => c is < '!' or > '~'))
            return Problem.Of(ProblemCode.Malformed, $"{Header} must be 1 to {LongestKey} visible ASCII characters.");

        var token = http.RequestAborted;
        var db = http.RequestServices.GetRequiredService<GatewayContext>();
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        var caller = Caller.From(http.User) ?? throw new InvalidOperationException("an endpoint with an Idempotency-Key needs a caller");
        var fingerprint = await FingerprintAsync(http.Request, token);

        await using var transaction = await db.Database.BeginTransactionAsync(token);
        var lockName = $"idempotency/{caller.KeyId}/{key}";
        var free = await db.Database
            .SqlQuery<bool>($"select pg_try_advisory_xact_lock(hashtextextended({lockName}, 0)) as \"Value\"")
            .SingleAsync(token);
        if (!free)
            return Problem.Of(ProblemCode.IdempotencyKeyRunning);

        var now = time.GetUtcNow();
        var given = await db.GivenAnswers.AsNoTracking().FirstOrDefaultAsync(a => a.ApiKeyId == caller.KeyId && a.Key == key, token);
        if (given is not null && now - given.CreatedAt < GivenAnswer.Life)
            return CryptographicOperations.FixedTimeEquals(given.Fingerprint, fingerprint) ? Replay(http, given) : Problem.Of(ProblemCode.IdempotencyKeyReused);
        if (given is not null)
            await db.GivenAnswers.Where(a => a.ApiKeyId == caller.KeyId && a.Key == key).ExecuteDeleteAsync(token);

        var result = await next(context);
        if (Unwrap(result) is not IStatusCodeHttpResult { StatusCode: { } status and < 300 } answer)
            return result;

        var value = (answer as IValueHttpResult)?.Value;
        db.GivenAnswers.Add(new GivenAnswer
        {
            ApiKeyId = caller.KeyId,
            Key = key,
            Fingerprint = fingerprint,
            Status = status,
            Location = http.Response.Headers.Location.FirstOrDefault(),
            Body = value is null ? null : JsonSerializer.Serialize(value is IShownOnce once ? once.WithoutSecret() : value, ApiJson.Options),
            CreatedAt = now,
        });
        await db.SaveChangesAsync(token);
        await transaction.CommitAsync(token);
        return result;
    }

    static object? Unwrap(object? result) => result is INestedHttpResult nested ? nested.Result : result;

    static ContentHttpResult Replay(HttpContext http, GivenAnswer given)
    {
        http.Response.Headers[ReplayHeader] = "true";
        if (given.Location is { } location)
            http.Response.Headers.Location = location;
        return TypedResults.Content(given.Body, "application/json; charset=utf-8", Encoding.UTF8, given.Status);
    }

    static async Task<byte[]> FingerprintAsync(HttpRequest request, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n{request.Headers.IfMatch}\n"));
        if (request.HasFormContentType)
        {
            // the boundary of a form differs each time it is sent; its files do not
            foreach (var file in (await request.ReadFormAsync(token)).Files)
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{file.Name} {file.FileName} {file.Length}\n"));
                await using var content = file.OpenReadStream();
                await AppendAsync(hash, content, token);
            }
            return hash.GetHashAndReset();
        }
        request.Body.Position = 0;
        await AppendAsync(hash, request.Body, token);
        return hash.GetHashAndReset();
    }

    static async Task AppendAsync(IncrementalHash hash, Stream content, CancellationToken token)
    {
        var buffer = new byte[16 * 1024];
        for (int read; (read = await content.ReadAsync(buffer, token)) > 0;)
            hash.AppendData(buffer, 0, read);
    }
}

/// <summary>An answer that holds something which is shown once and never kept.</summary>
internal interface IShownOnce
{
    object WithoutSecret();
}
