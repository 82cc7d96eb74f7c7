using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cassiopea.Lab.Servers;

/// <summary>What to start.</summary>
/// <param name="FileName">Absolute path of the program.</param>
/// <param name="Arguments">Its arguments; never a secret.</param>
public sealed record ChildProgram(string FileName, params IReadOnlyList<string> Arguments)
{
    /// <summary>User to run as when we are root; null = as ourselves.</summary>
    public string? User { get; init; }

    /// <summary>Signal sent by <see cref="ChildProcess.StopAsync"/>, and by the kernel when this process dies: TERM or INT.</summary>
    public string StopSignal { get; init; } = "TERM";

    /// <summary>Where it starts.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>Added to the inherited environment; null removes.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Receives each line of output, both streams.</summary>
    public Action<string>? OnLine { get; init; }
}

/// <summary>A program that ends when this process ends, however this process ends (<c>setpriv --pdeathsig</c>).</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int KeptLines = 200;

    // the death signal fires when the forking thread ends: one thread that never ends starts them all
    private static readonly BlockingCollection<Action> Starts = StartThread();

    private readonly Process _process;
    private readonly ChildProgram _program;
    private readonly ConcurrentQueue<string> _tail = new();

    private ChildProcess(Process process, ChildProgram program) => (_process, _program) = (process, program);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Exit code; only after the end.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines of both output streams.</summary>
    public string Tail => string.Join('\n', _tail);

    /// <summary>True when this process may change user.</summary>
    public static bool IsRoot { get; } = Environment.UserName == "root";

    public static Task<ChildProcess> StartAsync(ChildProgram program)
    {
        if (!File.Exists(program.FileName)) throw new FileNotFoundException("Program not found.", program.FileName);
        var started = new TaskCompletionSource<ChildProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(Start(program));
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }

    /// <summary>Runs a program to its end and returns its output; throws when it fails.</summary>
    public static async Task<string> RunAsync(ChildProgram program, CancellationToken token = default)
    {
        await using var child = await StartAsync(program);
        await child.WaitForExitAsync(token);
        return child.ExitCode == 0
            ? child.Tail
            : throw new InvalidOperationException($"{Path.GetFileName(program.FileName)} ended with {child.ExitCode}:\n{child.Tail}");
    }

    public Task WaitForExitAsync(CancellationToken token = default) => _process.WaitForExitAsync(token);

    /// <summary>Sends a signal by number; does nothing when it has ended.</summary>
    public void Signal(int signal)
    {
        if (!HasExited) _ = NativeKill(Id, signal);
    }

    /// <summary>SIGKILL to this process alone, as a crash would be; returns when it is gone.</summary>
    public async Task KillAsync()
    {
        Signal(9);
        await WaitForExitAsync();
    }

    /// <summary>Its stop signal, then SIGKILL to the whole tree when the grace is over.</summary>
    public async Task StopAsync(TimeSpan? grace = null)
    {
        if (HasExited) return;
        Signal(_program.StopSignal == "INT" ? 2 : 15);
        if (await EndsWithinAsync(grace ?? TimeSpan.FromSeconds(10))) return;
        _process.Kill(entireProcessTree: true);
        await EndsWithinAsync(TimeSpan.FromSeconds(10));
    }

    // the process alone: its output may stay open in a grandchild for as long as that one lives
    private async Task<bool> EndsWithinAsync(TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        while (!HasExited && clock.Elapsed < limit) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        return HasExited;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private static ChildProcess Start(ChildProgram program)
    {
        var info = new ProcessStartInfo("/usr/bin/setpriv")
        {
            WorkingDirectory = program.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.ArgumentList.Add("--pdeathsig");
        info.ArgumentList.Add(program.StopSignal);
        if (program.User is { } user && IsRoot)
            foreach (var argument in (string[])["--reuid=" + user, "--regid=" + user, "--clear-groups"])
                info.ArgumentList.Add(argument);
        info.ArgumentList.Add("--");
        info.ArgumentList.Add(program.FileName);
        foreach (var argument in program.Arguments) info.ArgumentList.Add(argument);
        foreach (var (name, value) in program.Environment) info.Environment[name] = value;

        var process = new Process { StartInfo = info };
        var child = new ChildProcess(process, program);
        process.OutputDataReceived += (_, line) => child.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        _tail.Enqueue(line);
        while (_tail.Count > KeptLines) _tail.TryDequeue(out _);
        _program.OnLine?.Invoke(line);
    }

    private static BlockingCollection<Action> StartThread()
    {
        var starts = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable()) start();
        })
        { IsBackground = true, Name = "child processes" }.Start();
        return starts;
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int process, int signal);
}
