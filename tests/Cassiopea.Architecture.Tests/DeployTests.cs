using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cassiopea.Architecture.Tests;

/// <summary>What is deployed is what the AppHost's page says: the same services, databases and variables, in each form.</summary>
public sealed class DeployTests
{
    private static readonly string[] Platform = ["ASPNETCORE_URLS", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL"];

    [Fact]
    public void The_page_of_the_AppHost_is_understood()
    {
        Assert.Equal(9, AppHostModel.Services.Count);
        Assert.Equal(Roles.Services.Order(StringComparer.Ordinal), AppHostModel.Services.Select(service => service.Project).Order(StringComparer.Ordinal));
        Assert.Contains("Vault__Tokens__operator", AppHostModel.Services.Single(service => service.Name == "vault").Settings);
        Assert.Contains("Vault__Tokens__web-hosting", AppHostModel.Services.Single(service => service.Name == "vault").Settings);
        Assert.Contains("Mail__JournalDirectory", AppHostModel.Services.Single(service => service.Name == "mail").Settings);
    }

    [Fact]
    public void Compose_has_the_services_of_the_AppHost_with_the_same_variables() =>
        Expect.None(Differences(ComposeServices(Tree.Lines("deploy/compose/compose.yaml"))), "deploy/compose/compose.yaml is not what Cassiopea.AppHost/AppHost.cs says:");

    [Fact]
    public void Kubernetes_has_the_services_of_the_AppHost_with_the_same_variables()
    {
        var deployments = Documents("deploy/kubernetes/services.yaml").Concat(Documents("deploy/kubernetes/movers.yaml")).Where(document => document.Contains("kind: Deployment", StringComparison.Ordinal));
        Expect.None(
            Differences(deployments.ToDictionary(NameOf, document => Keys(document, @"^\s+- \{name: (?<key>[\w-]+), value"), StringComparer.Ordinal)),
            "deploy/kubernetes is not what Cassiopea.AppHost/AppHost.cs says:");
    }

    [Fact]
    public void Systemd_has_a_unit_and_settings_for_each_service_of_the_AppHost()
    {
        var settings = Tree.Files.Where(file => file.StartsWith("deploy/systemd/settings/", StringComparison.Ordinal))
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => Flat(file), StringComparer.Ordinal);
        Expect.None(Differences(settings), "deploy/systemd/settings is not what Cassiopea.AppHost/AppHost.cs says:");
        Expect.None(
            from service in AppHostModel.Services
            let unit = $"deploy/systemd/cassiopea-{service.Name}.service"
            let line = $"ExecStart=/usr/bin/dotnet /opt/cassiopea/current/{service.Name}/{service.Project}.dll"
            where !Tree.Exists(unit) || !Tree.Lines(unit).Contains(line) || !Tree.Lines(unit).Contains($"WorkingDirectory=/etc/cassiopea/{service.Name}")
            select $"{unit}: {line}",
            "Missing or wrong:");
        Expect.None(AppHostModel.Services.Where(service => !Tree.Read("deploy/systemd/cassiopea.target").Contains($"cassiopea-{service.Name}.service", StringComparison.Ordinal)).Select(service => service.Name), "Not in cassiopea.target:");
    }

    [Fact]
    public void Every_unit_is_hardened()
    {
        string[] lines = ["NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "SystemCallFilter=@system-service"];
        Expect.None(
            from unit in Tree.Files.Where(file => file.StartsWith("deploy/systemd/", StringComparison.Ordinal) && file.EndsWith(".service", StringComparison.Ordinal))
            from line in lines
            where !Tree.Lines(unit).Contains(line)
            select $"{unit}: {line}",
            "Not hardened:");
    }

    [Fact]
    public void Every_database_is_made_for_its_own_role_in_compose_too()
    {
        var script = Tree.Read("deploy/compose/databases.sh");
        Expect.None(AppHostModel.Services.Where(service => !Regex.IsMatch(script, $@"for service in .*\b{service.Name}\b", RegexOptions.None, TimeSpan.FromSeconds(2))).Select(service => service.Name), "Not in databases.sh:");
    }

    [Fact]
    public void The_audit_of_the_house_asks_every_service()
    {
        var asked = Tree.Read("src/Cassiopea.Gateway/House/HouseConsumers.cs");
        Expect.None(AppHostModel.Services.Where(service => !asked.Contains($"\"{service.Name}\"", StringComparison.Ordinal)).Select(service => service.Name), "Its chain is not verified:");
    }

    [Fact]
    public void The_services_with_jobs_are_scaled_by_jobs_that_may_run_and_the_bus_has_three_nodes()
    {
        var scaled = Documents("deploy/kubernetes/scaling.yaml").Where(document => document.Contains("kind: ScaledObject", StringComparison.Ordinal)).ToList();
        Assert.Equal(Documents("deploy/kubernetes/movers.yaml").Where(document => document.Contains("kind: Deployment", StringComparison.Ordinal)).Select(NameOf).Order(StringComparer.Ordinal), scaled.Select(NameOf).Order(StringComparer.Ordinal));
        Assert.All(scaled, static document => Assert.Contains("host_slot", document, StringComparison.Ordinal));
        var bus = Tree.Read("deploy/kubernetes/bus.yaml");
        Assert.Contains("replicas: 3", bus, StringComparison.Ordinal);
        Assert.Contains("pause_minority", bus, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_alert_asks_for_a_metric_that_exists_and_each_service_has_one_for_silence()
    {
        var alerts = Tree.Read("deploy/telemetry/alerts.yaml");
        var known = Tree.Lines("docs/telemetry.md").Where(line => line.StartsWith("| `cassiopea.", StringComparison.Ordinal)).Select(line => line.Split('`')[1].Replace('.', '_')).ToList();
        Expect.None(
            Keys(alerts, @"(?<key>cassiopea_[a-z_]+)(?=[\[\{ ]|$)(?!=)").Where(metric => metric is not ("cassiopea_queue" or "cassiopea_job_kind" or "cassiopea_job_ending"))
                .Where(metric => !known.Contains(Regex.Replace(metric, "(_total|_seconds|_seconds_bucket|_seconds_count)$", "", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(2)))),
            "deploy/telemetry/alerts.yaml asks for what docs/telemetry.md does not have:");
        Expect.None(AppHostModel.Services.Where(service => !alerts.Contains($"service_name=\"{service.Name}\"", StringComparison.Ordinal)).Select(service => service.Name), "No alert for the silence of:");
        var operators = Tree.Read("deploy/kubernetes/telemetry.yaml");
        Assert.EndsWith(alerts[(alerts.IndexOf("groups:\n", StringComparison.Ordinal) + 8)..], operators, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Differences(IReadOnlyDictionary<string, IReadOnlySet<string>> deployed)
    {
        foreach (var service in AppHostModel.Services)
        {
            if (!deployed.TryGetValue(service.Name, out var keys))
            {
                yield return $"{service.Name}: not deployed";
                continue;
            }

            foreach (var key in service.Settings.Except(keys)) yield return $"{service.Name}: {key} is missing";
            foreach (var key in keys.Except(service.Settings).Except(Platform)) yield return $"{service.Name}: {key} is not in the AppHost";
        }

        foreach (var name in deployed.Keys.Except(AppHostModel.Services.Select(service => service.Name))) yield return $"{name}: not in the AppHost";
    }

    // Services that are built from this repository; what the anchor of telemetry holds counts for each.
    private static Dictionary<string, IReadOnlySet<string>> ComposeServices(string[] lines)
    {
        var shared = lines.SkipWhile(line => line != "x-telemetry: &telemetry").Skip(1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line.Trim().Split(':')[0]).ToList();
        var services = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
        var (name, environment) = ("", false);
        foreach (var line in lines.SkipWhile(line => line != "services:").TakeWhile(line => line != "volumes:"))
        {
            if (Regex.Match(line, "^  (?<name>[a-z-]+):$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(2)) is { Success: true } service) (name, environment) = (service.Groups["name"].Value, false);
            else if (line.Contains("dockerfile:", StringComparison.Ordinal)) services[name] = new HashSet<string>(shared, StringComparer.Ordinal);
            else if (Regex.IsMatch(line, "^    [a-z_]+:", RegexOptions.None, TimeSpan.FromSeconds(2))) environment = line.StartsWith("    environment:", StringComparison.Ordinal);
            else if (environment && services.TryGetValue(name, out var keys) && line.Trim() is { Length: > 0 } && !line.Contains("<<:", StringComparison.Ordinal)) ((HashSet<string>)keys).Add(line.Trim().Split(':')[0]);
        }

        return services;
    }

    private static string[] Documents(string file) => Tree.Read(file).Split("---\n");

    private static string NameOf(string document) => Regex.Match(document, @"^metadata: \{name: (?<name>[a-z-]+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, TimeSpan.FromSeconds(2)).Groups["name"].Value;

    private static IReadOnlySet<string> Keys(string text, string pattern) =>
        Regex.Matches(text, pattern, RegexOptions.ExplicitCapture | RegexOptions.Multiline, TimeSpan.FromSeconds(2)).Select(match => match.Groups["key"].Value).ToHashSet(StringComparer.Ordinal);

    private static IReadOnlySet<string> Flat(string file)
    {
        using var settings = JsonDocument.Parse(Tree.Read(file));
        return Leaves("", settings.RootElement).Where(key => key != "Urls").ToHashSet(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Leaves(string path, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Leaves(path.Length == 0 ? property.Name : $"{path}__{property.Name}", property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, index) => Leaves($"{path}__{index}", item)),
        _ => [path],
    };
}
