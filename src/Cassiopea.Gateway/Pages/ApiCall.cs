using System.Globalization;
using System.Text.Json;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Idempotency;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Pages;

/// <summary>
/// What a page does, it does through the API's own endpoint, in this process: the same checks, the same audit, the same idempotency, and nothing that a
/// program could not do. The form brings its Idempotency-Key, so a form sent twice acts once.
/// </summary>
internal sealed class ApiCall(EndpointDataSource endpoints, IServiceScopeFactory scopes, Visit visit, GatewayContext db)
{
    public const string KeyField = "cle";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(60);

    public Task<ApiAnswer> PostAsync(string pattern, object? values, object? body, CancellationToken token) => SendAsync("POST", pattern, values, body, token);

    /// <summary>Calls the endpoint, then waits a moment for the operation's end, so that the next page already shows it.</summary>
    public async Task<ApiAnswer> SendAsync(string method, string pattern, object? values, object? body, CancellationToken token)
    {
        var outer = visit.Http;
        var caller = visit.Caller ?? throw new InvalidOperationException("a page acts for somebody");
        var row = AccessTable.For(method, "/api/v1" + pattern);
        if (!row.Roles.HasFlag(caller.Role) || !caller.Scopes.Contains(row.Scope))
            return new ApiAnswer(StatusCodes.Status403Forbidden, default);
        var endpoint = endpoints.Endpoints.OfType<RouteEndpoint>().First(e =>
            e.RoutePattern.RawText == row.Pattern && e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(method) == true);

        await using var scope = scopes.CreateAsyncScope();
        var inner = new DefaultHttpContext { RequestServices = scope.ServiceProvider, User = outer.User, RequestAborted = token };
        inner.Connection.RemoteIpAddress = outer.Connection.RemoteIpAddress;
        inner.SetEndpoint(endpoint);
        foreach (var (name, value) in new RouteValueDictionary(values))
            inner.Request.RouteValues[name] = Convert.ToString(value, CultureInfo.InvariantCulture);
        (inner.Request.Method, inner.Request.Scheme, inner.Request.Host) = (method, outer.Request.Scheme, outer.Request.Host);
        inner.Request.Path = PathOf(row.Pattern, inner.Request.RouteValues);
        inner.Request.Headers.Accept = "application/json";
        if (HttpMethods.IsPost(method))
            inner.Request.Headers[IdempotencyFilter.Header] = visit.Typed?[KeyField].ToString() is { Length: > 0 } key ? key : Guid.NewGuid().ToString();
        var json = JsonSerializer.SerializeToUtf8Bytes(body ?? new object(), ApiJson.Options);
        (inner.Request.Body, inner.Request.ContentType, inner.Request.ContentLength) = (new MemoryStream(json), "application/json", json.Length);
        inner.Features.Set<IHttpRequestBodyDetectionFeature>(new HasBody());
        using var answer = new MemoryStream();
        inner.Response.Body = answer;
        try
        {
            await endpoint.RequestDelegate!(inner);
        }
        catch (BadHttpRequestException bad)
        {
            return new ApiAnswer(ProblemCode.ForStatus(bad.StatusCode).Status, default);
        }
        var said = answer.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(answer.ToArray());
        var result = new ApiAnswer(inner.Response.StatusCode, said);
        return inner.Response.StatusCode == StatusCodes.Status202Accepted && result.OperationId is { } operation ? await EndAsync(result, operation, token) : result;
    }

    async Task<ApiAnswer> EndAsync(ApiAnswer accepted, Guid operationId, CancellationToken token)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            var operation = await db.Operations.AsNoTracking().FirstOrDefaultAsync(o => o.Id == operationId, token);
            if (operation is { State: OperationState.Refused })
                return accepted with { Status = StatusCodes.Status409Conflict, Refused = operation.Code, Detail = operation.Detail };
            if (operation is { State: OperationState.Succeeded })
                return accepted with { Detail = operation.Detail };
            await Task.Delay(Pace, TimeProvider.System, token);
        }
        return accepted with { Pending = true };
    }

    sealed class HasBody : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => true;
    }

    static string PathOf(string pattern, RouteValueDictionary values)
    {
        foreach (var (name, value) in values)
            pattern = pattern.Replace($"{{{name}:guid}}", Convert.ToString(value, CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace($"{{{name}}}", Convert.ToString(value, CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return pattern;
    }
}

/// <summary>What the API answered.</summary>
/// <param name="Status">HTTP status; 409 also when the operation was refused a moment later.</param>
/// <param name="Body">JSON; undefined when there is none.</param>
/// <param name="Refused">The operation's code.</param>
/// <param name="Detail">What it did or why not, in English.</param>
/// <param name="Pending">Taken, and not ended yet.</param>
internal sealed record ApiAnswer(int Status, JsonElement Body, string Refused = "", string Detail = "", bool Pending = false)
{
    public bool IsFine => Status is >= 200 and < 300;

    public Guid? OperationId =>
        Body.ValueKind != JsonValueKind.Object ? null
        : Body.TryGetProperty("operation", out var operation) && operation.TryGetProperty("id", out var inner) ? inner.GetGuid()
        : Body.TryGetProperty("id", out var id) && Body.TryGetProperty("verb", out _) ? id.GetGuid()
        : null;

    /// <summary>The problem's or the operation's stable code.</summary>
    public string Code => Refused.Length > 0 ? Refused
        : Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("code", out var code) && code.GetString() is { } text ? text
        : ProblemCode.ForStatus(Status).Code;

    /// <summary>What is to be corrected, in the reader's language: by field where there is a text for it, else by code, else what the API said.</summary>
    public IReadOnlyList<FieldError> Errors(Visit visit)
    {
        var errors = new List<FieldError>();
        if (Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("errors", out var fields) && fields.ValueKind == JsonValueKind.Object)
            errors.AddRange(fields.EnumerateObject().Select(f => new FieldError(f.Name, Words.Find(visit.Language, "field." + f.Name) ?? visit.With("error.field", f.Name))));
        if (errors.Count == 0)
            errors.Add(new FieldError("", Words.Find(visit.Language, "problem." + Code) ?? visit.With("error.other", Code)));
        return errors;
    }
}
