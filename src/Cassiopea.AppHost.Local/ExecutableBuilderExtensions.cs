using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Imitates <c>ExecutableResourceBuilderExtensions</c> of Aspire.Hosting.</summary>
public static class ExecutableBuilderExtensions
{
    /// <summary>Adds a program. A relative working directory starts at the AppHost's folder.</summary>
    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args)
    {
        var folder = Path.GetFullPath(workingDirectory, builder.AppHostDirectory);
        return builder.AddResource(new ExecutableResource(name, command, folder)).WithArgs(args ?? []);
    }
}
