using System.Globalization;
using Cassiopea.Lab.Demo;

namespace Cassiopea.EndToEnd.Tests;

/// <summary>What an operator sees: one trace from what staff asked to what came of it, read back from the genuine dashboard.</summary>
[Trait("Category", "EndToEnd")]
public sealed class TraceTests(ITestOutputHelper output)
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private static readonly (string Service, string Command, string Event)[] Passes =
    [
        ("mail", "transfer-mailbox", "ItemTransferred"), ("web-hosting", "transfer-site", "ItemTransferred"), ("databases", "transfer-database", "ItemTransferred"),
        ("mailing-lists", "transfer-mailing-list", "ItemTransferred"), ("domains", "publish-zone", "ZonePublished"),
    ];

    [Fact]
    public async Task Each_pass_is_one_trace_from_the_request_through_saga_command_and_job_to_the_event()
    {
        var key = Guid.NewGuid().ToString("N");
        var text = new StringWriter(CultureInfo.InvariantCulture);
        IReadOnlyList<TraceSpan> spans = [];
        var code = await DemoCommand.RunAsync(
            new DemoOptions(Once: true, Report: null, State: null, KillMail: 0, AppHost: null)
            {
                Output = text,
                Environment = new Dictionary<string, string?> { ["AppHost__DashboardApiKey"] = key },
                WhenTold = async (system, _) =>
                {
                    Assert.NotNull(system.Dashboard);
                    spans = await DashboardTraces.ReadAsync(new Uri(new Uri(system.Dashboard).GetLeftPart(UriPartial.Authority)), key, Token);
                },
            },
            Token);
        output.WriteLine(text.ToString());
        Assert.Equal(0, code);

        var traces = spans.GroupBy(span => span.Trace).ToList();
        var without = Passes.Where(pass => !traces.Any(trace => IsWhole(trace, pass))).ToList();
        Assert.True(without.Count == 0, $"No trace holds the whole way of {string.Join(", ", without)}. Seen:\n" + string.Join('\n', spans.Select(span => $"{span.Service}: {span.Name}").Distinct().Order(StringComparer.Ordinal)));
    }

    // request at the gateway, its command in the saga, the saga's command in the service, the job, the event out, the event in the saga
    private static bool IsWhole(IEnumerable<TraceSpan> trace, (string Service, string Command, string Event) pass)
    {
        string[] way =
        [
            "gateway: POST /api/v1/migrations/{id:guid}/commands/start",
            "migrations: migration process",
            $"{pass.Service}: {pass.Command} process",
            $"{pass.Service}: job {pass.Command}",
            $"{pass.Service}: *{pass.Event}",
            "migrations: migration process",
        ];
        var at = 0;
        foreach (var span in trace.OrderBy(span => span.StartedAt))
            if (at < way.Length && Fits(span, way[at])) at++;
        return at == way.Length;
    }

    private static bool Fits(TraceSpan span, string wanted)
    {
        var (service, name) = (wanted[..wanted.IndexOf(':', StringComparison.Ordinal)], wanted[(wanted.IndexOf(':', StringComparison.Ordinal) + 2)..]);
        return span.Service == service && (name[0] == '*' ? span.Name.Contains(name[1..], StringComparison.Ordinal) : span.Name.StartsWith(name, StringComparison.Ordinal));
    }
}
