using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Imitates <c>ProjectResourceBuilderExtensions</c> of Aspire.Hosting.</summary>
public static class ProjectBuilderExtensions
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Adds a project with its first launch profile of kind <c>Project</c>, if it has one.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new() => Add(builder, name, new TProject(), FirstProfile);

    /// <param name="builder">The page.</param>
    /// <param name="name">Resource name.</param>
    /// <param name="launchProfileName">A launch profile by name; null = none.</param>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, string name, string? launchProfileName)
        where TProject : IProjectMetadata, new() =>
        Add(builder, name, new TProject(), profiles => launchProfileName is null ? null : profiles[launchProfileName]);

    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas) =>
        builder.WithAnnotation(new ReplicaAnnotation(replicas));

    private static IResourceBuilder<ProjectResource> Add(
        IDistributedApplicationBuilder builder, string name, IProjectMetadata metadata, Func<JsonObject, JsonNode?> choose)
    {
        var project = builder.AddResource(new ProjectResource(name))
            .WithAnnotation(metadata)
            .WithAnnotation(new RestartedAfterCrashAnnotation())
            .WithAnnotation(new SignalAnnotation(Local.Signal.Terminate, Local.Signal.Kill));
        if (ReadProfiles(metadata.ProjectPath) is { } profiles && choose(profiles) is { } profile)
            Apply(project, profile);
        return project;
    }

    private static JsonNode? FirstProfile(JsonObject profiles) =>
        profiles.Select(entry => entry.Value).FirstOrDefault(profile => (string?)profile?["commandName"] == "Project");

    private static JsonObject? ReadProfiles(string projectPath)
    {
        var file = Path.Combine(Path.GetDirectoryName(projectPath)!, "Properties", "launchSettings.json");
        return File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file), documentOptions: Lenient)?["profiles"] as JsonObject : null;
    }

    /// <summary>Addresses become endpoints (http only: there is no development certificate here), variables become environment.</summary>
    private static void Apply(IResourceBuilder<ProjectResource> project, JsonNode profile)
    {
        foreach (var url in ((string?)profile["applicationUrl"])?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var uri = new Uri(url.Replace('*', '+').Replace("+", "localhost", StringComparison.Ordinal));
            if (uri.Scheme == Uri.UriSchemeHttp)
                project.WithHttpEndpoint(port: uri.Port);
        }

        foreach (var (variable, value) in profile["environmentVariables"] as JsonObject ?? [])
            project.WithEnvironment(variable, (string?)value);
    }
}
