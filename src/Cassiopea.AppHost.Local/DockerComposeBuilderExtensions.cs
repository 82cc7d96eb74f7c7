using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public sealed class DockerComposeEnvironmentResource(string name) : Resource(name);

/// <summary>Imitates Aspire.Hosting.Docker, which matters to <c>aspire publish</c> only: nothing is added to the running system.</summary>
public static class DockerComposeBuilderExtensions
{
    public static IResourceBuilder<DockerComposeEnvironmentResource> AddDockerComposeEnvironment(
        this IDistributedApplicationBuilder builder, string name) =>
        builder.CreateResourceBuilder(new DockerComposeEnvironmentResource(name));
}
