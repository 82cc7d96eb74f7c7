using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Imitates the waiting and relationship methods of <c>ResourceBuilderExtensions</c> in Aspire.Hosting.</summary>
public static class OrderBuilderExtensions
{
    /// <summary>Starts only when every replica of the dependency runs and is healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport =>
        builder.Wait(dependency.Resource, WaitType.WaitUntilHealthy);

    /// <summary>Starts only when the dependency has ended with <paramref name="exitCode"/>; any other code fails this resource.</summary>
    public static IResourceBuilder<T> WaitForCompletion<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, int exitCode = 0)
        where T : IResourceWithWaitSupport =>
        builder.Wait(dependency.Resource, WaitType.WaitForCompletion, exitCode);

    /// <summary>Not started with the system, only by the start command.</summary>
    public static IResourceBuilder<T> WithExplicitStart<T>(this IResourceBuilder<T> builder)
        where T : IResource => builder.WithAnnotation(new ExplicitStartupAnnotation());

    public static IResourceBuilder<T> WithParentRelationship<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> parent)
        where T : IResource => builder.RelatedTo(parent.Resource, "Parent");

    private static IResourceBuilder<T> Wait<T>(this IResourceBuilder<T> builder, IResource dependency, WaitType type, int exitCode = 0)
        where T : IResource =>
        builder.RelatedTo(dependency, "WaitFor").WithAnnotation(new WaitAnnotation(dependency, type, exitCode));
}
