using System.Globalization;
using Cassiopea.Lab;
using Cassiopea.Lab.Demo;
using Cassiopea.Lab.Servers;

namespace Cassiopea.EndToEnd.Tests;

/// <summary>The whole story on real servers, told by people who have the public API and nothing else.</summary>
[Trait("Category", "EndToEnd")]
public sealed class DemoTests(ITestOutputHelper output)
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_members_move_every_comparison_is_equal_and_no_password_is_written_anywhere()
    {
        var root = LabRoot.NewFolder("e2e");
        await using var telemetry = await OtlpSink.StartAsync(Path.Combine(root, "telemetry"), Token);
        var findings = new List<CanaryFinding>();
        var text = new StringWriter(CultureInfo.InvariantCulture);
        var report = Path.Combine(root, "report.json");
        var code = await DemoCommand.RunAsync(
            new DemoOptions(Once: true, report, State: null, KillMail: 0, AppHost: null)
            {
                Output = text,
                // no dashboard: the services' telemetry comes here instead
                Environment = new Dictionary<string, string?>(telemetry.Environment) { ["ASPIRE_BUNDLE_DIR"] = "/nonexistent" },
                WhenTold = async (system, told) => findings.AddRange(await PasswordSweep.RunAsync(system, telemetry, [report], text.ToString(), Token)),
            },
            Token);
        output.WriteLine(text.ToString());
        Assert.Equal(0, code);
        Assert.Empty(findings);
        Assert.True(telemetry.Count > 0, "no telemetry came: the sweep proves nothing");
    }

    [Fact]
    public async Task Five_kills_of_the_mail_service_lose_nothing_and_double_nothing()
    {
        var told = await TellAsync(new DemoOptions(Once: true, Report: null, State: null, KillMail: 5, AppHost: null));
        Assert.Equal(5, told.MailServiceKills);
        Assert.Contains(told.Migrations.SelectMany(m => m.Items), i => i.Comparison is { Count: > 5000, Equal: true });
    }

    [Fact]
    [Trait("Requirement", "rel-R1")]
    public async Task Every_service_is_killed_while_things_move_and_the_story_ends_the_same()
    {
        var told = await TellAsync(new DemoOptions(Once: true, Report: null, State: null, KillMail: 0, AppHost: null) { KillServices = true });
        Assert.Equal(["Billing", "Databases", "Domains", "Gateway", "Mail", "MailingLists", "Migrations", "Vault", "WebHosting"], told.ServiceKills.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_the_gateway_the_demo_fails()
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        await Assert.ThrowsAnyAsync<Exception>(() => DemoCommand.RunAsync(
            new DemoOptions(Once: true, Report: null, State: null, KillMail: 0, AppHost: null)
            {
                Output = text,
                Limit = TimeSpan.FromMinutes(2),
                WhenUp = system =>
                {
                    // stopped, not killed: nobody starts it again, and nothing answers
                    Assert.True(NativeSignal.Send(system.PidOf("Cassiopea.Gateway.dll")!.Value, 19));
                    return Task.CompletedTask;
                },
            },
            Token));
        Assert.DoesNotContain("outcome: complete", text.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The whole story, which must end complete; what it told.</summary>
    private async Task<DemoReport> TellAsync(DemoOptions options)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        DemoReport? told = null;
        var code = await DemoCommand.RunAsync(
            options with
            {
                Output = text,
                WhenTold = (_, report) =>
                {
                    told = report;
                    return Task.CompletedTask;
                },
            },
            Token);
        output.WriteLine(text.ToString());
        Assert.Equal(0, code);
        return told!;
    }
}
