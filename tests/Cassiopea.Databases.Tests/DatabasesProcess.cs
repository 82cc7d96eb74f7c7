using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceTesting;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Databases.Tests;

/// <summary>The databases service as a process of its own, which can be killed; several share one database and one folder of journals.</summary>
internal sealed class DatabasesProcess : IAsyncDisposable
{
    private readonly Dictionary<string, string?> _environment;
    private ChildProcess? _process;

    private DatabasesProcess(string database, string journals, VaultStandIn vault, IEnumerable<(string Key, string Value)> settings)
    {
        _environment = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ConnectionStrings__databases-db"] = database,
            ["services__vault__http__0"] = vault.Address,
            ["Vault__ServiceToken"] = vault.Token,
            ["AllowedTestNetworks"] = "127.0.0.0/8",
            ["Databases__JournalDirectory"] = journals,
            ["Databases__ArchiveDirectory"] = Path.Combine(journals, "archives"),
            ["Jobs__Lease"] = "00:00:03",
            ["Jobs__Heartbeat"] = "00:00:00.5",
            ["Jobs__ReportEvery"] = "00:00:00.2",
            ["Jobs__FirstWait"] = "00:00:00.2",
            ["Jobs__LongestWait"] = "00:00:01",
        };
        foreach (var (key, value) in settings)
            _environment[key] = value;
    }

    private static string DotNet => Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path
        : Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "dotnet")).First(File.Exists);

    public static async Task<DatabasesProcess> StartAsync(string database, string journals, VaultStandIn vault, params (string Key, string Value)[] settings)
    {
        var service = new DatabasesProcess(database, journals, vault, settings);
        await service.StartAgainAsync();
        return service;
    }

    public async Task StartAgainAsync()
    {
        var port = FreePort.Next();
        _environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        _process = await ChildProcess.StartAsync(new ChildProgram(DotNet, Path.Combine(AppContext.BaseDirectory, "Cassiopea.Databases.dll")) { Environment = _environment });
        await Eventually.TrueAsync(
            "the databases service answers",
            () => _process.HasExited ? throw new InvalidOperationException($"It ended: {_process.Tail}") : LabRoot.AnswersAsync(port, default),
            TimeSpan.FromSeconds(180));
    }

    /// <summary>SIGKILL: it can do nothing about it.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;

    public static DatabasesContext Open(string database) => new(new DbContextOptionsBuilder<DatabasesContext>().UseNpgsql(database).Options);
}
