using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Local;

/// <summary>Turns a resource into a command line and an environment, at the moment it starts.</summary>
internal sealed partial class Launch(Dashboard dashboard, ILogger<Launch> log)
{
    /// <summary>What this host is told is not for its children: addresses, and the secrets of everybody.</summary>
    private static readonly string[] NotInherited = ["ConnectionStrings__", "Parameters__", "AppHost__", "services__", "ASPIRE_"];

    /// <exception cref="DistributedApplicationException">A value is missing, a program is missing or a port is taken.</exception>
    public async Task<LaunchPlan> PlanAsync(Instance instance, CancellationToken token)
    {
        var resource = instance.Resource;
        CheckPorts(instance);
        var given = new Dictionary<string, object>(StringComparer.Ordinal);
        var (program, arguments, folder) = resource switch
        {
            ProjectResource => DescribeProject(instance, given),
            ExecutableResource executable => (executable.Command, [], executable.WorkingDirectory),
            PrivateServerResource server => (server.Annotations.OfType<ProgramAnnotation>().Last().Program(), [], server.WorkingDirectory),
            _ => throw new DistributedApplicationException($"'{resource.Name}' is not a program."),
        };
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            if (endpoint.Env is { } variable)
                given[variable] = endpoint.Allocated[instance.Replica];
        }

        var context = new EnvironmentCallbackContext(given, token);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentAnnotation>())
            annotation.Callback(context);
        foreach (var argument in resource.Annotations.OfType<ArgumentsAnnotation>().SelectMany(annotation => annotation.Arguments()))
            arguments.Add(await ResolveAsync(argument, token) ?? "");

        var environment = Inherited();
        foreach (var (name, value) in given)
            environment[name] = await ResolveAsync(value, token);
        var signals = resource.Annotations.OfType<SignalAnnotation>().LastOrDefault();
        return new LaunchPlan(program, arguments, folder, environment)
        {
            UnprivilegedUser = resource.Annotations.OfType<UnprivilegedUserAnnotation>().LastOrDefault()?.User,
            DeathSignal = signals?.Death ?? Signal.Terminate,
        };
    }

    private static Dictionary<string, string?> Inherited()
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["ASPNETCORE_URLS"] = null };
        foreach (string name in Environment.GetEnvironmentVariables().Keys)
        {
            if (NotInherited.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
                environment[name] = null;
        }

        return environment;
    }

    private (string Program, List<string> Arguments, string Folder) DescribeProject(Instance instance, Dictionary<string, object> given)
    {
        var resource = instance.Resource;
        var metadata = resource.Annotations.OfType<IProjectMetadata>().Last();
        foreach (var (name, value) in dashboard.Telemetry)
            given[name] = value;
        given["OTEL_SERVICE_NAME"] = resource.Name;
        given["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={instance.Suffix}";
        given["DOTNET_NOLOGO"] = "1";
        given["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
        var urls = resource.Annotations.OfType<EndpointAnnotation>()
            .Where(endpoint => endpoint.UriScheme == Uri.UriSchemeHttp)
            .Select(endpoint => endpoint.UrlOf(instance.Replica));
        if (string.Join(';', urls) is { Length: > 0 } addresses)
            given["ASPNETCORE_URLS"] = addresses;

        var folder = Path.GetDirectoryName(metadata.ProjectPath)!;
        var dotnet = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        return metadata.TargetPath is { } built && File.Exists(built)
            ? (dotnet, [built], folder)
            : (dotnet, ["run", "--project", metadata.ProjectPath, "--no-build", "--no-launch-profile"], folder);
    }

    /// <summary>Somebody may have taken a port since it was chosen. Before anybody was told of it, another will do.</summary>
    private void CheckPorts(Instance instance)
    {
        foreach (var endpoint in instance.Resource.Annotations.OfType<EndpointAnnotation>())
        {
            var port = endpoint.Allocated[instance.Replica];
            if (Ports.IsFree(port))
                continue;
            if (InstanceTable.FixedPort(endpoint, instance.Replica) is not null || instance.WasReady)
                throw new DistributedApplicationException($"Port {port} of resource '{instance.Resource.Name}' is taken by another program.");
            var other = Ports.Free();
            endpoint.Allocate(endpoint.Allocated.Select((old, replica) => replica == instance.Replica ? other : old).ToImmutableArray());
            LogOtherPort(instance.Resource.Name, port, other);
        }
    }

    private static async ValueTask<string?> ResolveAsync(object value, CancellationToken token) =>
        value is IValueProvider late ? await late.GetValueAsync(token) : value.ToString();

    [LoggerMessage(1, LogLevel.Warning, "{Name}: port {Port} was taken meanwhile, using {Other}")]
    private partial void LogOtherPort(string name, int port, int other);
}
