using Aspire.Hosting;
using Aspire.Hosting.Local;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cassiopea.AppHost.Local.Tests;

/// <summary>A small system of shell processes, running in this process, without a dashboard.</summary>
internal sealed class RunningSystem : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly DistributedApplication _application;

    private RunningSystem(TemporaryFolder folder, DistributedApplication application) => (_folder, _application) = (folder, application);

    public InstanceTable Table => _application.Services.GetRequiredService<InstanceTable>();

    public Orchestrator Orchestrator => _application.Services.GetRequiredService<Orchestrator>();

    public ResourceService ResourceService => _application.Services.GetRequiredService<ResourceService>();

    public Dashboard Dashboard => _application.Services.GetRequiredService<Dashboard>();

    public string State => _folder.Path;

    public static async Task<RunningSystem> StartAsync(Action<IDistributedApplicationBuilder> page, params string[] settings)
    {
        var folder = new TemporaryFolder();
        string[] first = settings.Contains("dashboard") ? [] : ["--DisableDashboard=true"];
        var builder = DistributedApplication.CreateBuilder([$"--State={folder.Path}", .. first, .. settings.Where(s => s.StartsWith('-'))]);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        page(builder);
        var application = builder.Build();
        await application.StartAsync();
        return new RunningSystem(folder, application);
    }

    public Instance One(string name) => Assert.Single(Table.All, instance => instance.Resource.Name == name);

    public Task UntilAsync(string name, string state) => Eventually.TrueAsync($"{name} is {state}", () => One(name).Now.State == state);

    public Task StopAsync() => _application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        _folder.Dispose();
    }
}
