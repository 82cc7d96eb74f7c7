using Microsoft.Extensions.Options;

namespace Cassiopea.Billing.Dolibarr;

/// <summary>Asks the ERP for each member that is due.</summary>
internal sealed class DolibarrClock(IServiceScopeFactory scopes, IOptions<BillingOptions> options, ILogger<DolibarrClock> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Dolibarr.IsUsed) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await TurnAsync(stoppingToken))
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

    private async Task<bool> TurnAsync(CancellationToken token)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DolibarrTurn>().RunAsync(token);
    }
}
