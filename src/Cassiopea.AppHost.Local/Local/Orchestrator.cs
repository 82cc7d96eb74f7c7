using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Local;

/// <summary>Starts everything, obeys commands on single copies, and stops everything in order.</summary>
internal sealed class Orchestrator(InstanceTable table, InstanceRun run, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ShortestGrace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CommandGrace = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _closing = new();

    /// <summary>Everything has ended this long after a request to stop.</summary>
    public TimeSpan StopLimit { get; set; } = TimeSpan.FromSeconds(9);

    public void StartAll()
    {
        SpareUnusedServers();
        foreach (var instance in table.All)
        {
            if (!instance.Resource.Annotations.OfType<ExplicitStartupAnnotation>().Any())
                Begin(instance);
        }
    }

    /// <summary>Dependents first: each is asked to end when everybody who waits for it has ended.</summary>
    public async Task StopAllAsync()
    {
        var began = time.GetTimestamp();
        await _closing.CancelAsync();
        var ends = new Dictionary<Instance, Task>();
        await Task.WhenAll(table.All.Select(instance => EndInOrderAsync(instance, began, ends, [])));
    }

    /// <summary>A command of the dashboard: <c>start</c>, <c>stop</c> or <c>restart</c>, in the states in which it is offered.</summary>
    /// <exception cref="DistributedApplicationException">Unknown command, or not in this state.</exception>
    public async Task ExecuteAsync(Instance instance, string command)
    {
        if (!instance.HasProcess)
            throw new DistributedApplicationException($"'{instance.Resource.Name}' has no process to {command}.");
        await instance.Gate.WaitAsync(_closing.Token);
        try
        {
            var state = instance.Now.State;
            var allowed = command switch
            {
                "start" => State.IsStopped(state),
                "stop" => !State.IsStopped(state) || instance.Now.Pausing,
                "restart" => state == State.Running,
                _ => throw new DistributedApplicationException($"Unknown command '{command}'."),
            };
            if (!allowed)
                throw new DistributedApplicationException($"'{instance.Resource.Name}' is {state}: {command} is not possible now.");
            await CancelAsync(instance, CommandGrace);
            if (command is "start" or "restart")
                Begin(instance);
        }
        finally
        {
            instance.Gate.Release();
        }
    }

    public void Dispose() => _closing.Dispose();

    private void Begin(Instance instance)
    {
        instance.Run?.Dispose();
        instance.Run = new CancellationTokenSource();
        var token = instance.Run.Token;
        instance.Loop = Task.Run(() => run.RunAsync(instance, token), CancellationToken.None);
    }

    /// <summary>Whoever others still need after it gets a part of the time that is left, the last ones all of it.</summary>
    private Task EndInOrderAsync(Instance instance, long began, Dictionary<Instance, Task> ends, HashSet<Instance> above)
    {
        if (ends.TryGetValue(instance, out var known))
            return known;
        var dependents = table.All.Where(other => !above.Contains(other) && other != instance && WaitsFor(other, instance))
            .Select(other => EndInOrderAsync(other, began, ends, [.. above, instance])).ToList();
        var last = !table.All.Any(other => other.HasProcess && WaitsFor(instance, other));
        return ends[instance] = EndAfterAsync();

        async Task EndAfterAsync()
        {
            await Task.WhenAll(dependents);
            var grace = (StopLimit - time.GetElapsedTime(began)) * (last ? 1 : 0.6);
            await EndAsync(instance, grace > ShortestGrace ? grace : ShortestGrace);
        }
    }

    private static async Task EndAsync(Instance instance, TimeSpan grace)
    {
        await instance.Gate.WaitAsync();
        try
        {
            await CancelAsync(instance, grace);
        }
        finally
        {
            instance.Gate.Release();
        }
    }

    private static async Task CancelAsync(Instance instance, TimeSpan grace)
    {
        instance.Grace = grace;
        if (instance.Run is { } present)
            await present.CancelAsync();
        await instance.Loop;
    }

    /// <summary>Does one wait for the other, or for a part of it (a database of a server)?</summary>
    private static bool WaitsFor(Instance one, Instance other) => one.Resource.Annotations.OfType<WaitAnnotation>()
        .Any(wait => wait.Resource == other.Resource || (wait.Resource as IResourceWithParent)?.Parent == other.Resource);

    /// <summary>A private server whose every database is somebody else's would run for nobody.</summary>
    private void SpareUnusedServers()
    {
        foreach (var server in table.All.Select(instance => instance.Resource).OfType<PostgresServerResource>())
        {
            var databases = table.All.Select(instance => instance.Resource).OfType<PostgresDatabaseResource>()
                .Where(database => database.Parent == server).ToList();
            if (databases.Count > 0 && databases.TrueForAll(database => database.IsExternal))
                server.Annotations.Add(new ExplicitStartupAnnotation());
        }
    }
}
