using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Local;

/// <summary>Asks a running copy how it is: often until it is ready, then now and then.</summary>
internal sealed class HealthLoop(TimeProvider time)
{
    private static readonly TimeSpan UntilReady = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan WhenReady = TimeSpan.FromSeconds(5);

    public static ImmutableArray<HealthResult> Unknown(Instance instance) =>
        [.. instance.Resource.Annotations.OfType<HealthAnnotation>().Select(check => new HealthResult(check.Key, null, "", null))];

    /// <summary>Runs until <paramref name="token"/> is cancelled, and then returns.</summary>
    public async Task RunAsync(Instance instance, CancellationToken token)
    {
        var checks = instance.Resource.Annotations.OfType<HealthAnnotation>().ToList();
        try
        {
            while (true)
            {
                foreach (var check in checks)
                {
                    var why = await AskAsync(check, token);
                    token.ThrowIfCancellationRequested();
                    var result = new HealthResult(check.Key, why is null, why ?? "", time.GetUtcNow());
                    instance.Change(now => now with { Health = [.. now.Health.Select(old => old.Key == check.Key ? result : old)] });
                }

                instance.WasReady |= instance.Now.Ready;
                await Task.Delay(instance.Now.Ready ? WhenReady : UntilReady, time, token);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // the run is over
        }
    }

    /// <summary>A check is somebody's code: whatever it throws is a reason to be unhealthy.</summary>
    private static async Task<string?> AskAsync(HealthAnnotation check, CancellationToken token)
    {
        try
        {
            return await check.Check(token);
        }
        catch (Exception e)
        {
            return e.Message;
        }
    }
}
