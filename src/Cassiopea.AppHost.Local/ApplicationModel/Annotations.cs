using Aspire.Hosting.Local;

namespace Aspire.Hosting.ApplicationModel;

public enum WaitType
{
    WaitUntilHealthy,
    WaitForCompletion,
    WaitUntilStarted,
}

public sealed class WaitAnnotation(IResource resource, WaitType waitType, int exitCode = 0) : IResourceAnnotation
{
    public IResource Resource => resource;

    public WaitType WaitType => waitType;

    public int ExitCode => exitCode;
}

public sealed class ResourceRelationshipAnnotation(IResource resource, string type) : IResourceAnnotation
{
    public IResource Resource => resource;

    /// <summary><c>Reference</c>, <c>WaitFor</c> or <c>Parent</c>: the edges of the dashboard's graph.</summary>
    public string Type => type;
}

public sealed class ReplicaAnnotation(int replicas) : IResourceAnnotation
{
    public int Replicas => replicas;
}

public sealed class ExplicitStartupAnnotation : IResourceAnnotation;

public sealed class ResourceUrlAnnotation : IResourceAnnotation
{
    public string Url { get; set; } = "";

    public string? DisplayText { get; set; }
}

public sealed class EnvironmentCallbackContext(Dictionary<string, object> environmentVariables, CancellationToken cancellationToken = default)
{
    public Dictionary<string, object> EnvironmentVariables => environmentVariables;

    public CancellationToken CancellationToken => cancellationToken;
}

/// <summary>Adds variables when the resource starts.</summary>
internal sealed record EnvironmentAnnotation(Action<EnvironmentCallbackContext> Callback) : IResourceAnnotation;

/// <summary>Adds arguments when the resource starts; values may be late.</summary>
internal sealed record ArgumentsAnnotation(Func<IEnumerable<object>> Arguments) : IResourceAnnotation;

/// <summary>A health check: no text = healthy, a text = why not.</summary>
internal sealed record HealthAnnotation(string Key, Func<CancellationToken, Task<string?>> Check) : IResourceAnnotation;

/// <summary>Work to do before the process starts: create a data folder, a database, a role.</summary>
internal sealed record StartHookAnnotation(Func<CancellationToken, Task> Hook) : IResourceAnnotation;

/// <summary>How a process ends: asked by <paramref name="Stop"/>, by <paramref name="Death"/> when this host dies.</summary>
internal sealed record SignalAnnotation(Signal Stop, Signal Death) : IResourceAnnotation;

/// <summary>A user without rights for a program that refuses to run as root; applies only when we are root.</summary>
internal sealed record UnprivilegedUserAnnotation(string User) : IResourceAnnotation;

/// <summary>The server is run by somebody else: nothing is started here, it is only watched.</summary>
internal sealed record ExternalAnnotation : IResourceAnnotation;

/// <summary>Started again, with back-off, after a crash: when it ends without being asked to, with a code that is not 0, or with any code.</summary>
internal sealed record RestartedAfterCrashAnnotation(bool WhateverTheCode = false) : IResourceAnnotation;

internal sealed record UrlCallbackAnnotation(string EndpointName, Action<ResourceUrlAnnotation> Callback) : IResourceAnnotation;
