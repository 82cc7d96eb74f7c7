using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Cassiopea.ServiceDefaults;

/// <summary>Hosts the providers by the package OpenTelemetry.Extensions.Hosting: the variant of <c>OpenTelemetryHosting=true</c>.</summary>
internal static class TelemetryHosting
{
    public static void Add(IServiceCollection services, Action<TracerProviderBuilder> traces, Action<MeterProviderBuilder> metrics) =>
        services.AddOpenTelemetry().WithTracing(traces).WithMetrics(metrics);
}
