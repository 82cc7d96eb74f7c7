using System.Xml.Linq;

namespace Cassiopea.Architecture.Tests;

/// <summary>One project file: what it is called and what it refers to.</summary>
internal sealed record Project(string Name, string File, IReadOnlyList<string> References, IReadOnlyList<string> Packages, IReadOnlyList<string> Frameworks)
{
    public static IReadOnlyList<Project> All { get; } =
        [.. Tree.Files.Where(f => f.EndsWith(".csproj", StringComparison.Ordinal)).Select(Load)];

    public static IEnumerable<Project> Of(Role role) => All.Where(p => Roles.Of(p.Name) == role);

    private static Project Load(string file)
    {
        var xml = XDocument.Load(Path.Combine(Tree.Root, file));
        return new Project(
            Path.GetFileNameWithoutExtension(file),
            file,
            [.. Included(xml, "ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Replace('\\', '/')))],
            [.. Included(xml, "PackageReference")],
            [.. Included(xml, "FrameworkReference")]);
    }

    private static IEnumerable<string> Included(XDocument xml, string element) =>
        xml.Descendants(element).Select(e => e.Attribute("Include")?.Value).OfType<string>();
}

internal enum Role
{
    Contracts,
    ServiceDefaults,
    Transfer,
    Engine,
    Service,
    Cli,
    AppHost,
    Test,
}

/// <summary>What each project is; a project that is not here does not belong (design: the tree).</summary>
internal static class Roles
{
    public static readonly string[] Engines =
        ["Cassiopea.Imap", "Cassiopea.Pop3", "Cassiopea.Ftp", "Cassiopea.Sites", "Cassiopea.MySql", "Cassiopea.Zones", "Cassiopea.Sympa", "Cassiopea.Checklist"];

    public static readonly string[] Services =
    [
        "Cassiopea.Migrations", "Cassiopea.Billing", "Cassiopea.Vault", "Cassiopea.Gateway",
        "Cassiopea.Mail", "Cassiopea.WebHosting", "Cassiopea.Databases", "Cassiopea.Domains", "Cassiopea.MailingLists",
    ];

    public static Role? Of(string project) => project switch
    {
        "Cassiopea.Contracts" => Role.Contracts,
        "Cassiopea.ServiceDefaults" => Role.ServiceDefaults,
        "Cassiopea.Transfer" => Role.Transfer,
        "Cassiopea.Cli" => Role.Cli,
        "Cassiopea.AppHost" or "Cassiopea.AppHost.Local" => Role.AppHost,
        "Cassiopea.Lab" or "Cassiopea.ServiceTesting" or "Cassiopea.Benchmarks" or "Cassiopea.KillTest" => Role.Test,
        _ when project.EndsWith(".Tests", StringComparison.Ordinal) => Role.Test,
        _ when Engines.Contains(project) => Role.Engine,
        _ when Services.Contains(project) => Role.Service,
        _ => null,
    };
}
