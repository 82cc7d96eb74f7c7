using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Imitates the environment, argument and reference methods of <c>ResourceBuilderExtensions</c> in Aspire.Hosting.</summary>
public static class EnvironmentBuilderExtensions
{
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => builder.Set(name, value ?? "");

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, ReferenceExpression value)
        where T : IResourceWithEnvironment => builder.Set(name, value);

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, EndpointReference endpointReference)
        where T : IResourceWithEnvironment => builder.Set(name, endpointReference);

    public static IResourceBuilder<T> WithEnvironment<T>(
        this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => builder.Set(name, parameter.Resource);

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, Action<EnvironmentCallbackContext> callback)
        where T : IResourceWithEnvironment => builder.WithAnnotation(new EnvironmentAnnotation(callback));

    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params string[] args)
        where T : IResourceWithArgs => builder.WithAnnotation(new ArgumentsAnnotation(() => args));

    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params object[] args)
        where T : IResourceWithArgs => builder.WithAnnotation(new ArgumentsAnnotation(() => args.Select(Late)));

    /// <summary>Hands over a connection string as <c>ConnectionStrings__NAME</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source,
        string? connectionName = null, bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        var resource = source.Resource;
        var variable = resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{connectionName ?? resource.Name}";
        return builder.RelatedTo(resource, "Reference").Set(variable, optional ? new OptionalValue(resource) : resource);
    }

    /// <summary>Hands over every endpoint of another service as <c>services__NAME__ENDPOINT__N</c>, one N per replica.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        var resource = source.Resource;
        return builder.RelatedTo(resource, "Reference").WithAnnotation(new EnvironmentAnnotation(context =>
        {
            foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
            {
                for (var replica = 0; replica < endpoint.Allocated.Count; replica++)
                    context.EnvironmentVariables[$"services__{resource.Name}__{endpoint.Name}__{replica}"] = endpoint.UrlOf(replica);
            }
        }));
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment
    {
        var owner = endpointReference.Resource;
        return builder.RelatedTo(owner, "Reference").Set($"services__{owner.Name}__{endpointReference.EndpointName}__0", endpointReference);
    }

    internal static IResourceBuilder<T> RelatedTo<T>(this IResourceBuilder<T> builder, IResource other, string type)
        where T : IResource => builder.WithAnnotation(new ResourceRelationshipAnnotation(other, type));

    private static IResourceBuilder<T> Set<T>(this IResourceBuilder<T> builder, string name, object value)
        where T : IResource => builder.WithAnnotation(new EnvironmentAnnotation(context => context.EnvironmentVariables[name] = value));

    private static object Late(object argument) => argument is IResourceBuilder<IResource> { Resource: IValueProvider late } ? late : argument;

    /// <summary>A connection string that may be missing: then the variable is not set.</summary>
    private sealed class OptionalValue(IResourceWithConnectionString source) : IValueProvider
    {
        public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
        {
            try
            {
                return await source.GetConnectionStringAsync(cancellationToken);
            }
            catch (DistributedApplicationException)
            {
                return null;
            }
        }
    }
}
