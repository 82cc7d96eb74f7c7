using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Billing.CheckInvoices;

/// <summary>Tells what time alone changed: due dates, expiries, the closing date, data that became too old.</summary>
internal sealed class StandingClock(IServiceScopeFactory scopes, IOptions<BillingOptions> options, TimeProvider time, ILogger<StandingClock> log) : BackgroundService
{
    private const int Batch = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await RoundAsync(stoppingToken) == Batch)
                {
                }
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                log.ClockFailed(e, options.Value.ClockInterval);
            }

            await Task.Delay(options.Value.ClockInterval, TimeProvider.System, stoppingToken);
        }
    }

    /// <summary>Looks at the members that are due, at most one batch; returns how many there were.</summary>
    internal async Task<int> RoundAsync(CancellationToken token)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BillingContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(token);
        await db.LockLedgerAsync(token);
        var now = time.GetUtcNow();
        var members = await db.Watches.Where(row => row.NextChangeAt <= now).Select(row => row.MemberReference)
            .Union(db.Accounts.Where(row => row.NextChangeAt <= now).Select(row => row.MemberReference))
            .Take(Batch)
            .ToListAsync(token);
        if (members.Count == 0) return 0;
        var outbox = scope.ServiceProvider.GetRequiredService<ServiceOutbox<BillingContext>>();
        foreach (var told in await scope.ServiceProvider.GetRequiredService<Telling>().RefreshAsync(members, null, token))
            await outbox.Publish(told, token);
        await db.SaveChangesAsync(token);
        await transaction.CommitAsync(token);
        return members.Count;
    }
}
