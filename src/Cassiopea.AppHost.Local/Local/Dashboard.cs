using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Local;

/// <summary>
/// The genuine Aspire dashboard out of the Aspire CLI's bundle: watched, and started again when it ends.
/// Without a bundle there is one warning and everything else runs.
/// </summary>
internal sealed partial class Dashboard(IConfiguration configuration, Supervisor supervisor, TimeProvider time, ILogger<Dashboard> log) : IDisposable
{
    private const int UsualPort = 18888;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task _watch = Task.CompletedTask;

    /// <summary>The link with which a browser logs in; null = no dashboard.</summary>
    public string? Login { get; private set; }

    /// <summary>The page address, without the token; null = no dashboard.</summary>
    public string? Address { get; private set; }

    public int? Pid { get; private set; }

    /// <summary>What services need to send their telemetry; empty = they send none.</summary>
    public IReadOnlyDictionary<string, string> Telemetry { get; private set; } = new Dictionary<string, string>();

    public void Start(string resourceServiceUrl, string resourceServiceKey)
    {
        if (FindProgram() is not { } program)
            return;

        var (token, otlpKey) = (configuration["AppHost:BrowserToken"] ?? Key(), configuration["AppHost:OtlpApiKey"] ?? Key());
        var page = configuration["ASPNETCORE_URLS"]?.Split(';')[0] ?? $"http://localhost:{(Ports.IsFree(UsualPort) ? UsualPort : Ports.Free())}";
        var otlp = configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] ?? $"http://127.0.0.1:{Ports.Free()}";
        var anonymous = configuration["ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS"] is "true" or "1";
        Address = page;
        Login = anonymous ? page : $"{page}/login?t={token}";
        Telemetry = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = otlp,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={otlpKey}",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
        };
        var plan = new LaunchPlan(program, ["dashboard"], Path.GetDirectoryName(program)!, new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = page,
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["DOTNET_ENVIRONMENT"] = null,
            ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = otlp,
            ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = resourceServiceUrl,
            ["DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE"] = "ApiKey",
            ["DASHBOARD__RESOURCESERVICECLIENT__APIKEY"] = resourceServiceKey,
            ["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey",
            ["DASHBOARD__OTLP__PRIMARYAPIKEY"] = otlpKey,
            ["DASHBOARD__FRONTEND__AUTHMODE"] = anonymous ? "Unsecured" : "BrowserToken",
            ["DASHBOARD__FRONTEND__BROWSERTOKEN"] = token,
            ["DASHBOARD__API__AUTHMODE"] = "ApiKey",
            ["DASHBOARD__API__PRIMARYAPIKEY"] = configuration["AppHost:DashboardApiKey"] ?? Key(),
            ["LOGGING__LOGLEVEL__DEFAULT"] = "Warning",
            ["LOGGING__LOGLEVEL__MICROSOFT.ASPNETCORE.DATAPROTECTION"] = "Error", // its cookies live as long as this run
        })
        {
            DeathSignal = Signal.Kill,
        };
        _watch = Task.Run(() => KeepRunningAsync(plan, _stopping.Token));
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _watch;
    }

    public void Dispose() => _stopping.Dispose();

    private async Task KeepRunningAsync(LaunchPlan plan, CancellationToken token)
    {
        try
        {
            for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
            {
                using var child = await supervisor.StartAsync(plan, (line, _) => Relay(line, token));
                Pid = child.Pid;
                var code = await UntilEndAsync(child, token);
                LogEnded(code, pause);
                await Task.Delay(pause, time, token);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // stopped with the system
        }
        catch (DistributedApplicationException e)
        {
            LogAbsent(e.Message);
        }
    }

    private static async Task<int> UntilEndAsync(Child child, CancellationToken token)
    {
        try
        {
            await child.Exited.WaitAsync(token);
            return child.ExitCode;
        }
        catch (OperationCanceledException)
        {
            await child.StopAsync(Signal.Terminate, Grace);
            throw;
        }
    }

    /// <summary>A dashboard with open pages writes a stack trace while it stops: nothing that anybody should read.</summary>
    private void Relay(string line, CancellationToken token)
    {
        if (line.Length > 0 && !token.IsCancellationRequested)
            LogLine(line);
    }

    private string? FindProgram()
    {
        if (configuration["DisableDashboard"] is "true" or "True")
            return null;
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var asked = configuration["ASPIRE_BUNDLE_DIR"];
        var folder = asked is { Length: > 0 } ? asked : Path.Combine(home, ".aspire", "bundle");
        var program = Path.Combine(folder, "managed", "aspire-managed");
        if (File.Exists(program))
            return program;
        LogAbsent($"no Aspire CLI bundle in {folder}; ./cassiopea doctor says how to install it");
        return null;
    }

    private static string Key() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    [LoggerMessage(1, LogLevel.Warning, "No Aspire dashboard, everything else runs: {Why}")]
    private partial void LogAbsent(string why);

    [LoggerMessage(2, LogLevel.Warning, "The dashboard ended (exit code {Code}); started again in {Pause}")]
    private partial void LogEnded(int code, TimeSpan pause);

    [LoggerMessage(3, LogLevel.Warning, "dashboard: {Line}")]
    private partial void LogLine(string line);
}
