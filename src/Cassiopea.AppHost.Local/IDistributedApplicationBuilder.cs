using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public enum DistributedApplicationOperation
{
    Run,
    Publish,
}

/// <summary>The stand-in only runs; publishing needs the genuine packages.</summary>
public sealed class DistributedApplicationExecutionContext
{
    public DistributedApplicationOperation Operation => DistributedApplicationOperation.Run;

    public bool IsRunMode => true;

    public bool IsPublishMode => false;
}

public interface IDistributedApplicationBuilder
{
    ConfigurationManager Configuration { get; }

    IHostEnvironment Environment { get; }

    IServiceCollection Services { get; }

    string AppHostDirectory { get; }

    DistributedApplicationExecutionContext ExecutionContext { get; }

    IResourceCollection Resources { get; }

    IResourceBuilder<T> AddResource<T>(T resource) where T : IResource;

    IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource;

    DistributedApplication Build();
}

public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

/// <summary>What the build knows about a project of the solution; <c>Projects.*</c> implement it (Aspire.Local.targets).</summary>
public interface IProjectMetadata : IResourceAnnotation
{
    string ProjectPath { get; }

    string? TargetPath => null;

    bool SuppressBuild => false;
}
