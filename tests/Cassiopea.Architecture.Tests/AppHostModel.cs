using System.Text.RegularExpressions;

namespace Cassiopea.Architecture.Tests;

/// <summary>The system as Cassiopea.AppHost/AppHost.cs writes it: each service, and what it is told.</summary>
internal sealed partial record AppHostModel(string Name, string Project, IReadOnlySet<string> Settings)
{
    public static IReadOnlyList<AppHostModel> Services { get; } = Read(Tree.Read("Cassiopea.AppHost/AppHost.cs"));

    private static List<AppHostModel> Read(string page)
    {
        var statements = page.Split(";\n").Where(statement => Added().IsMatch(statement) && !statement.Contains("<TProject>", StringComparison.Ordinal)).ToList();
        var trusted = statements.Where(IsTrusted).Select(NameOf).ToList();
        return [.. statements.Select(statement => new AppHostModel(NameOf(statement), Added().Match(statement).Groups["project"].Value.Replace('_', '.'), Told(statement, page, trusted)))];
    }

    private static HashSet<string> Told(string statement, string page, IReadOnlyList<string> trusted)
    {
        var name = NameOf(statement);
        var settings = Set().Matches(statement).Select(set => set.Groups["key"].Value).ToHashSet(StringComparer.Ordinal);
        settings.UnionWith([$"ConnectionStrings__{name}-db", "ConnectionStrings__bus"]);
        if (IsTrusted(statement)) settings.UnionWith(["services__vault__http__0", "Vault__ServiceToken"]);
        if (name != "vault") return settings;
        settings.UnionWith(trusted.Select(caller => $"Vault__Tokens__{caller}"));
        settings.UnionWith(Regex.Matches(page, "vault\\.WithEnvironment\\(\"(?<key>[A-Za-z_]+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(2)).Select(set => set.Groups["key"].Value));
        return settings;
    }

    private static bool IsTrusted(string statement) => statement.Contains("= Trusted(", StringComparison.Ordinal);

    private static string NameOf(string statement) => Added().Match(statement).Groups["name"].Value;

    [GeneratedRegex("AddService<Projects\\.(?<project>\\w+)>\\(\"(?<name>[a-z-]+)\"", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Added();

    [GeneratedRegex("\\.WithEnvironment\\(\"(?<key>[A-Za-z]+__[A-Za-z_]+)\"", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Set();
}
