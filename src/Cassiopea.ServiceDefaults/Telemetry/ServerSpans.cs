using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Cassiopea.ServiceDefaults;

/// <summary>ASP.NET Core 10 leaves its server span without route, status and good name: completes it, and leaves the probes out.</summary>
internal sealed class ServerSpans : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(CompleteAsync);
        next(app);
    };

    internal static async Task CompleteAsync(HttpContext context, RequestDelegate next)
    {
        var span = context.Features.Get<IHttpActivityFeature>()?.Activity;
        if (span is null || !span.IsAllDataRequested)
        {
            await next(context);
            return;
        }

        if (context.Request.Path == "/health" || context.Request.Path == "/alive")
        {
            span.IsAllDataRequested = false;
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            await next(context);
            return;
        }

        span.SetTag("http.request.method", context.Request.Method);
        span.SetTag("url.scheme", context.Request.Scheme);
        span.SetTag("server.address", context.Request.Host.Host);
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(context);
            status = context.Response.StatusCode;
        }
        catch (Exception e)
        {
            span.AddException(e);
            throw;
        }
        finally
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
            span.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
            if (route is not null) span.SetTag("http.route", route);

            // a one-time link is a secret: its route is told instead
            span.SetTag("url.path", route?.Contains("{secret", StringComparison.Ordinal) == true ? route : context.Request.Path.Value);
            span.SetTag("http.response.status_code", status);
            if (status >= StatusCodes.Status500InternalServerError) span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
