namespace Cassiopea.Transfer;

/// <summary>Holds a transfer to a number of bytes per second: a bucket of one second. Safe for several threads.</summary>
/// <param name="bytesPerSecond">The limit, bytes per second; 0 = none.</param>
/// <param name="time">The clock that waits.</param>
public sealed class Throttle(long bytesPerSecond, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private double _usedUntil;

    /// <summary>True when there is a limit.</summary>
    public bool Limited => bytesPerSecond > 0;

    /// <summary>Books bytes and waits until they may be sent. Booking more than a second's worth waits afterwards, not before.</summary>
    /// <param name="bytes">Bytes about to be moved.</param>
    /// <param name="token">Stops the wait.</param>
    public ValueTask WaitAsync(long bytes, CancellationToken token)
    {
        if (bytesPerSecond <= 0 || bytes <= 0) return ValueTask.CompletedTask;
        TimeSpan wait;
        lock (_lock)
        {
            var now = time.GetElapsedTime(_start).TotalSeconds;
            if (_usedUntil < now - 1) _usedUntil = now - 1;
            wait = TimeSpan.FromSeconds(_usedUntil - now);
            _usedUntil += (double)bytes / bytesPerSecond;
        }

        return wait <= TimeSpan.Zero ? ValueTask.CompletedTask : new(Task.Delay(wait, time, token));
    }
}
