namespace Cassiopea.ServiceDefaults;

/// <summary>Wakes all workers of this process after a commit; polling covers the rest.</summary>
internal sealed class JobSignal
{
    private TaskCompletionSource _rung = New();

    public void Set() => Interlocked.Exchange(ref _rung, New()).TrySetResult();

    public async Task WaitAsync(TimeSpan limit, CancellationToken token)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(token);
        await Task.WhenAny(Volatile.Read(ref _rung).Task, Task.Delay(limit, TimeProvider.System, over.Token));
        await over.CancelAsync();
        token.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
