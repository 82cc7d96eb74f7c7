using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Local;

/// <summary>How to start a process. A null environment value removes an inherited variable.</summary>
internal sealed record LaunchPlan(
    string Program, IReadOnlyList<string> Arguments, string Folder, IReadOnlyDictionary<string, string?> Environment)
{
    public string? UnprivilegedUser { get; init; }

    /// <summary>Sent to the process when this host dies, even by SIGKILL.</summary>
    public Signal DeathSignal { get; init; } = Signal.Terminate;
}

/// <summary>
/// Starts children that die with us (<c>setpriv --pdeathsig</c>) and do not get the terminal's Ctrl+C (<c>setsid</c>), so that
/// we stop them in order. Every fork happens on one long-lived thread: PR_SET_PDEATHSIG fires when the forking thread ends.
/// </summary>
internal sealed class Supervisor : IDisposable
{
    private const string SetPriv = "/usr/bin/setpriv";
    private const string SetSid = "/usr/bin/setsid";
    private static readonly bool HasSetPriv = OperatingSystem.IsLinux() && File.Exists(SetPriv) && File.Exists(SetSid);

    private readonly BlockingCollection<Action> _starts = [];

    public Supervisor() => new Thread(StartChildren) { IsBackground = true, Name = "starts children" }.Start();

    /// <exception cref="DistributedApplicationException">The program does not exist.</exception>
    public async Task<Child> StartAsync(LaunchPlan plan, Action<string, bool> line)
    {
        var started = new TaskCompletionSource<Child>(TaskCreationOptions.RunContinuationsAsynchronously);
        _starts.Add(() =>
        {
            try
            {
                started.SetResult(Child.Start(Describe(plan), line));
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception or DistributedApplicationException or IOException)
            {
                started.SetException(new DistributedApplicationException($"'{plan.Program}' could not be started: {e.Message}"));
            }
        });
        return await started.Task;
    }

    public void Dispose() => _starts.CompleteAdding();

    private static ProcessStartInfo Describe(LaunchPlan plan)
    {
        var program = Tool.Find(plan.Program, plan.Folder);
        List<string> words = [];
        if (HasSetPriv)
        {
            words.AddRange([SetSid, SetPriv, "--pdeathsig", DeathName(plan.DeathSignal)]);
            if (plan.UnprivilegedUser is { } user && System.Environment.IsPrivilegedProcess)
                words.AddRange([$"--reuid={user}", $"--regid={user}", "--clear-groups"]);
            words.Add("--");
        }

        words.AddRange([program, .. plan.Arguments]);
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            WorkingDirectory = plan.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in plan.Environment)
        {
            if (value is null)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }

        return start;
    }

    private static string DeathName(Signal signal) => signal switch
    {
        Signal.Interrupt => "INT",
        Signal.Kill => "KILL",
        _ => "TERM",
    };

    private void StartChildren()
    {
        foreach (var start in _starts.GetConsumingEnumerable())
            start();
    }
}

/// <summary>A process of ours.</summary>
internal sealed partial class Child : IDisposable
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Child(Process process) => _process = process;

    public int Pid => _process.Id;

    /// <summary>Completes when the process ends; not, as .NET's own wait does, when everybody has closed its output.</summary>
    public Task Exited => _exited.Task;

    public int ExitCode => _process.ExitCode;

    public static Child Start(ProcessStartInfo start, Action<string, bool> line)
    {
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var child = new Child(process);
        process.Exited += (_, _) => child._exited.TrySetResult();
        process.OutputDataReceived += (_, e) => Pass(e.Data, isError: false);
        process.ErrorDataReceived += (_, e) => Pass(e.Data, isError: true);
        process.Start();
        process.StandardInput.Close(); // some programs wait for it
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;

        void Pass(string? text, bool isError)
        {
            if (text is not null)
                line(text, isError);
        }
    }

    /// <summary>Asks the process to end, and kills it when <paramref name="grace"/> is over. True = it ended by itself.</summary>
    public async Task<bool> StopAsync(Signal signal, TimeSpan grace)
    {
        if (OperatingSystem.IsWindows())
            _process.Kill(entireProcessTree: true);
        else if (!_process.HasExited)
            _ = SendSignal(Pid, (int)signal);
        try
        {
            await Exited.WaitAsync(grace);
            return true;
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            await Exited;
            return false;
        }
    }

    /// <summary>After the end: kills what the process left behind in its group and waits a moment for the last lines of output.</summary>
    public async Task CleanUpAsync()
    {
        if (OperatingSystem.IsLinux())
            _ = SendSignal(-Pid, (int)Signal.Kill);
        try
        {
            using var limit = new CancellationTokenSource(DrainTime);
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // somebody else holds the output open: its lines come no more
        }
    }

    public void Dispose() => _process.Dispose();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
