namespace Cassiopea.AppHost.Local.Tests;

/// <summary>Waits for a condition, with a limit: never for a time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task TrueAsync(string what, Func<bool> condition) => TrueAsync(what, () => Task.FromResult(condition()));

    public static async Task TrueAsync(string what, Func<Task<bool>> condition, TimeSpan? limit = null)
    {
        using var end = new CancellationTokenSource(limit ?? Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            if (end.IsCancellationRequested)
                Assert.Fail($"Never happened within {limit ?? Limit}: {what}");
            await timer.WaitForNextTickAsync();
        }
    }
}
