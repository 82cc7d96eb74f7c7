using System.Reflection;

namespace Cassiopea.Architecture.Tests;

public sealed class ReferenceTests
{
    private static readonly string[] KeptOutOfEngines = ["MassTransit", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Npgsql", "OpenTelemetry"];

    [Fact]
    public void Every_project_has_its_place_in_the_tree() =>
        Expect.None(Project.All.Where(p => Roles.Of(p.Name) is null).Select(p => p.File), "A new project needs a decision record and a role in Roles:");

    [Fact]
    public void Contracts_refers_to_nothing()
    {
        var contracts = Assert.Single(Project.Of(Role.Contracts));
        Assert.Empty(contracts.References);
        Assert.Empty(contracts.Packages);
        Assert.Empty(contracts.Frameworks);
        Expect.None(
            Assembly.Load(contracts.Name).GetReferencedAssemblies().Select(a => a.Name!).Where(n => !n.StartsWith("System.", StringComparison.Ordinal)),
            "Contracts may use System.* only:");
    }

    [Fact]
    public void Engines_know_no_bus_no_web_and_no_database()
    {
        var engines = Project.Of(Role.Engine).Concat(Project.Of(Role.Transfer)).ToList();
        Expect.None(
            from engine in engines
            from name in Assembly.Load(engine.Name).GetReferencedAssemblies().Select(a => a.Name!).Concat(engine.Packages).Concat(engine.Frameworks)
            where KeptOutOfEngines.Any(k => name.StartsWith(k, StringComparison.Ordinal))
                || (name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) && name != "Microsoft.Extensions.Logging.Abstractions")
            select $"{engine.Name} → {name}",
            "An engine is a library of its subject only:");
    }

    [Fact]
    public void Engines_refer_to_Transfer_at_most() =>
        Expect.None(References(Role.Engine, allowed: [Role.Transfer]), "An engine may refer to Cassiopea.Transfer only:");

    [Fact]
    public void Transfer_refers_to_no_project() =>
        Expect.None(References(Role.Transfer, allowed: []), "Cassiopea.Transfer refers to nothing:");

    [Fact]
    public void ServiceDefaults_refers_to_Contracts_and_Transfer_only() =>
        Expect.None(References(Role.ServiceDefaults, allowed: [Role.Contracts, Role.Transfer]), "ServiceDefaults may refer to Contracts and Transfer only:");

    [Fact]
    public void A_service_refers_to_Contracts_ServiceDefaults_and_engines_never_to_a_service() =>
        Expect.None(
            References(Role.Service, allowed: [Role.Contracts, Role.ServiceDefaults, Role.Engine, Role.Transfer]),
            "Services talk by messages:");

    [Fact]
    public void The_command_line_refers_to_engines_and_Contracts() =>
        Expect.None(References(Role.Cli, allowed: [Role.Contracts, Role.Engine, Role.Transfer]), "The command line drives the system through the gateway's API only:");

    [Fact]
    public void Nothing_that_ships_refers_to_tests() =>
        Expect.None(
            from project in Project.All
            where Roles.Of(project.Name) != Role.Test
            from reference in project.References
            where Roles.Of(reference) == Role.Test
            select $"{project.Name} → {reference}",
            "The lab never ships:");

    [Fact]
    public void What_the_tests_of_the_services_share_refers_to_no_service() =>
        Expect.None(
            Project.All.Single(p => p.Name == "Cassiopea.ServiceTesting").References.Except(["Cassiopea.Lab", "Cassiopea.ServiceDefaults"]),
            "A service's own setup belongs in its test project:");

    [Fact]
    public void Every_project_is_in_the_solution() =>
        Expect.None(
            Project.All.Select(p => p.File).Where(f => !Tree.Read("Cassiopea.Aspire.sln").Replace('\\', '/').Contains(f, StringComparison.Ordinal)),
            "Not in Cassiopea.Aspire.sln:");

    [Fact]
    public void Package_versions_stand_in_one_file() =>
        Expect.None(
            Project.All.Where(p => System.Text.RegularExpressions.Regex.IsMatch(Tree.Read(p.File), "<PackageReference[^>]*Version=", default, TimeSpan.FromSeconds(1))).Select(p => p.File),
            "Versions belong in Directory.Packages.props:");

    private static IEnumerable<string> References(Role of, Role[] allowed) =>
        from project in Project.Of(of)
        from reference in project.References
        where Roles.Of(reference) is not { } role || !allowed.Contains(role)
        select $"{project.Name} → {reference}";
}
