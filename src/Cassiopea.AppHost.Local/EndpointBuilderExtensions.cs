using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Local;

namespace Aspire.Hosting;

/// <summary>Imitates the endpoint, URL and health methods of <c>ResourceBuilderExtensions</c> in Aspire.Hosting.</summary>
public static class EndpointBuilderExtensions
{
    public static IResourceBuilder<T> WithEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? scheme = null, string? name = null,
        string? env = null, bool? isProxied = null, bool? isExternal = null)
        where T : IResourceWithEndpoints
    {
        var endpoint = new EndpointAnnotation(name ?? scheme ?? "tcp", scheme ?? "tcp", port, targetPort, env)
        {
            IsProxied = isProxied ?? true,
            IsExternal = isExternal ?? false,
        };
        if (builder.GetEndpoint(endpoint.Name).Exists)
            throw new DistributedApplicationException($"Endpoint with name '{endpoint.Name}' already exists.");
        return builder.WithAnnotation(endpoint);
    }

    public static IResourceBuilder<T> WithHttpEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null,
        bool? isProxied = null)
        where T : IResourceWithEndpoints => builder.WithEndpoint(port, targetPort, Uri.UriSchemeHttp, name, env, isProxied);

    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder) where T : IResourceWithEndpoints
    {
        foreach (var endpoint in builder.Resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.UriScheme is "http" or "https"))
            endpoint.IsExternal = true;
        return builder;
    }

    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints => new(builder.Resource, name);

    /// <summary>Changes the link of an endpoint: its text, or its path when <c>Url</c> is set to something that begins with '/'.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(
        this IResourceBuilder<T> builder, string endpointName, Action<ResourceUrlAnnotation> callback)
        where T : IResource => builder.WithAnnotation(new UrlCallbackAnnotation(endpointName, callback));

    /// <summary>Healthy when every replica answers <paramref name="statusCode"/> (200) on <paramref name="path"/> ('/').</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        var endpoint = builder.Resource.Annotations.OfType<EndpointAnnotation>()
            .FirstOrDefault(e => endpointName is null ? e.UriScheme == Uri.UriSchemeHttp : e.Name == endpointName)
            ?? throw new DistributedApplicationException(
                $"Could not create HTTP health check for resource '{builder.Resource.Name}' as no HTTP endpoint was found.");
        var (asked, wanted) = (path ?? "/", statusCode ?? 200);
        return builder.WithAnnotation(new HealthAnnotation(
            $"{builder.Resource.Name}_{endpoint.Name}_{asked}_{wanted}_check",
            token => HttpProbe.CheckAsync(endpoint, asked, wanted, token)));
    }
}
