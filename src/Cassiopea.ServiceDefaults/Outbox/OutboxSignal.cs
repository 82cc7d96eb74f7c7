namespace Cassiopea.ServiceDefaults;

/// <summary>Wakes the dispatcher of this process; polling covers rows of others and of before a restart.</summary>
internal sealed class OutboxSignal : IDisposable
{
    private readonly SemaphoreSlim _rung = new(0, 1);

    public void Set()
    {
        lock (_rung)
        {
            if (_rung.CurrentCount == 0) _rung.Release();
        }
    }

    public Task WaitAsync(TimeSpan limit, CancellationToken token) => _rung.WaitAsync(limit, token);

    public void Dispose() => _rung.Dispose();
}
