using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Local;

/// <summary>One running copy (replica) of a resource: one row of the dashboard.</summary>
internal sealed class Instance(IResource resource, int replica, string? suffix, LogFile log, InstanceTable table, TimeProvider time) : IDisposable
{
    private Snapshot _now = new(time.GetUtcNow());

    public IResource Resource => resource;

    public int Replica => replica;

    public string? Suffix => suffix;

    public string Name { get; } = suffix is null ? resource.Name : $"{resource.Name}-{suffix}";

    public LogBuffer Log { get; } = new(time, log);

    public Snapshot Now => Volatile.Read(ref _now);

    /// <summary>Is there a process of ours to start and stop?</summary>
    public bool HasProcess => resource is ProjectResource or ExecutableResource or PrivateServerResource && !IsExternal;

    public bool IsExternal => resource.Annotations.OfType<ExternalAnnotation>().Any();

    /// <summary>One command at a time.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Cancelled to stop the present run.</summary>
    public CancellationTokenSource? Run { get; set; }

    /// <summary>The present run, from waiting to its end.</summary>
    public Task Loop { get; set; } = Task.CompletedTask;

    /// <summary>Others may have been told of its ports.</summary>
    public bool WasReady { get; set; }

    /// <summary>How long a process may take to end when asked.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(10);

    public void Change(Func<Snapshot, Snapshot> change)
    {
        Snapshot seen, next;
        do
        {
            seen = Now;
            next = change(seen);
        }
        while (Interlocked.CompareExchange(ref _now, next, seen) != seen);
        table.Announce(this, seen, next);
    }

    public void Dispose()
    {
        log.Dispose();
        Gate.Dispose();
        Run?.Dispose();
    }
}
