using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceTesting;

namespace Cassiopea.MailingLists.Tests;

/// <summary>The service as a process of its own, which can be killed and started again over the same database and folder.</summary>
internal sealed class ListsProcess : IAsyncDisposable
{
    private readonly Dictionary<string, string?> _environment;
    private readonly string _folder;
    private ChildProcess? _process;

    public ListsProcess(string database, string folder, VaultStandIn vault, params IReadOnlyList<SympaServer> hosts)
    {
        _folder = folder;
        _environment = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ConnectionStrings__mailing-lists-db"] = database,
            ["services__vault__http__0"] = vault.Address,
            ["Vault__ServiceToken"] = vault.Token,
            ["AllowedTestNetworks"] = "127.0.0.0/8",
            ["MailingLists__Directory"] = folder,
            ["Jobs__Lease"] = "00:00:03",
            ["Jobs__Heartbeat"] = "00:00:00.5",
            ["Jobs__FirstWait"] = "00:00:00.2",
            ["Jobs__LongestWait"] = "00:00:01",
        };
        foreach (var (number, host) in hosts.Index())
            foreach (var (key, value) in MailingListsHost.Settings(number, host.Robot, host)) _environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
    }

    /// <summary>What it has begun to remember.</summary>
    public IEnumerable<string> Journals => Directory.Exists(_folder) ? Directory.EnumerateFileSystemEntries(_folder, "*", SearchOption.AllDirectories) : [];

    private static string DotNet => Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path
        : Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "dotnet")).First(File.Exists);

    public async Task StartAgainAsync()
    {
        var port = FreePort.Next();
        _environment["ASPNETCORE_URLS"] = FormattableString.Invariant($"http://127.0.0.1:{port}");
        _process = await ChildProcess.StartAsync(new ChildProgram(DotNet, Path.Combine(AppContext.BaseDirectory, "Cassiopea.MailingLists.dll")) { Environment = _environment });
        await Eventually.TrueAsync(
            "the service of lists answers",
            () => _process.HasExited ? throw new InvalidOperationException($"It ended: {_process.Tail}") : LabRoot.AnswersAsync(port, default),
            TimeSpan.FromSeconds(180));
    }

    /// <summary>SIGKILL: it can do nothing about it.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;
}
