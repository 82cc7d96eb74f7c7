using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Cassiopea.ServiceDefaults;

/// <summary>Hosts the providers by the SDK alone. The other variant is compiled with <c>OpenTelemetryHosting=true</c>.</summary>
internal static class TelemetryHosting
{
    private const int FlushMilliseconds = 2000;

    public static void Add(IServiceCollection services, Action<TracerProviderBuilder> traces, Action<MeterProviderBuilder> metrics)
    {
        services.AddSingleton(_ =>
        {
            var builder = Sdk.CreateTracerProviderBuilder();
            traces(builder);
            return builder.Build();
        });
        services.AddSingleton(_ =>
        {
            var builder = Sdk.CreateMeterProviderBuilder();
            metrics(builder);
            return builder.Build();
        });
        services.Insert(0, ServiceDescriptor.Singleton<IHostedService, Life>()); // first: spans of the other services' start are seen
    }

    /// <summary>Makes both exist before the first request and flushes them at the end; the container disposes them.</summary>
    private sealed class Life(TracerProvider traces, MeterProvider metrics) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            traces.ForceFlush(FlushMilliseconds);
            metrics.ForceFlush(FlushMilliseconds);
            return Task.CompletedTask;
        }
    }
}
