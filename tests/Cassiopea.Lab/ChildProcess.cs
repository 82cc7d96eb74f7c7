using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Cassiopea.Lab;

/// <summary>How to start a child.</summary>
/// <param name="Command">Program, found on the PATH or absolute.</param>
/// <param name="Arguments">Its arguments; never a secret.</param>
public sealed record ChildStart(string Command, params IReadOnlyList<string> Arguments)
{
    /// <summary>Where it runs; null = where we run.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables added to ours; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Runs as this user (only root can ask); null = as we are.</summary>
    public string? User { get; init; }

    /// <summary>Signal that the kernel sends when our process ends, however it ends: TERM, INT, QUIT or KILL.</summary>
    public string DeathSignal { get; init; } = "TERM";

    /// <summary>Text written to its standard input, which is then closed; null = empty input.</summary>
    public string? Input { get; init; }
}

/// <summary>What a child that ran to its end said.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record ChildResult(int ExitCode, string Output, string Error);

/// <summary>
/// A server or tool that ends with us, even when we are killed: started through <c>setpriv --pdeathsig</c>, from one thread that
/// lives as long as the process (PR_SET_PDEATHSIG fires when the forking thread ends, and pool threads end).
/// </summary>
public sealed partial class ChildProcess : IAsyncDisposable
{
    private const int TailCharacters = 16_384;
    private static readonly BlockingCollection<Action> Forks = StartForker();

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly bool _keepAll;

    private ChildProcess(Process process, string command, bool keepAll)
    {
        _process = process;
        _keepAll = keepAll;
        Command = command;
        process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(_error, line.Data);
    }

    /// <summary>The program.</summary>
    public string Command { get; }

    /// <summary>Its process id (setpriv replaces itself, so this is the program itself).</summary>
    public int Pid { get; private set; }

    /// <summary>True once it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The last 16 Ki characters that it wrote, standard error last.</summary>
    public string Tail
    {
        get
        {
            lock (_output)
            lock (_error)
                return $"{_output}{_error}";
        }
    }

    /// <summary>Starts a child and returns at once.</summary>
    public static Task<ChildProcess> StartAsync(ChildStart start, CancellationToken token) => StartAsync(start, keepAll: false, token);

    /// <summary>Runs a child to its end; a cancelled token kills it.</summary>
    public static async Task<ChildResult> RunAsync(ChildStart start, CancellationToken token)
    {
        await using var child = await StartAsync(start, keepAll: true, token);
        await child._process.WaitForExitAsync(token);
        lock (child._output)
        lock (child._error)
            return new ChildResult(child._process.ExitCode, child._output.ToString(), child._error.ToString());
    }

    /// <summary>Runs a child to its end and throws, with what it said, unless it ends with 0.</summary>
    public static async Task<string> DemandAsync(ChildStart start, CancellationToken token)
    {
        var result = await RunAsync(start, token);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"{start.Command} {string.Join(' ', start.Arguments)} ended with {result.ExitCode}: {result.Error}{result.Output}");
    }

    /// <summary>Sends a signal by number (1 HUP, 9 KILL, 15 TERM, 19 STOP, 18 CONT).</summary>
    public void Signal(int number)
    {
        if (!_process.HasExited)
            _ = Kill(Pid, number);
    }

    /// <summary>Sends a signal to any process of ours, by its id. False when there is none.</summary>
    public static bool Signal(int pid, int number) => Kill(pid, number) == 0;

    /// <summary>Waits until it has ended and returns its exit code.</summary>
    public async Task<int> WaitAsync(CancellationToken token)
    {
        await _process.WaitForExitAsync(token);
        return _process.ExitCode;
    }

    /// <summary>Asks it to end (TERM unless said otherwise) and kills it after the limit.</summary>
    public async Task StopAsync(TimeSpan limit, int signal = 15)
    {
        Signal(signal);
        using var patience = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Signal(9);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.FromSeconds(10));
        _process.Dispose();
    }

    private static async Task<ChildProcess> StartAsync(ChildStart start, bool keepAll, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        var info = new ProcessStartInfo("setpriv")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = start.WorkingDirectory ?? string.Empty,
        };
        info.ArgumentList.Add("--pdeathsig");
        info.ArgumentList.Add(start.DeathSignal);
        if (start.User is not null)
            foreach (var argument in (string[])["--reuid", start.User, "--regid", start.User, "--init-groups"])
                info.ArgumentList.Add(argument);
        info.ArgumentList.Add("--");
        info.ArgumentList.Add(start.Command);
        foreach (var argument in start.Arguments)
            info.ArgumentList.Add(argument);
        foreach (var (name, value) in start.Environment)
            if (value is null)
                info.Environment.Remove(name);
            else
                info.Environment[name] = value;

        var child = new ChildProcess(new Process { StartInfo = info }, start.Command, keepAll);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Forks.Add(
            () =>
            {
                try
                {
                    child._process.Start();
                    child.Pid = child._process.Id;
                    started.SetResult();
                }
                catch (Exception error)
                {
                    started.SetException(error);
                }
            },
            token);
        await started.Task;
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        await WriteInputAsync(child._process, start.Input);
        return child;
    }

    private static async Task WriteInputAsync(Process process, string? input)
    {
        try
        {
            if (input is not null)
                await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // a child that ends at once closes the pipe; its exit code tells
        }
    }

    private void Keep(StringBuilder text, string? line)
    {
        if (line is null)
            return;
        lock (text)
        {
            text.Append(line).Append('\n');
            if (!_keepAll && text.Length > 2 * TailCharacters)
                text.Remove(0, text.Length - TailCharacters);
        }
    }

    private static BlockingCollection<Action> StartForker()
    {
        var forks = new BlockingCollection<Action>();
        var thread = new Thread(() =>
        {
            foreach (var fork in forks.GetConsumingEnumerable())
                fork();
        })
        { IsBackground = true, Name = "forker" };
        thread.Start();
        return forks;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
