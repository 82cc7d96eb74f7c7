using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Local;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Aspire.Hosting;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;

    public DistributedApplicationBuilder(string[] args)
    {
        AppHostDirectory = FindAppHostDirectory();
        _host = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppHostDirectory });
        State = new StateFolder(StateFolder.Choose(_host.Configuration));
        _host.Configuration["State"] = State.Path;

        _host.Logging.AddConsole(console => console.FormatterName = PlainLines.FormatterName)
            .AddConsoleFormatter<PlainLines, ConsoleFormatterOptions>();
        _host.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
        _host.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(30));
        _host.Services.AddSingleton(TimeProvider.System);
        _host.Services.AddSingleton(this);
        _host.Services.AddSingleton<Supervisor>();
        _host.Services.AddSingleton<InstanceTable>();
        _host.Services.AddSingleton<Launch>();
        _host.Services.AddSingleton<Dependencies>();
        _host.Services.AddSingleton<HealthLoop>();
        _host.Services.AddSingleton<InstanceRun>();
        _host.Services.AddSingleton<Orchestrator>();
        _host.Services.AddSingleton<ResourceService>();
        _host.Services.AddSingleton<Dashboard>();
        _host.Services.AddHostedService<LocalHost>();
    }

    /// <summary>Called instead of building, by tests that want the model and not the running system.</summary>
    internal static AsyncLocal<Action<DistributedApplicationBuilder>?> InsteadOfBuild { get; } = new();

    public ConfigurationManager Configuration => _host.Configuration;

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public string AppHostDirectory { get; }

    public DistributedApplicationExecutionContext ExecutionContext { get; } = new();

    public IResourceCollection Resources { get; } = new ResourceCollection();

    internal StateFolder State { get; }

    public IResourceBuilder<T> AddResource<T>(T resource) where T : IResource
    {
        ResourceName.Validate(resource.Name);
        if (Resources.Any(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException(
                $"Cannot add resource of type '{resource.GetType()}' with name '{resource.Name}' because a resource with that name already exists.");
        }

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        InsteadOfBuild.Value?.Invoke(this);
        return new DistributedApplication(_host.Build());
    }

    /// <summary>The AppHost's project folder, written into its assembly by Aspire.Local.targets; relative paths start there.</summary>
    private static string FindAppHostDirectory()
    {
        var written = Assembly.GetEntryAssembly()?.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(attribute => attribute.Key == "apphostprojectpath")?.Value;
        return written is not null && Directory.Exists(written) ? written : AppContext.BaseDirectory;
    }
}
