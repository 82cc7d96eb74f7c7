using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cassiopea.ServiceDefaults;

/// <summary>What every service has: telemetry, health, clock.</summary>
public static class ServiceDefaultsSetup
{
    private const string Live = "live";

    /// <summary>First call of every service's setup. <paramref name="service"/> in kebab-case: <c>mail</c>, <c>web-hosting</c>.</summary>
    public static void AddServiceDefaults(this IHostApplicationBuilder builder, string service)
    {
        builder.AddTelemetry(service);
        builder.Services.TryAddSingleton(LabClock.FromEnvironment());
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [Live]);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(9)); // a supervisor kills after 10
        builder.Services.AddProblemDetails();
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning); // its command log would flood
    }

    /// <summary><c>/health</c>: ready for work; <c>/alive</c>: the process answers.</summary>
    public static void MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks("/health");
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Live) });
    }
}
