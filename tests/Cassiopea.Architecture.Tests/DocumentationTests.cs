using System.Text.RegularExpressions;

namespace Cassiopea.Architecture.Tests;

public sealed partial class DocumentationTests
{
    private const int LongestReadme = 120;
    private const int LongestArchitecture = 250;

    private static readonly string[] TopLevel = ["src/", "tests/", "docs/", "deploy/", "Cassiopea.AppHost/", ".ci/", ".devcontainer/"];

    private static IEnumerable<string> Documents => Tree.Files.Where(f => f.EndsWith(".md", StringComparison.Ordinal));

    [Fact]
    public void The_readme_fits_a_screen_or_two() => Assert.InRange(Tree.Lines("README.md").Length, 1, LongestReadme);

    [Fact]
    public void The_architecture_page_stays_a_page() => Assert.InRange(Tree.Lines("docs/architecture.md").Length, 1, LongestArchitecture);

    [Fact]
    public void Every_path_in_the_documents_exists() =>
        Expect.None(
            from document in Documents
            from path in Mentioned(document)
            where !Found(path)
            select $"{document}: {path}",
            "A document names a path that is not there:");

    [Fact]
    public void Every_decision_has_context_decision_and_consequences_on_one_screen()
    {
        var decisions = Tree.Files.Where(f => f.StartsWith("docs/decisions/", StringComparison.Ordinal)).ToList();
        Expect.None(decisions.Where(d => !DecisionName().IsMatch(Path.GetFileName(d))), "docs/decisions/NNNN-name.md:");
        Expect.None(
            decisions.GroupBy(d => Path.GetFileName(d)[..4]).Where(g => g.Count() > 1).Select(g => string.Join(", ", g)),
            "Two decisions with one number:");
        Expect.None(
            from decision in decisions
            let text = Tree.Read(decision)
            where Tree.Lines(decision).Length > 60 || !text.Contains("Context", StringComparison.Ordinal)
                || !text.Contains("Decision", StringComparison.Ordinal) || !text.Contains("Consequences", StringComparison.Ordinal)
            select decision,
            "Context, Decision, Consequences; at most 60 lines:");
    }

    [Fact]
    public void Every_project_that_ships_is_on_the_map_of_the_readme()
    {
        var readme = Tree.Read("README.md");
        Expect.None(
            Project.All.Where(p => Roles.Of(p.Name) != Role.Test && !readme.Contains(p.Name, StringComparison.Ordinal)).Select(p => p.Name),
            "Not on the map:");
    }

    [Fact]
    public void Every_state_is_in_the_glossary_or_the_architecture_page()
    {
        var text = Tree.Read("docs/glossary.md") + Tree.Read("docs/architecture.md");
        Expect.None(Enum.GetNames<Cassiopea.Contracts.MigrationState>().Where(s => !text.Contains(s, StringComparison.Ordinal)), "Not explained:");
    }

    private static IEnumerable<string> Mentioned(string document)
    {
        var folder = Path.GetDirectoryName(document)!.Replace('\\', '/');
        var text = Tree.Read(document);
        foreach (var target in Link().Matches(text).Select(m => m.Groups["path"].Value))
        {
            if (!target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal) && target[0] != '#')
                yield return Normal(folder, target.Split('#')[0]);
        }

        foreach (var code in Code().Matches(text).Select(m => m.Groups["path"].Value))
        {
            if (TopLevel.Any(t => code.StartsWith(t, StringComparison.Ordinal)) && !code.Contains('<', StringComparison.Ordinal) && !code.Contains("NNNN", StringComparison.Ordinal))
                yield return LineNumber().Replace(code, "");
        }
    }

    private static bool Found(string path)
    {
        if (!path.Contains('*', StringComparison.Ordinal))
            return Tree.Exists(path);
        var pattern = "^" + Regex.Escape(path).Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        return Tree.Files.Any(f => Regex.IsMatch(f, pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)));
    }

    private static string Normal(string folder, string path) =>
        Path.GetRelativePath(Tree.Root, Path.GetFullPath(Path.Combine(Tree.Root, folder, path))).Replace('\\', '/');

    [GeneratedRegex(@"\]\((?<path>[^)\s]+)\)", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<path>[^`\s{},…]+/[^`\s{},…]*)`", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Code();

    [GeneratedRegex(@":\d+(-\d+)?$", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex LineNumber();

    [GeneratedRegex(@"^\d{4}-[a-z0-9-]+\.md$", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex DecisionName();
}
