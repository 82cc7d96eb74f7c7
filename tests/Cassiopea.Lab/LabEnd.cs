using System.Collections.Concurrent;

namespace Cassiopea.Lab;

/// <summary>
/// What a process of the lab stops and removes at its end, the newest first, each once. As assembly fixture of a test project (Directory.Build.targets)
/// it is done within the run; a runner that has returned ends its process after ten seconds, whatever is still being removed.
/// </summary>
public sealed class LabEnd : IAsyncDisposable
{
    private static readonly ConcurrentStack<Func<Task>> Ends = AtExit();

    public static void Add(Func<Task> end) => Ends.Push(end);

    public async ValueTask DisposeAsync() => await RunAsync();

    private static async Task RunAsync()
    {
        while (Ends.TryPop(out var end)) await end();
    }

    private static ConcurrentStack<Func<Task>> AtExit()
    {
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => RunAsync().GetAwaiter().GetResult();
        return new();
    }
}
