using System.Diagnostics;

namespace Cassiopea.Vault.Access;

/// <summary>Which services may call an endpoint; empty = each service that has a token.</summary>
internal sealed record CallersAllowed(IReadOnlyList<string> Services);

/// <summary>Who calls, read from the service token before anything of the request is.</summary>
internal static class Caller
{
    private const string Item = "vault.caller";

    /// <summary>401 without a known token; 403 when <paramref name="services"/> are named and the caller is none of them.</summary>
    public static RouteHandlerBuilder RequireCaller(this RouteHandlerBuilder endpoint, params string[] services) =>
        endpoint.WithMetadata(new CallersAllowed(services));

    /// <summary>The service that calls, behind <see cref="RequireCaller"/>.</summary>
    public static string Name(HttpContext http) => http.Items[Item] as string ?? throw new UnreachableException("The endpoint does not ask who calls.");

    /// <summary>Middleware between routing and the endpoint.</summary>
    public static Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<CallersAllowed>() is not { } allowed) return next(http);
        var service = http.RequestServices.GetRequiredService<ServiceTokens>().ServiceOf(http.Request.Headers.Authorization);
        if (service is null)
        {
            http.RequestServices.GetRequiredService<ILogger<ServiceTokens>>().UnknownCaller();
            return TypedResults.Problem(statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(http);
        }

        if (allowed.Services.Count > 0 && !allowed.Services.Contains(service, StringComparer.Ordinal))
            return TypedResults.Problem(statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(http);
        http.Items[Item] = service;
        return next(http);
    }
}
