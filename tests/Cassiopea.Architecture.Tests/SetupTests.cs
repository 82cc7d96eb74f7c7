using System.Reflection;
using System.Text.RegularExpressions;
using MassTransit;

namespace Cassiopea.Architecture.Tests;

public sealed class SetupTests
{
    [Fact]
    public void Only_the_setup_file_registers() =>
        Expect.None(
            from file in Tree.Sources("src/", ".cs")
            where Roles.Of(Tree.ProjectOf(file)) is not (Role.ServiceDefaults or Role.AppHost) && !file.EndsWith("Setup.cs", StringComparison.Ordinal)
            where Tree.Read(file).Contains("IServiceCollection", StringComparison.Ordinal)
            select file,
            "IServiceCollection belongs in <Service>Setup.cs:");

    [Fact]
    public void Every_service_has_one_setup_file() =>
        Expect.None(
            from service in Roles.Services
            where Tree.Sources($"src/{service}/", ".cs").Count(f => f.EndsWith("Setup.cs", StringComparison.Ordinal)) != 1
            select service,
            "One <Service>Setup.cs per service:");

    [Fact]
    public void Only_Migrations_declares_a_state_machine() =>
        Expect.None(
            from project in Roles.Services.Append("Cassiopea.ServiceDefaults")
            where project != "Cassiopea.Migrations"
            from type in Assembly.Load(project).GetTypes()
            where typeof(SagaStateMachine<>).IsAssignableFromGeneric(type)
            select type.FullName!,
            "Whose turn it is, is decided in one place:");

    [Fact]
    public void A_consumer_is_a_doorway_of_at_most_60_lines() =>
        Expect.None(
            from file in Tree.Sources("src/", ".cs")
            where file.EndsWith("Consumer.cs", StringComparison.Ordinal) && Roles.Of(Tree.ProjectOf(file)) == Role.Service
                && Tree.ProjectOf(file) != "Cassiopea.Gateway" && Tree.Lines(file).Length > 60
            select $"{file} ({Tree.Lines(file).Length})",
            "A consumer reads the message, hands on and says what happened:");

    [Fact]
    public void No_service_reads_another_services_database() =>
        Expect.None(
            from file in Tree.Sources("src/", ".cs", ".sql")
            let owner = Tree.ProjectOf(file)
            where Roles.Of(owner) == Role.Service
            from Match match in Regex.Matches(Tree.Read(file), "\"(?<service>[a-z-]+)-db\"", default, TimeSpan.FromSeconds(2))
            where "Cassiopea." + Pascal(match.Groups["service"].Value) != owner
            select $"{file}: {match.Value}",
            "A service connects to its own database only:");

    private static string Pascal(string kebab) => string.Concat(kebab.Split('-').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
}

internal static class GenericInterfaces
{
    public static bool IsAssignableFromGeneric(this Type open, Type type) =>
        !type.IsAbstract && type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == open);
}
