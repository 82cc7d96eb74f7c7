using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Cassiopea.Gateway.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Cassiopea.Gateway.Access;

/// <summary>How much one caller may send (S23): requests per minute and key, bytes per body.</summary>
internal static class RequestLimits
{
    public static void AddRequestLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddOptions<Microsoft.AspNetCore.RateLimiting.RateLimiterOptions>().Configure<IOptions<GatewayOptions>>((limiter, options) =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = RefuseAsync;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => PartitionOf(http, options.Value));
        });
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<GatewayOptions>>((forwarded, options) =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.KnownIPNetworks.Clear();
            forwarded.KnownProxies.Clear();
            foreach (var proxy in options.Value.KnownProxies)
                forwarded.KnownProxies.Add(IPAddress.Parse(proxy));
        });
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = context.Configuration.GetSection(GatewayOptions.Section).Get<GatewayOptions>()?.JsonBytes
                ?? new GatewayOptions().JsonBytes;
        });
    }

    /// <summary>A POST is read twice: once for its fingerprint, once for what it says. Other bodies, secrets among them, are never buffered.</summary>
    public static void UseRequestLimits(this WebApplication app) => app.Use(async (http, next) =>
    {
        if (HttpMethods.IsPost(http.Request.Method))
        {
            var limit = http.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize
                ?? http.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value.JsonBytes;
            if (http.Request.ContentLength > limit)
                throw new BadHttpRequestException("too large", ProblemCode.TooLarge.Status);
            http.Request.EnableBuffering(bufferThreshold: 64 * 1024, limit);
            http.Features.Set<IFormFeature>(new FormFeature(http.Request, new FormOptions { MultipartBodyLengthLimit = limit }));
        }
        http.Response.Headers.XContentTypeOptions = "nosniff";
        await next();
    });

    static RateLimitPartition<string> PartitionOf(HttpContext http, GatewayOptions options)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<AccessRow>() is null)
            return RateLimitPartition.GetNoLimiter("");
        var caller = Caller.From(http.User);
        return caller is not null
            ? Window(caller.KeyId.ToString(), options.RequestsPerMinute)
            : Window(http.Connection.RemoteIpAddress?.ToString() ?? "unknown", options.AnonymousRequestsPerMinute);
    }

    static RateLimitPartition<string> Window(string name, int permits) => RateLimitPartition.GetFixedWindowLimiter(
        name, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 });

    static ValueTask RefuseAsync(Microsoft.AspNetCore.RateLimiting.OnRejectedContext context, CancellationToken token)
    {
        var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMinutes(1);
        context.HttpContext.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return ValueTask.CompletedTask;
    }
}
