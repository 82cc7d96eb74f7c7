using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Local.Wire;
using Google.Protobuf.WellKnownTypes;

namespace Aspire.Hosting.Local;

/// <summary>A copy of a resource as the dashboard wants to see it.</summary>
internal static class Rows
{
    public static ResourceRow Describe(Instance instance, Snapshot now)
    {
        var resource = instance.Resource;
        var row = new ResourceRow
        {
            Name = instance.Name,
            ResourceType = TypeOf(resource),
            DisplayName = resource.Name,
            Uid = instance.Name,
            State = now.State,
            CreatedAt = now.Created.ToTimestamp(),
            SupportsDetailedTelemetry = true,
        };
        if (now.Style is { } style)
            row.StateStyle = style;
        if (now.Started is { } started)
            row.StartedAt = started.ToTimestamp();
        if (now.Stopped is { } stopped)
            row.StoppedAt = stopped.ToTimestamp();
        row.Environment.AddRange(now.Environment.OrderBy(variable => variable.Key, StringComparer.Ordinal).Select(variable =>
            new EnvironmentVariable { Name = variable.Key, Value = variable.Value, IsFromSpec = true }));
        row.Urls.AddRange(Links(instance).Select(link => new Url
        {
            EndpointName = link.Endpoint,
            FullUrl = link.Url,
            IsInactive = now.State != State.Running,
            DisplayProperties = new UrlDisplayProperties { DisplayName = link.Text },
        }));
        row.HealthReports.AddRange(now.Health.Select(Describe));
        row.Relationships.AddRange(RelationsOf(resource));
        row.Properties.AddRange(PropertiesOf(instance, now));
        row.Commands.AddRange(CommandsOf(instance, now));
        return row;
    }

    /// <summary>The links of a copy, as the page changed them.</summary>
    public static IEnumerable<(string Endpoint, string Url, string Text, bool External)> Links(Instance instance)
    {
        foreach (var endpoint in instance.Resource.Annotations.OfType<EndpointAnnotation>())
        {
            if (endpoint.Allocated.Count <= instance.Replica)
                continue;
            var address = endpoint.UrlOf(instance.Replica);
            var link = new ResourceUrlAnnotation { Url = address };
            foreach (var change in instance.Resource.Annotations.OfType<UrlCallbackAnnotation>().Where(c => c.EndpointName == endpoint.Name))
                change.Callback(link);
            yield return (endpoint.Name, link.Url.StartsWith('/') ? address + link.Url : link.Url, link.DisplayText ?? "", endpoint.IsExternal);
        }
    }

    private static string TypeOf(IResource resource) => resource switch
    {
        ProjectResource => "Project",
        ParameterResource => "Parameter",
        ConnectionStringResource => "ConnectionString",
        PostgresServerResource => "PostgresServer",
        PostgresDatabaseResource => "PostgresDatabase",
        RabbitMQServerResource => "RabbitMQServer",
        _ => "Executable",
    };

    private static HealthReport Describe(HealthResult result)
    {
        var report = new HealthReport { Key = result.Key, Description = result.Why };
        if (result.Healthy is { } healthy)
            report.Status = healthy ? HealthStatus.Healthy : HealthStatus.Unhealthy;
        if (result.At is { } at)
            report.LastRunAt = at.ToTimestamp();
        return report;
    }

    private static IEnumerable<ResourceRelationship> RelationsOf(IResource resource)
    {
        foreach (var relation in resource.Annotations.OfType<ResourceRelationshipAnnotation>())
            yield return new ResourceRelationship { ResourceName = relation.Resource.Name, Type = relation.Type };
        if (resource is IResourceWithParent child)
            yield return new ResourceRelationship { ResourceName = child.Parent.Name, Type = "Parent" };
    }

    private static IEnumerable<ResourceProperty> PropertiesOf(Instance instance, Snapshot now)
    {
        if (now.ExitCode is { } code)
            yield return Property("resource.exitCode", Value.ForNumber(code));
        if (now.Pid is { } pid)
            yield return Property("executable.pid", Value.ForString($"{pid}"));
        if (now.Restarts > 0)
            yield return Property("Started again after a crash", Value.ForString($"{now.Restarts} times"));
        if (now.WaitingFor is { } waitingFor)
            yield return Property("Waiting for", Value.ForString(waitingFor));
        if (instance.IsExternal)
            yield return Property("resource.source", Value.ForString($"ConnectionStrings:{instance.Resource.Name}"));

        switch (instance.Resource)
        {
            case ProjectResource project:
                yield return Property("project.path", Value.ForString(project.Annotations.OfType<IProjectMetadata>().Last().ProjectPath));
                break;
            case ExecutableResource executable:
                foreach (var property in ProgramOf(now.Program ?? executable.Command, executable.WorkingDirectory, now))
                    yield return property;
                break;
            case PrivateServerResource server when now.Program is { } program:
                foreach (var property in ProgramOf(program, server.WorkingDirectory, now))
                    yield return property;
                break;
            case ParameterResource parameter:
                if (now.State == State.Running)
                    yield return Property("Value", Value.ForString(parameter.Read()), parameter.Secret);
                yield return Property("resource.source", Value.ForString($"Parameters:{parameter.Name}"));
                break;
        }
    }

    private static IEnumerable<ResourceProperty> ProgramOf(string program, string folder, Snapshot now)
    {
        yield return Property("executable.path", Value.ForString(program));
        yield return Property("executable.workDir", Value.ForString(folder));
        yield return Property("executable.args", Value.ForList([.. now.Arguments.Select(Value.ForString)]));
    }

    private static IEnumerable<ResourceCommand> CommandsOf(Instance instance, Snapshot now)
    {
        if (!instance.HasProcess)
            yield break;
        var stopped = State.IsStopped(now.State);
        var busy = State.IsBusy(now.State);
        yield return Command("start", "Start", "Play", highlighted: true, stopped ? Enabled : busy ? Disabled : Hidden);
        yield return Command("stop", "Stop", "Stop", highlighted: true, stopped && !now.Pausing ? Hidden : now.State == State.Stopping ? Disabled : Enabled);
        yield return Command("restart", "Restart", "ArrowCounterclockwise", highlighted: false, stopped || busy ? Disabled : Enabled);
    }

    private const ResourceCommandState Enabled = ResourceCommandState.Enabled;
    private const ResourceCommandState Disabled = ResourceCommandState.Disabled;
    private const ResourceCommandState Hidden = ResourceCommandState.Hidden;

    private static ResourceCommand Command(string name, string label, string icon, bool highlighted, ResourceCommandState state) => new()
    {
        Name = name,
        DisplayName = label,
        DisplayDescription = $"{label} resource",
        IconName = icon,
        IconVariant = highlighted ? IconVariant.Filled : IconVariant.Regular,
        IsHighlighted = highlighted,
        State = state,
    };

    private static ResourceProperty Property(string name, Value value, bool sensitive = false) =>
        new() { Name = name, Value = value, IsSensitive = sensitive };
}
