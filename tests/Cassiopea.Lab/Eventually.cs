using System.Diagnostics;

namespace Cassiopea.Lab;

/// <summary>Waits for a condition by asking again, never by sleeping a fixed time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Returns when the condition holds; throws <see cref="TimeoutException"/> naming <paramref name="what"/> after the limit.</summary>
    public static Task TrueAsync(string what, Func<Task<bool>> condition, TimeSpan? limit = null, CancellationToken token = default) =>
        TrueAsync(() => what, condition, limit, token);

    /// <summary>The same; what was waited for is told as it stands at the end.</summary>
    public static async Task TrueAsync(Func<string> what, Func<Task<bool>> condition, TimeSpan? limit = null, CancellationToken token = default)
    {
        var clock = Stopwatch.StartNew();
        var most = limit ?? TimeSpan.FromSeconds(60);
        while (!await condition())
        {
            if (clock.Elapsed > most) throw new TimeoutException($"Not within {most.TotalSeconds:0} s: {what()}.");
            await Task.Delay(Pause, TimeProvider.System, token);
        }
    }

    /// <inheritdoc cref="TrueAsync(string, Func{Task{bool}}, TimeSpan?, CancellationToken)"/>
    public static Task TrueAsync(string what, Func<bool> condition, TimeSpan? limit = null, CancellationToken token = default) =>
        TrueAsync(what, () => Task.FromResult(condition()), limit, token);
}
