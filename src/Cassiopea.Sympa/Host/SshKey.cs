using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa.Host;

/// <summary>
/// A private key that is only in memory: an agent of OpenSSH of our own holds it, and gets it by a pipe. Nothing of it is on a disk, on a command line
/// or in an environment; the agent ends, and its folder goes, with this object. It ends with this process, too, however that ends, and forgets the key by itself
/// after a time in which every pass is over.
/// </summary>
public sealed class SshKey : IAsyncDisposable
{
    private const string Folders = "cassiopea-ssh-";
    private const int Lifetime = 12 * 3600; // seconds
    private static readonly BlockingCollection<Action> Starts = StartThread();
    private readonly Process _agent;
    private readonly string _folder;

    private SshKey(Process agent, string folder) => (_agent, _folder) = (agent, folder);

    /// <summary>Socket of the agent, in a folder that only we may enter.</summary>
    internal string Socket => Path.Combine(_folder, "agent");

    /// <summary>File of the server's public keys; null = those that the account knows.</summary>
    internal string? KnownHosts => File.Exists(Path.Combine(_folder, "known_hosts")) ? Path.Combine(_folder, "known_hosts") : null;

    /// <summary>Starts an agent that holds the key.</summary>
    /// <param name="side">Which end it opens.</param>
    /// <param name="privateKey">A private key without passphrase, as OpenSSH or PEM has it.</param>
    /// <param name="knownHosts">Lines of <c>known_hosts</c> of the one server; null = those that the account knows.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="TransferException">The text is no private key.</exception>
    public static async Task<SshKey> OpenAsync(TransferSide side, string privateKey, string? knownHosts, CancellationToken token)
    {
        RemoveStale();
        var folder = Directory.CreateTempSubdirectory(string.Create(CultureInfo.InvariantCulture, $"{Folders}{Environment.ProcessId}-")).FullName;
        // Debian's agent has a group of its own, and a program that changes its group would not get the signal of our death
        var agent = await StartLastingAsync("/usr/bin/setpriv", ["--no-new-privs", "--pdeathsig", "KILL", "--", "/usr/bin/ssh-agent", "-D", "-a", Path.Combine(folder, "agent")]);
        var key = new SshKey(agent, folder);
        try
        {
            if (knownHosts is not null) await File.WriteAllTextAsync(Path.Combine(folder, "known_hosts"), knownHosts.TrimEnd() + "\n", token);
            while (!File.Exists(key.Socket))
            {
                if (agent.HasExited) throw new TransferException(TransferSide.Us, TransferFailureKind.Broken, TransferCode.InternalError, $"ssh-agent ended with {agent.ExitCode}.");
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, token);
            }

            using var add = Start("/usr/bin/ssh-add", ["-q", "-t", Lifetime.ToString(CultureInfo.InvariantCulture), "-"], key.Socket);
            await add.StandardInput.WriteAsync(privateKey.ReplaceLineEndings("\n").TrimEnd() + "\n");
            add.StandardInput.Close();
            await add.WaitForExitAsync(token);
            return add.ExitCode == 0 ? key
                : throw new TransferException(side, TransferFailureKind.Refused, TransferCode.AuthenticationFailed, "What was entered is no private key that ssh can use without a passphrase: enter the whole key, from BEGIN to END.");
        }
        catch
        {
            await key.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_agent.HasExited) _agent.Kill();
        await _agent.WaitForExitAsync(CancellationToken.None);
        _agent.Dispose();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Folders of processes that were killed: what they held has ended with them.</summary>
    private static void RemoveStale()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Folders + "*"))
        {
            var name = Path.GetFileName(folder)[Folders.Length..].Split('-')[0];
            if (!int.TryParse(name, CultureInfo.InvariantCulture, out var process) || Directory.Exists($"/proc/{name}") || process <= 0) continue;
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception away) when (away is DirectoryNotFoundException or UnauthorizedAccessException)
            {
                continue; // another process of ours removes it as well, or it is another account's, which removes it
            }
        }
    }

    /// <summary>The kernel sends that signal when the thread ends that started the program, so that thread stays.</summary>
    private static Task<Process> StartLastingAsync(string program, IReadOnlyList<string> words)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(Start(program, words, null));
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }

    private static BlockingCollection<Action> StartThread()
    {
        var starts = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable()) start();
        })
        { IsBackground = true, Name = "ssh agents" }.Start();
        return starts;
    }

    private static Process Start(string program, IReadOnlyList<string> words, string? socket)
    {
        var start = new ProcessStartInfo(program, words) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment.Remove("SSH_ASKPASS");
        start.Environment.Remove("DISPLAY");
        if (socket is not null) start.Environment["SSH_AUTH_SOCK"] = socket;
        var process = Process.Start(start) ?? throw new TransferException(TransferSide.Us, TransferFailureKind.Broken, TransferCode.InternalError, $"{program} did not start.");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
