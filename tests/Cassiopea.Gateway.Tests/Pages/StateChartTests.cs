using System.Text.RegularExpressions;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Pages.Staff;

namespace Cassiopea.Gateway.Tests.Pages;

/// <summary>The picture of the saga is drawn from its code: CASSIOPEA_UPDATE_SNAPSHOTS=1 writes StateChart.txt anew.</summary>
public sealed partial class StateChartTests
{
    [Fact]
    public void The_chart_has_the_states_and_ways_of_the_state_machine()
    {
        var source = File.ReadAllText(Path.Combine(TextTests.Root(), "src/Cassiopea.Migrations/MigrationStateMachine.cs"));
        var ways = Ways(source);
        Assert.True(ways.Count > 40);
        if (Environment.GetEnvironmentVariable("CASSIOPEA_UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(Path.Combine(TextTests.Root(), "src/Cassiopea.Gateway/Pages/Staff/StateChart.txt"), string.Concat(ways.Select(w => $"{w.From} {w.To}\n")));
        else
            Assert.Equal(ways, StateChart.Ways);
    }

    static List<(MigrationState From, MigrationState To)> Ways(string source)
    {
        var ways = new HashSet<(MigrationState, MigrationState)>();
        foreach (Match during in During().Matches(source))
        {
            var (depth, end) = (1, during.Index + during.Length);
            for (; depth > 0; end++)
                depth += source[end] switch { '(' => 1, ')' => -1, _ => 0 };
            var body = source[(during.Index + during.Length)..(end - 1)];
            var first = First().Match(body);
            var rest = body[(first.Index + first.Length)..];
            var to = Targets().Matches(rest).Select(m => m.Groups["state"].Value)
                .Concat(Returns().Matches(rest).SelectMany(m => Names().Matches(m.Groups["states"].Value).Select(n => n.Value)));
            foreach (var one in to)
            {
                foreach (Match from in Names().Matches(first.Value))
                {
                    if (Enum.TryParse<MigrationState>(from.Value, out var a) && Enum.TryParse<MigrationState>(one, out var b))
                        ways.Add((a, b));
                }
            }
        }
        return [.. ways.OrderBy(w => w.Item1).ThenBy(w => w.Item2)];
    }

    [GeneratedRegex(@"\bDuring\(", RegexOptions.None, 2000)]
    private static partial Regex During();

    [GeneratedRegex(@"^\s*(\[[^\]]*\]|\w+)", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex First();

    [GeneratedRegex(@"\b(To|TransitionTo)\((?<state>\w+)", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Targets();

    [GeneratedRegex(@"Return\(.*?\[(?<states>[^\]]*)\]\)", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Returns();

    [GeneratedRegex(@"\w+", RegexOptions.None, 2000)]
    private static partial Regex Names();
}
