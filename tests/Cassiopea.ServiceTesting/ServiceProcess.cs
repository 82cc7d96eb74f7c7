using Cassiopea.Lab;
using Cassiopea.Lab.Servers;

namespace Cassiopea.ServiceTesting;

/// <summary>A service as a process of its own, which can be killed; several share one database and one folder of journals.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private readonly string _program;
    private readonly Dictionary<string, string?> _environment;
    private ChildProcess? _process;

    /// <param name="program">The service's assembly, for example <c>Cassiopea.WebHosting</c>; it lies beside the tests.</param>
    /// <param name="name">The service's name in kebab-case.</param>
    /// <param name="database">Connection string.</param>
    /// <param name="vault">Where it takes leases; null = it needs none, and there is no vault.</param>
    /// <param name="settings">Settings besides, which win; a colon stands between the parts of a name, or two underscores.</param>
    public ServiceProcess(string program, string name, string database, VaultStandIn? vault, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        _program = Path.Combine(AppContext.BaseDirectory, program + ".dll");
        _environment = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            [$"ConnectionStrings__{name}-db"] = database,
            ["services__vault__http__0"] = vault?.Address ?? "http://127.0.0.1:1",
            ["Vault__ServiceToken"] = vault?.Token ?? "none",
            ["AllowedTestNetworks"] = "127.0.0.0/8",
            ["Jobs__Lease"] = "00:00:03",
            ["Jobs__Heartbeat"] = "00:00:00.5",
            ["Jobs__ReportEvery"] = "00:00:00.2",
            ["Jobs__FirstWait"] = "00:00:00.2",
            ["Jobs__LongestWait"] = "00:00:01",
        };
        foreach (var (key, value) in settings)
            _environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
    }

    private static string DotNet => Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path
        : Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "dotnet")).First(File.Exists);

    /// <summary>The last lines that it wrote.</summary>
    public string Tail => _process?.Tail ?? "";

    /// <summary>Starts it, the first time or after a kill, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        var port = FreePort.Next();
        _environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        _process = await ChildProcess.StartAsync(new ChildProgram(DotNet, _program) { Environment = _environment });
        await Eventually.TrueAsync(
            "the service answers",
            () => _process.HasExited ? throw new InvalidOperationException($"It ended: {_process.Tail}") : LabRoot.AnswersAsync(port, default),
            TimeSpan.FromSeconds(180));
    }

    /// <summary>SIGKILL: it can do nothing about it.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>SIGSTOP: it hangs, and does not know.</summary>
    public void Hang() => _process!.Signal(19);

    /// <summary>SIGCONT.</summary>
    public void GoOn() => _process!.Signal(18);

    /// <summary>SIGTERM: it ends what it does and sends what it has.</summary>
    public Task StopAsync() => _process!.StopAsync(TimeSpan.FromSeconds(30));

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;
}
