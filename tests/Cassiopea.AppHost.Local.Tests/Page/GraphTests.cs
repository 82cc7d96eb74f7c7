using System.Reflection;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Cassiopea.AppHost.Local.Tests.Page;

/// <summary>The page AppHost.cs, read as a model: every service of src once, its own database, the bus.</summary>
public sealed class GraphTests
{
    private static readonly DistributedApplicationBuilder Model = ReadPage();

    [Fact]
    public void Every_service_of_src_is_on_the_page_once()
    {
        var services = Directory.GetDirectories(Path.Combine(Tree.Root, "src"))
            .Where(folder => File.Exists(Path.Combine(folder, "Program.cs")) && IsWeb(folder))
            .Select(Path.GetFileName);
        var projects = Model.Resources.OfType<ProjectResource>()
            .Select(project => Path.GetFileNameWithoutExtension(project.Annotations.OfType<IProjectMetadata>().Single().ProjectPath));
        Assert.Equal(services.Order(StringComparer.Ordinal), projects.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_service_has_a_database_of_its_own_and_waits_for_it()
    {
        foreach (var service in Model.Resources.OfType<ProjectResource>())
        {
            var databases = RelatedTo<PostgresDatabaseResource>(service, "Reference");
            var database = Assert.Single(databases);
            Assert.Equal($"{service.Name}-db", database.Name);
            Assert.Same(database, VariablesOf(service)[$"ConnectionStrings__{database.Name}"]);
            Assert.Contains(service.Annotations.OfType<WaitAnnotation>(), wait => wait.Resource == database);
        }
    }

    [Fact]
    public void Every_service_uses_the_bus_and_waits_for_it()
    {
        foreach (var service in Model.Resources.OfType<ProjectResource>())
        {
            var bus = Assert.Single(RelatedTo<RabbitMQServerResource>(service, "Reference"));
            Assert.Same(bus, VariablesOf(service)["ConnectionStrings__bus"]);
            Assert.Contains(service.Annotations.OfType<WaitAnnotation>(), wait => wait.Resource == bus);
        }
    }

    [Fact]
    public void Every_service_says_how_it_is() =>
        Assert.All(Model.Resources.OfType<ProjectResource>(), service => Assert.Contains(
            service.Annotations.OfType<HealthAnnotation>(), check => check.Key.Contains("/health", StringComparison.Ordinal)));

    [Fact]
    public void Only_the_gateway_is_reached_from_outside() =>
        Assert.Equal("gateway", Assert.Single(Model.Resources, resource => resource.Annotations.OfType<EndpointAnnotation>().Any(e => e.IsExternal)).Name);

    [Fact]
    public async Task Each_caller_of_the_vault_has_a_token_of_its_own_that_the_vault_knows()
    {
        var vault = await VaultSettingsOfAsync("vault");
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        foreach (var service in Model.Resources.OfType<ProjectResource>().Where(service => service.Name != "vault"))
        {
            var token = (await VaultSettingsOfAsync(service.Name))["Vault__ServiceToken"];
            Assert.Equal(token, vault[$"Vault__Tokens__{service.Name}"]);
            Assert.True(tokens.Add(token), "two services share a token");
        }
    }

    private static List<T> RelatedTo<T>(IResource resource, string type) =>
        [.. resource.Annotations.OfType<ResourceRelationshipAnnotation>().Where(r => r.Type == type).Select(r => r.Resource).OfType<T>()];

    private static bool IsWeb(string folder) =>
        File.ReadAllText(Directory.GetFiles(folder, "*.csproj").Single()).Contains("Microsoft.NET.Sdk.Web", StringComparison.Ordinal);

    private static Dictionary<string, object> VariablesOf(IResource resource)
    {
        var context = new EnvironmentCallbackContext([]);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentAnnotation>())
            annotation.Callback(context);
        return context.EnvironmentVariables;
    }

    private static async Task<Dictionary<string, string>> VaultSettingsOfAsync(string name)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (variable, value) in VariablesOf(Model.Resources.Single(resource => resource.Name == name)))
        {
            if (variable.StartsWith("Vault__", StringComparison.Ordinal))
                values[variable] = value is IValueProvider late ? (await late.GetValueAsync())! : value.ToString()!;
        }

        return values;
    }

    /// <summary>Runs the page up to its Build(), in a state folder of its own.</summary>
    private static DistributedApplicationBuilder ReadPage()
    {
        var folder = Directory.CreateTempSubdirectory("cassiopea-graph-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        DistributedApplicationBuilder? page = null;
        DistributedApplicationBuilder.InsteadOfBuild.Value = built =>
        {
            page = built;
            throw new PageReadException();
        };
        try
        {
            Assembly.Load("Cassiopea.AppHost").EntryPoint!.Invoke(null, [new[] { $"--State={folder}" }]);
        }
        catch (TargetInvocationException e) when (e.InnerException is PageReadException)
        {
            // as intended
        }
        finally
        {
            DistributedApplicationBuilder.InsteadOfBuild.Value = null;
        }

        return page!;
    }

    private sealed class PageReadException : Exception;
}
