using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Local;

/// <summary>Every copy of every resource, in the order of the page, and a pulse when one changes.</summary>
internal sealed partial class InstanceTable(DistributedApplicationBuilder application, TimeProvider time, ILogger<InstanceTable> log) : IDisposable
{
    private const int SuffixLength = 8;
    private const string SuffixLetters = "abcdefghjkmnpqrstuvwxyz";

    public IReadOnlyList<Instance> All { get; private set; } = [];

    public Pulse Changed { get; } = new();

    /// <summary>Makes the copies and gives every endpoint its ports.</summary>
    public void Fill()
    {
        foreach (var resource in application.Resources)
        {
            var replicas = resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
                endpoint.Allocate(Enumerable.Range(0, replicas).Select(i => FixedPort(endpoint, i) ?? Ports.Free()));
        }

        var logs = application.State.MakeFolder("logs");
        All =
        [
            .. from resource in application.Resources
               let replicas = resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1
               from replica in Enumerable.Range(0, replicas)
               let log = new LogFile(Path.Combine(logs, replica == 0 ? $"{resource.Name}.log" : $"{resource.Name}-{replica}.log"))
               select new Instance(resource, replica, Suffix(resource), log, this, time),
        ];
    }

    public IReadOnlyList<Instance> Of(IResource resource) => [.. All.Where(instance => instance.Resource == resource)];

    public Instance? Find(string name) => All.FirstOrDefault(instance => instance.Name == name);

    public void Announce(Instance instance, Snapshot before, Snapshot after)
    {
        if (before.State != after.State)
        {
            if (after.State == State.Exited)
                LogExit(instance.Resource.Name, after.ExitCode);
            else if (instance.HasProcess && after.State is State.Running or State.Finished)
                LogState(instance.Resource.Name, after.State);
            else
                LogStep(instance.Resource.Name, after.State);
        }

        Changed.Beat();
    }

    public void Dispose()
    {
        foreach (var instance in All)
            instance.Dispose();
    }

    /// <summary>The port that the page asks for: it belongs to the first replica.</summary>
    public static int? FixedPort(EndpointAnnotation endpoint, int replica) =>
        replica == 0 && (endpoint.TargetPort ?? endpoint.Port) is { } port && port != 0 ? port : null;

    private static string? Suffix(IResource resource) => resource is ProjectResource or ExecutableResource
        ? RandomNumberGenerator.GetString(SuffixLetters, SuffixLength)
        : null;

    [LoggerMessage(1, LogLevel.Information, "{Name}: {State}")]
    private partial void LogState(string name, string state);

    [LoggerMessage(2, LogLevel.Debug, "{Name}: {State}")]
    private partial void LogStep(string name, string state);

    [LoggerMessage(3, LogLevel.Error, "{Name}: ended by itself with exit code {ExitCode}")]
    private partial void LogExit(string name, int? exitCode);
}
