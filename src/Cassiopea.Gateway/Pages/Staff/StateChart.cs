using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using Cassiopea.Contracts;

namespace Cassiopea.Gateway.Pages.Staff;

/// <summary>
/// The saga's states and ways as a picture. The ways come from <c>StateChart.txt</c>, which a test makes from <c>MigrationStateMachine.cs</c>: a state or a
/// way that is added there and not here fails.
/// </summary>
internal static class StateChart
{
    public static readonly IReadOnlyList<(MigrationState From, MigrationState To)> Ways = Read();

    static readonly Dictionary<MigrationState, (int X, int Y)> Places = new()
    {
        [MigrationState.Requested] = (0, 0),
        [MigrationState.AwaitingPayment] = (1, 1),
        [MigrationState.Surveying] = (1, 0),
        [MigrationState.Preparing] = (2, 0),
        [MigrationState.Ready] = (3, 0),
        [MigrationState.Copying] = (4, 0),
        [MigrationState.CatchingUp] = (5, 0),
        [MigrationState.CuttingOver] = (6, 0),
        [MigrationState.Watching] = (7, 0),
        [MigrationState.HandedOver] = (8, 0),
        [MigrationState.Completed] = (8, 1),
        [MigrationState.NeedsStaff] = (4, 1),
        [MigrationState.RolledBack] = (5, 1),
        [MigrationState.RollingBack] = (6, 1),
        [MigrationState.Paused] = (3, 1),
        [MigrationState.Declined] = (2, 1),
        [MigrationState.Cancelled] = (7, 1),
    };

    const int Wide = 126, High = 88, BoxWide = 116, BoxHigh = 38;

    public static string Svg(Visit visit, MigrationState now, IReadOnlySet<string> been)
    {
        var next = Ways.Where(w => w.From == now).Select(w => visit["sstate." + w.To]).Distinct().ToList();
        var label = WebUtility.HtmlEncode(visit.With("chart.label", visit["sstate." + now], next.Count > 0 ? string.Join(", ", next) : "–"));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<div class=\"wide\"><svg class=\"chart states\" viewBox=\"0 0 {9 * Wide} {2 * High - 22}\" role=\"img\" aria-label=\"{label}\">");
        foreach (var (from, to) in Ways.Where(w => Places[w.From].Y == 0 && Places[w.To].Y == 0 || w.From == now || Math.Abs(Places[w.From].X - Places[w.To].X) <= 1))
        {
            var (a, b) = (Centre(from), Centre(to));
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"way{(from == now ? " next" : "")}\" d=\"M{a.X} {a.Y}L{b.X} {b.Y}\"/>");
        }
        foreach (var (state, (x, y)) in Places)
        {
            var kind = state == now ? "now" : been.Contains(state.ToString()) ? "been" : "";
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"node {kind}\" x=\"{x * Wide + 5}\" y=\"{y * High + 20}\" width=\"{BoxWide}\" height=\"{BoxHigh}\" rx=\"8\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{x * Wide + 5 + BoxWide / 2}\" y=\"{y * High + 43}\" text-anchor=\"middle\">{WebUtility.HtmlEncode(visit["sstate." + state])}</text>");
        }
        return svg.Append("</svg></div>").ToString();
    }

    static (int X, int Y) Centre(MigrationState state) => (Places[state].X * Wide + 5 + BoxWide / 2, Places[state].Y * High + 20 + BoxHigh / 2);

    static List<(MigrationState, MigrationState)> Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Cassiopea.Gateway.Pages.Staff.StateChart.txt") ?? throw new InvalidOperationException("the state chart is not embedded");
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .Select(words => (Enum.Parse<MigrationState>(words[0]), Enum.Parse<MigrationState>(words[1].Trim())))];
    }
}
