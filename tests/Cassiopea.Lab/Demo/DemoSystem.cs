using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab.Demo;

/// <summary>The system under demonstration: the AppHost as a child process, and what it left in its state folder.</summary>
public sealed partial class DemoSystem : IAsyncDisposable
{
    private static int _systems;
    private readonly ChildProcess _host;
    private readonly bool _ownsState;
    private readonly ConcurrentQueue<string> _lines;
    private string? _dashboard;

    private DemoSystem(ChildProcess host, string state, Uri gateway, bool ownsState, ConcurrentQueue<string> lines)
    {
        (_host, State, Gateway, _ownsState, _lines) = (host, state, gateway, ownsState, lines);
        Clock = new ClockOffsetFile(Path.Combine(LabFile.FolderOf(state), "clock-offset"));
    }

    /// <summary>State folder.</summary>
    public string State { get; }

    /// <summary>The gateway.</summary>
    public Uri Gateway { get; }

    /// <summary>Moves the services' clocks.</summary>
    public ClockOffsetFile Clock { get; }

    /// <summary>The running lab.</summary>
    public LabFile Lab { get; private set; } = null!;

    /// <summary>Process id of the AppHost.</summary>
    public int HostPid => _host.Id;

    /// <summary>The dashboard's link with its token; null when there is none.</summary>
    public string? Dashboard => _dashboard;

    /// <summary>All that the AppHost wrote, but the first key.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>True when the AppHost has ended.</summary>
    public bool HasEnded => _host.HasExited;

    /// <summary>Starts the AppHost with the lab and waits until the gateway is healthy.</summary>
    public static async Task<DemoSystem> StartAsync(DemoOptions options, CancellationToken token)
    {
        var state = Path.GetFullPath(options.State ?? $"/var/tmp/cassiopea-demo-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}-{Interlocked.Increment(ref _systems).ToString(CultureInfo.InvariantCulture)}");
        LabRoot.MakeFolder(state);
        LabRoot.MakeFolder(LabFile.FolderOf(state));
        File.Delete(LabFile.PathOf(state));
        var assembly = Path.GetFullPath(options.AppHost ?? Path.Combine(AppContext.BaseDirectory, "../../Cassiopea.AppHost/release/Cassiopea.AppHost.dll"));
        var port = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        DemoSystem? system = null;
        var lines = new ConcurrentQueue<string>();
        var host = await ChildProcess.StartAsync(new ChildProgram(DotNet(), assembly, "--Lab=true", $"--State={state}", $"--GatewayPort={port}")
        {
            WorkingDirectory = Path.GetDirectoryName(assembly)!,
            Environment = new Dictionary<string, string?>(options.Environment) { ["CASSIOPEA_STATE"] = state },
            OnLine = line =>
            {
                // the first key is shown once, on the terminal of whoever runs the AppHost
                if (!line.Contains("admin key:", StringComparison.OrdinalIgnoreCase))
                    lines.Enqueue(line);
                if (DashboardLink().Match(line) is { Success: true } link && system is not null)
                    system._dashboard = link.Value;
            },
        });
        system = new DemoSystem(host, state, new Uri($"http://127.0.0.1:{port}"), options.State is null, lines);
        try
        {
            await system.WaitAsync(token);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>The operator's key that the gateway made at its first start.</summary>
    public async Task<string> AdminKeyAsync(CancellationToken token) => (await File.ReadAllTextAsync(Path.Combine(State, "admin-key"), token)).Trim();

    /// <summary>Process id of a service, found among the AppHost's children by its assembly; null when it does not run.</summary>
    public int? PidOf(string assembly)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                continue;
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                var parent = int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
                if (parent == HostPid && File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0').Any(word => Path.GetFileName(word) == assembly))
                    return pid;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // it ended while we looked
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(TimeSpan.FromSeconds(45));
        await _host.DisposeAsync();
        if (_ownsState && Directory.Exists(State))
            Directory.Delete(State, recursive: true);
    }

    private async Task WaitAsync(CancellationToken token)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = Gateway, Timeout = TimeSpan.FromSeconds(5) };
        var last = "";
        await Eventually.TrueAsync(
            () => $"the gateway is healthy and the lab runs ({last}); the AppHost says:\n{Output}",
            async () =>
            {
                if (_host.HasExited)
                    throw new InvalidOperationException($"The AppHost ended with {_host.ExitCode}:\n{Output}");
                if (_lines.Any(line => line.Contains("Running without:", StringComparison.Ordinal)))
                    throw new InvalidOperationException($"Something did not start:\n{Output}");
                try
                {
                    using var answer = await http.GetAsync(new Uri("/health", UriKind.Relative), token);
                    last = $"health {(int)answer.StatusCode}, admin key {File.Exists(Path.Combine(State, "admin-key"))}, lab {File.Exists(LabFile.PathOf(State))}";
                    return answer.StatusCode == HttpStatusCode.OK && File.Exists(Path.Combine(State, "admin-key")) && File.Exists(LabFile.PathOf(State));
                }
                catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !token.IsCancellationRequested)
                {
                    last = error.Message;
                    return false;
                }
            },
            TimeSpan.FromMinutes(10),
            token);
        Lab = await LabFile.ReadAsync(State, token) ?? throw new InvalidOperationException("no lab.json");
    }

    internal static string DotNet() => Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "/usr/bin/dotnet";

    [GeneratedRegex(@"https?://\S+/login\?t=\S+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex DashboardLink();
}
