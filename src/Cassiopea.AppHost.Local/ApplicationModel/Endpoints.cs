namespace Aspire.Hosting.ApplicationModel;

/// <summary>An address that a resource listens on. Ports are given when the system starts: one per replica.</summary>
public sealed class EndpointAnnotation(string name, string scheme, int? port, int? targetPort, string? env) : IResourceAnnotation
{
    private int[] _allocated = [];

    public string Name => name;

    public string UriScheme { get; set; } = scheme;

    public int? Port { get; set; } = port;

    public int? TargetPort { get; set; } = targetPort;

    public bool IsExternal { get; set; }

    public bool IsProxied { get; set; } = true;

    /// <summary>The environment variable in which the process is told its port.</summary>
    internal string? Env => env;

    /// <summary>One port per replica; the array is replaced, never changed.</summary>
    internal IReadOnlyList<int> Allocated => Volatile.Read(ref _allocated);

    internal void Allocate(IEnumerable<int> ports) => Volatile.Write(ref _allocated, [.. ports]);

    internal string UrlOf(int replica) => $"{UriScheme}://localhost:{Allocated[replica]}";
}

public enum EndpointProperty
{
    Url,
    Host,
    IPV4Host,
    Port,
    Scheme,
    TargetPort,
    HostAndPort,
}

/// <summary>The endpoint of a resource, by name: it may be asked for before the endpoint exists.</summary>
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IValueProvider, IManifestExpressionProvider
{
    public IResourceWithEndpoints Resource => owner;

    public string EndpointName => endpointName;

    public bool Exists => Find() is not null;

    public EndpointAnnotation EndpointAnnotation =>
        Find() ?? throw new InvalidOperationException($"Resource '{owner.Name}' has no endpoint '{endpointName}'.");

    public string Host => "localhost";

    public string Scheme => EndpointAnnotation.UriScheme;

    /// <exception cref="InvalidOperationException">The system has not started yet.</exception>
    public int Port => EndpointAnnotation.Allocated is [var first, ..]
        ? first
        : throw new InvalidOperationException($"The endpoint '{endpointName}' of resource '{owner.Name}' is not allocated yet.");

    public string Url => $"{Scheme}://{Host}:{Port}";

    public string ValueExpression => $"{{{owner.Name}.bindings.{endpointName}.url}}";

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<string?>(Url);

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    private EndpointAnnotation? Find() =>
        owner.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => string.Equals(e.Name, endpointName, StringComparison.OrdinalIgnoreCase));
}

public sealed class EndpointReferenceExpression(EndpointReference endpoint, EndpointProperty property)
    : IValueProvider, IManifestExpressionProvider
{
    public EndpointReference Endpoint => endpoint;

    public EndpointProperty Property => property;

    public string ValueExpression =>
        $"{{{endpoint.Resource.Name}.bindings.{endpoint.EndpointName}.{property.ToString().ToLowerInvariant()}}}";

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<string?>(property switch
    {
        EndpointProperty.Url => endpoint.Url,
        EndpointProperty.Host => endpoint.Host,
        EndpointProperty.IPV4Host => "127.0.0.1",
        EndpointProperty.Port or EndpointProperty.TargetPort => $"{endpoint.Port}",
        EndpointProperty.Scheme => endpoint.Scheme,
        EndpointProperty.HostAndPort => $"{endpoint.Host}:{endpoint.Port}",
        _ => throw new InvalidOperationException($"Unknown endpoint property {property}."),
    });
}
