using Cassiopea.Contracts;

namespace Cassiopea.Architecture.Tests;

public sealed class OperationsTests
{
    [Fact]
    public void Staff_find_every_failure_code_with_who_must_act()
    {
        var page = Tree.Lines("docs/operations/when-it-needs-staff.md");
        Expect.None(
            typeof(FailureCode).GetFields().Select(f => (string)f.GetRawConstantValue()!)
                .Where(code => !page.Any(line => line.StartsWith($"| `{code}` |", StringComparison.Ordinal) && line.Split('|').Length == 5)),
            "Not in docs/operations/when-it-needs-staff.md:");
    }

    [Fact]
    public void Every_instrument_is_in_the_telemetry_page_with_its_unit()
    {
        var page = Tree.Read("docs/telemetry.md");
        Expect.None(
            from file in Tree.Sources("src/", ".cs")
            from System.Text.RegularExpressions.Match match in System.Text.RegularExpressions.Regex.Matches(
                Tree.Read(file), @"\.Create\w+(<\w+>)?\(\s*""(?<name>cassiopea\.[\w.]+)""[^""]*""(?<unit>[^""]+)""", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(2))
            let row = $"| `{match.Groups["name"].Value}` | {match.Groups["unit"].Value} |"
            where !page.Contains(row, StringComparison.Ordinal)
            select $"{file}: {row}",
            "Not in docs/telemetry.md:");
    }
}
