using System.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Cassiopea.ServiceDefaults;

/// <summary>
/// Logs, traces and metrics over OTLP. Where to, how and under which name: only the standard <c>OTEL_*</c> variables; without
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> nothing is registered. The providers are hosted by <c>TelemetryHosting</c>, of which there are two.
/// </summary>
internal static class TelemetrySetup
{
    private static readonly string[] Sources =
    [
        "Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "RabbitMQ.Client.Publisher", "RabbitMQ.Client.Subscriber", "MassTransit",
        "Cassiopea.*",
    ];

    private static readonly string[] Meters =
        ["Microsoft.AspNetCore.*", "System.Net.*", "System.Runtime", "Npgsql", "MassTransit", "Cassiopea.*"];

    public static void AddTelemetry(this IHostApplicationBuilder builder, string service)
    {
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return;

        // .NET 10 gives its server spans their standard attributes only with this switch off
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        builder.Services.AddTransient<IStartupFilter, ServerSpans>();
        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.SetResourceBuilder(ResourceBuilder.CreateDefault().Named(service, builder.Configuration));
            logs.IncludeFormattedMessage = true;
            logs.IncludeScopes = true;
            logs.AddOtlpExporter();
        });
        TelemetryHosting.Add(
            builder.Services,
            traces => traces.ConfigureResource(resource => resource.Named(service, builder.Configuration))
                .AddSource(Sources).AddProcessor(new IdleSpans()).AddOtlpExporter(),
            metrics => metrics.ConfigureResource(resource => resource.Named(service, builder.Configuration))
                .AddMeter(Meters).AddOtlpExporter());
    }

    private static ResourceBuilder Named(this ResourceBuilder resource, string service, IConfiguration configuration) =>
        string.IsNullOrEmpty(configuration["OTEL_SERVICE_NAME"]) ? resource.AddService(service) : resource;

    /// <summary>Polls of the database that belong to nothing (outbox, jobs, heartbeats) are not exported.</summary>
    internal sealed class IdleSpans : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.Source.Name == "Npgsql" && data.ParentId is null) data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
