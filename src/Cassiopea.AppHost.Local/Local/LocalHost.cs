using System.Runtime.InteropServices;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Local;

/// <summary>The beginning and the end of a run: lock, rows, dashboard, resources; and the links, when everything is ready.</summary>
internal sealed partial class LocalHost(
    DistributedApplicationBuilder application, InstanceTable table, Orchestrator orchestrator, ResourceService resourceService,
    Dashboard dashboard, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<LocalHost> log) : IHostedService, IDisposable
{
    /// <summary>Links of the running system, for programs: <c>{"console", "dashboard", "resources": {NAME: [URL]}}</c>.</summary>
    private const string LinksFile = "links.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private IDisposable? _lock;
    private PosixSignalRegistration? _hangUp;
    private Task _greeting = Task.CompletedTask;

    public async Task StartAsync(CancellationToken token)
    {
        var began = time.GetTimestamp();
        _lock = application.State.Take();
        File.Delete(application.State.PathOf(LinksFile));
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => // the terminal was closed: stop in order as well
        {
            context.Cancel = true;
            lifetime.StopApplication();
        });
        table.Fill();
        await resourceService.StartAsync(token);
        dashboard.Start(resourceService.Url, resourceService.ApiKey);
        LogStarting(table.All.Count, application.State.Path);
        if (dashboard.Login is { } login)
            LogLink("Dashboard", login);
        orchestrator.StartAll();
        _greeting = Task.Run(() => GreetAsync(began, lifetime.ApplicationStopping), CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken token)
    {
        if (_lock is null)
            return;
        var began = time.GetTimestamp();
        LogStopping();
        await orchestrator.StopAllAsync();
        await _greeting;
        await dashboard.StopAsync();
        await resourceService.StopAsync();
        File.Delete(application.State.PathOf(LinksFile));
        LogStopped(time.GetElapsedTime(began).TotalSeconds);
    }

    public void Dispose()
    {
        _hangUp?.Dispose();
        _lock?.Dispose();
    }

    /// <summary>Says once that everything is ready, or what is not.</summary>
    private async Task GreetAsync(long began, CancellationToken token)
    {
        try
        {
            while (true)
            {
                var changed = table.Changed.Next;
                var expected = table.All.Where(instance => !instance.Resource.Annotations.OfType<ExplicitStartupAnnotation>().Any()).ToList();
                if (expected.TrueForAll(instance => instance.Now.Ready || instance.Now.State is State.Finished or State.FailedToStart or State.ValueMissing))
                {
                    Greet(expected, time.GetElapsedTime(began));
                    return;
                }

                await changed.WaitAsync(token);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // stopped before it was ready
        }
    }

    private void Greet(List<Instance> expected, TimeSpan took)
    {
        var failed = expected.Where(instance => instance.Now.State is State.FailedToStart or State.ValueMissing).Select(instance => instance.Resource.Name);
        if (string.Join(", ", failed) is { Length: > 0 } names)
            LogNotReady(names);
        else
            LogReady(took.TotalSeconds);

        var external = expected.SelectMany(Rows.Links).Where(link => link.External).ToList();
        foreach (var link in external)
            LogLink(link.Text.Length > 0 ? link.Text : link.Endpoint, link.Url);
        if (dashboard.Login is { } login)
            LogLink("Dashboard", login);
        var resources = expected.GroupBy(instance => instance.Resource.Name)
            .Select(group => (Name: group.Key, Urls: group.SelectMany(Rows.Links).Select(link => link.Url).ToArray()))
            .Where(group => group.Urls.Length > 0)
            .ToDictionary(group => group.Name, group => group.Urls);
        SecretFile.Replace(application.State.PathOf(LinksFile), JsonSerializer.Serialize(
            new { console = external.Select(link => link.Url).FirstOrDefault(), dashboard = dashboard.Login, resources }, Indented));
    }

    [LoggerMessage(1, LogLevel.Information, "Starting {Count} resources, state in {Folder}")]
    private partial void LogStarting(int count, string folder);

    [LoggerMessage(2, LogLevel.Information, "Everything is ready after {Seconds:0.0} s")]
    private partial void LogReady(double seconds);

    [LoggerMessage(3, LogLevel.Error, "Running without: {Names}")]
    private partial void LogNotReady(string names);

    [LoggerMessage(4, LogLevel.Information, "{Text}: {Url}")]
    private partial void LogLink(string text, string url);

    [LoggerMessage(5, LogLevel.Information, "Stopping")]
    private partial void LogStopping();

    [LoggerMessage(6, LogLevel.Information, "Stopped in {Seconds:0.0} s")]
    private partial void LogStopped(double seconds);
}
