using System.Text.RegularExpressions;
using Aspire.Hosting.Local;
using Microsoft.Playwright;

namespace Cassiopea.AppHost.Local.Tests.Page;

/// <summary>The genuine Aspire dashboard (installed by the launcher), looked at with a browser.</summary>
[Trait("Category", "EndToEnd")]
public sealed partial class DashboardTests(DashboardFixture fixture) : IClassFixture<DashboardFixture>
{
    private readonly RunningSystem _system = fixture.System;
    private readonly IPage _page = fixture.Page;

    [Fact]
    public async Task Rows_appear_and_restart_starts_another_process()
    {
        await _page.GotoAsync(_system.Dashboard.Address!);
        var row = _page.GetByRole(AriaRole.Row).Filter(new() { HasText = "server" }).Filter(new() { HasText = "Running" });
        await Assertions.Expect(row.First).ToBeVisibleAsync();
        await Assertions.Expect(_page.GetByRole(AriaRole.Row).Filter(new() { HasText = "client" }).First).ToBeVisibleAsync();
        await Assertions.Expect(_page.GetByRole(AriaRole.Row).Filter(new() { HasText = "broken" }).Filter(new() { HasText = "Exited" }).First).ToBeVisibleAsync();
        var before = _system.One("server").Now.Pid;

        await row.First.Locator("fluent-button[aria-haspopup='menu']").ClickAsync();
        await _page.GetByRole(AriaRole.Menuitem, new() { NameRegex = Restart() }).First.ClickAsync();
        await Eventually.TrueAsync("another process", () => _system.One("server").Now is { State: State.Running } now && now.Pid != before);
    }

    [Fact]
    public async Task The_console_page_shows_what_a_process_wrote()
    {
        await _page.GotoAsync($"{_system.Dashboard.Address}/consolelogs/resource/{_system.One("server").Name}");
        await Assertions.Expect(_page.GetByText(DashboardFixture.Greeting).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_secret_parameter_is_masked()
    {
        await _page.GotoAsync($"{_system.Dashboard.Address}/?view=Parameters");
        await Assertions.Expect(_page.GetByText("api-key").First).ToBeVisibleAsync();
        Assert.DoesNotContain("canary-7391", await _page.Locator("body").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dashboard_that_dies_is_started_again()
    {
        var pid = _system.Dashboard.Pid!.Value;
        using (var process = global::System.Diagnostics.Process.GetProcessById(pid))
            process.Kill();
        await Eventually.TrueAsync("another dashboard", () => _system.Dashboard.Pid != pid);
        await DashboardFixture.WaitForAsync(_system.Dashboard.Address!);
    }

    [GeneratedRegex("^Restart")]
    private static partial Regex Restart();
}
