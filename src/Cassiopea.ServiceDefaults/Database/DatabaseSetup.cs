using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Cassiopea.ServiceDefaults;

public static class DatabaseSetup
{
    /// <summary>
    /// Registers the service's context on <c>ConnectionStrings:<paramref name="name"/></c>; its scripts are applied before anything else starts.
    /// </summary>
    public static void AddDatabase<TContext>(this IHostApplicationBuilder builder, string name) where TContext : ServiceContext
    {
        builder.Services.AddDbContextPool<TContext>((provider, options) => options.UseNpgsql(
            WithLimit(provider.GetRequiredService<IConfiguration>().GetConnectionString(name)
            ?? throw new InvalidOperationException($"Set ConnectionStrings:{name}."))));
        builder.Services.AddHostedService<SchemaUpdate<TContext>>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth<TContext>>(name);
    }

    /// <summary>An instance that hangs inside a transaction would hold its rows, and every claim of a job, for as long as it hangs.</summary>
    private static string WithLimit(string connectionString)
    {
        NpgsqlConnectionStringBuilder connection = new(connectionString);
        if (string.IsNullOrEmpty(connection.Options)) connection.Options = "-c idle_in_transaction_session_timeout=60s";
        return connection.ConnectionString;
    }

    /// <summary>Runs before every other hosted service; waits for a database that is still starting.</summary>
    private sealed class SchemaUpdate<TContext>(IServiceScopeFactory scopes, ILogger<SchemaUpdate<TContext>> log) : IHostedLifecycleService
        where TContext : ServiceContext
    {
        private const int Attempts = 30;
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

        public async Task StartingAsync(CancellationToken cancellationToken)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await using var scope = scopes.CreateAsyncScope();
                    await SchemaScripts.ApplyAsync(scope.ServiceProvider.GetRequiredService<TContext>(), cancellationToken);
                    return;
                }
                catch (Exception e) when (attempt < Attempts && Retrying.DatabaseAway(e))
                {
                    log.DatabaseAway(attempt, e.Message);
                    await Task.Delay(Pause, TimeProvider.System, cancellationToken);
                }
            }
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class DatabaseHealth<TContext>(TContext db) : IHealthCheck where TContext : ServiceContext
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await db.Database.CanConnectAsync(cancellationToken) ? HealthCheckResult.Healthy() : new(context.Registration.FailureStatus);
    }
}
