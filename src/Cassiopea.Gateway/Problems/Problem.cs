using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cassiopea.Gateway.Problems;

/// <summary>Problem answers (RFC 9457): <c>type</c>, <c>title</c>, <c>status</c>, <c>detail</c>, <c>code</c>, <c>traceId</c>, and where they apply <c>errors</c> and <c>allowedTransitions</c>.</summary>
internal static class Problem
{
    public static ProblemHttpResult Of(
        ProblemCode problem,
        string? detail = null,
        IReadOnlyDictionary<string, string[]>? errors = null,
        IReadOnlyList<string>? allowed = null)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = problem.Code };
        if (errors is { Count: > 0 })
            extensions["errors"] = errors;
        if (allowed is not null)
            extensions["allowedTransitions"] = allowed;
        return TypedResults.Problem(detail: detail, statusCode: problem.Status, type: problem.Type, extensions: extensions);
    }

    public static ProblemHttpResult NotFound() => Of(ProblemCode.NotFound);

    /// <summary>An act on many acts on exactly the number that its sender saw: 428 with the number when none was named, 409 when it is another; null when it may go on.</summary>
    /// <param name="expected">What the sender saw.</param>
    /// <param name="count">What there is.</param>
    /// <param name="most">How many it may concern at once.</param>
    /// <param name="what">What is counted, in English, for the answer.</param>
    public static ProblemHttpResult? Unconfirmed(int? expected, int count, int most, string what)
    {
        var told = FormattableString.Invariant($"{count} {what} now; at most {most} at once.");
        return expected is not { } seen ? Of(ProblemCode.CountMissing, told)
            : seen != count || count > most ? Of(ProblemCode.CountChanged, told)
            : null;
    }

    /// <summary>Completes every problem, ours or the framework's, before it is written.</summary>
    public static void Complete(ProblemDetailsContext context)
    {
        var http = context.HttpContext;
        var details = context.ProblemDetails;
        var code = details.Extensions.TryGetValue("code", out var named) && ProblemCode.TryFind(named as string ?? "", out var ours)
            ? ours
            : http.Items[typeof(ProblemCode)] as ProblemCode ?? ProblemCode.ForStatus(details.Status ?? http.Response.StatusCode);
        details.Type = code.Type;
        details.Title = code.Code.Replace('-', ' ');
        var sentence = PrefersFrench(http) ? code.French : code.English;
        details.Detail = details.Detail is { Length: > 0 } said && named is not null ? said + " " + sentence : sentence;
        details.Instance = null;
        details.Extensions["code"] = code.Code;
        details.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
        if (code.Status is 503 && !http.Response.Headers.ContainsKey("Retry-After"))
            http.Response.Headers.RetryAfter = "5";
        if (code == ProblemCode.IdempotencyKeyRunning)
            http.Response.Headers.RetryAfter = "1";
        http.Response.Headers.CacheControl = "no-store";
    }

    static bool PrefersFrench(HttpContext http) =>
        http.Request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => language.Value.ToString())
            .FirstOrDefault(language => language.StartsWith("fr", StringComparison.OrdinalIgnoreCase) || language.StartsWith("en", StringComparison.OrdinalIgnoreCase))
            ?.StartsWith("fr", StringComparison.OrdinalIgnoreCase) ?? false;
}
