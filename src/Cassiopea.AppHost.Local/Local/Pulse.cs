namespace Aspire.Hosting.Local;

/// <summary>
/// Wakes everybody who waits for a change. Take <see cref="Next"/>, look, and await it when there was nothing to see:
/// a change between the look and the wait is not lost.
/// </summary>
internal sealed class Pulse
{
    private TaskCompletionSource _next = New();

    public Task Next => Volatile.Read(ref _next).Task;

    public void Beat() => Interlocked.Exchange(ref _next, New()).SetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
