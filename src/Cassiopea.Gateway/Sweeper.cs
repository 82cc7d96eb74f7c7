using Cassiopea.Gateway.Events;
using Cassiopea.Gateway.Idempotency;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway;

/// <summary>Each hour removes answers older than seven days, links and sessions that ended thirty days ago, and operation events of nobody's migration older than thirty.</summary>
internal sealed class Sweeper(IServiceScopeFactory scopes, TimeProvider time, ILogger<Sweeper> log) : BackgroundService
{
    static readonly TimeSpan Pace = TimeSpan.FromHours(1);
    static readonly TimeSpan LooseEventLife = TimeSpan.FromDays(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is System.Data.Common.DbException or InvalidOperationException or TimeoutException)
            {
                log.SweepFailed(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task SweepAsync(CancellationToken token)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<GatewayContext>();
        var now = time.GetUtcNow();
        var (answers, loose) = (now - GivenAnswer.Life, now - LooseEventLife);
        await db.GivenAnswers.Where(a => a.CreatedAt < answers).ExecuteDeleteAsync(token);
        await db.Links.Where(l => l.ExpiresAt < loose).ExecuteDeleteAsync(token);
        await db.SignInLinks.Where(l => l.ExpiresAt < loose).ExecuteDeleteAsync(token);
        await db.Sessions.Where(s => s.ExpiresAt < loose).ExecuteDeleteAsync(token);
        await db.Events.Where(e => e.Type == EventType.Operation && e.MigrationId == null && e.At < loose).ExecuteDeleteAsync(token);
    }
}
