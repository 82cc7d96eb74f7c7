namespace Cassiopea.Ftp.Wire;

/// <summary>
/// Ends a session in which something is waited for and nothing moves: the limit starts anew with every octet, so a large file on a slow line is
/// never cut. One for the control and the data connection together.
/// </summary>
internal sealed class IdleGuard : IDisposable
{
    private readonly TimeSpan _idle;
    private readonly ITimer _timer;
    private readonly Action _end;
    private int _waiting;
    private long _since;

    public IdleGuard(TimeSpan idle, Action end)
    {
        (_idle, _end) = (idle, end);
        var step = TimeSpan.FromMilliseconds(Math.Max(50, idle.TotalMilliseconds / 8));
        _timer = TimeProvider.System.CreateTimer(static state => ((IdleGuard)state!).Look(), this, step, step);
    }

    public bool TimedOut { get; private set; }

    /// <summary>Something is waited for from now on.</summary>
    public void Begin()
    {
        Volatile.Write(ref _since, Environment.TickCount64);
        Interlocked.Increment(ref _waiting);
    }

    /// <summary>It came.</summary>
    public void End() => Interlocked.Decrement(ref _waiting);

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (Volatile.Read(ref _waiting) == 0 || Environment.TickCount64 - Volatile.Read(ref _since) < _idle.TotalMilliseconds) return;
        TimedOut = true;
        _end();
    }
}

/// <summary>A stream under an <see cref="IdleGuard"/>.</summary>
internal sealed class GuardedStream(Stream inner, IdleGuard guard) : OneWayStream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        guard.Begin();
        var read = inner.ReadAsync(buffer, cancellationToken);
        if (!read.IsCompleted) return AwaitAsync(read);
        guard.End();
        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        guard.Begin();
        var write = inner.WriteAsync(buffer, cancellationToken);
        if (!write.IsCompleted) return AwaitAsync(write);
        guard.End();
        return write;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> AwaitAsync(ValueTask<int> read)
    {
        try
        {
            return await read;
        }
        finally
        {
            guard.End();
        }
    }

    private async ValueTask AwaitAsync(ValueTask write)
    {
        try
        {
            await write;
        }
        finally
        {
            guard.End();
        }
    }
}
