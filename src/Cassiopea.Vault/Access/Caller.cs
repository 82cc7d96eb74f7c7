using System.Diagnostics;

namespace Cassiopea.Vault.Access;

/// <summary>Endpoints that only some services may call; who calls is read from the service token.</summary>
internal static class Caller
{
    private const string Item = "vault.caller";

    /// <summary>401 without a known token; 403 when <paramref name="services"/> are named and the caller is none of them.</summary>
    public static RouteHandlerBuilder RequireCaller(this RouteHandlerBuilder endpoint, params string[] services) =>
        endpoint.AddEndpointFilter((context, next) =>
        {
            var http = context.HttpContext;
            var service = http.RequestServices.GetRequiredService<ServiceTokens>().ServiceOf(http.Request.Headers.Authorization);
            if (service is null)
            {
                http.RequestServices.GetRequiredService<ILogger<ServiceTokens>>().UnknownCaller();
                return ValueTask.FromResult<object?>(TypedResults.Problem(statusCode: StatusCodes.Status401Unauthorized));
            }

            if (services.Length > 0 && !services.Contains(service, StringComparer.Ordinal))
                return ValueTask.FromResult<object?>(TypedResults.Problem(statusCode: StatusCodes.Status403Forbidden));
            http.Items[Item] = service;
            return next(context);
        });

    /// <summary>The service that calls, behind <see cref="RequireCaller"/>.</summary>
    public static string Name(HttpContext http) => http.Items[Item] as string ?? throw new UnreachableException("The endpoint does not ask who calls.");
}
