using Microsoft.Extensions.Options;

namespace Cassiopea.Vault.RotateMasterKey;

/// <summary>Finishes an interrupted rotation at start, and rotates when the active version is older than <see cref="VaultOptions.MasterKeyMaxAge"/>.</summary>
internal sealed class MasterKeySchedule(MasterKeyRotation rotation, IOptions<VaultOptions> options, TimeProvider time, ILogger<MasterKeySchedule> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                log.RotationFailed(e, Interval);
            }

            await Task.Delay(Interval, TimeProvider.System, stoppingToken);
        }
    }

    /// <summary>One look.</summary>
    internal async Task RoundAsync(CancellationToken token)
    {
        await rotation.ResumeAsync(token);
        await rotation.ForgetDestroyedAsync(token);
        if (time.GetUtcNow() - await rotation.ActiveSinceAsync(token) >= options.Value.MasterKeyMaxAge) await rotation.RunAsync("schedule", token);
    }
}
