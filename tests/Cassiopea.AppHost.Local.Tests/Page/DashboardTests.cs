using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.Local;
using Microsoft.Playwright;

namespace Cassiopea.AppHost.Local.Tests.Page;

/// <summary>The genuine Aspire dashboard (installed by the launcher), looked at with a browser.</summary>
[Trait("Category", "EndToEnd")]
public sealed partial class DashboardTests : IAsyncLifetime
{
    private const string Greeting = "a line that a person can read";
    private RunningSystem _system = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private IPage _page = null!;

    public async ValueTask InitializeAsync()
    {
        _system = await RunningSystem.StartAsync(
            page =>
            {
                page.AddParameter("api-key", "canary-7391", secret: true);
                var server = page.AddExecutable("server", "/bin/sh", "/", "-c", $"echo '{Greeting}'; exec sleep 600").WithHttpEndpoint();
                page.AddExecutable("client", "/bin/sh", "/", "-c", "exec sleep 600").WithReference(server).WaitFor(server);
                page.AddExecutable("broken", "/bin/sh", "/", "-c", "exit 3");
            },
            "dashboard", $"--ASPNETCORE_URLS=http://localhost:{Ports.Free()}");
        Assert.True(_system.Dashboard.Login is not null, "the launcher installs the dashboard's bundle: ./cassiopea doctor");
        await WaitForAsync(_system.Dashboard.Address!);

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
        _page = await _browser.NewPageAsync(new() { ViewportSize = new() { Width = 1500, Height = 900 } });
        _page.SetDefaultTimeout(60_000);
        Assertions.SetDefaultExpectTimeout(60_000);
        await _page.GotoAsync(_system.Dashboard.Login!);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _system.DisposeAsync();
    }

    [Fact]
    public async Task Rows_appear_and_restart_starts_another_process()
    {
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
        await Assertions.Expect(_page.GetByText(Greeting).First).ToBeVisibleAsync();
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
        await WaitForAsync(_system.Dashboard.Address!);
    }

    private static async Task WaitForAsync(string address)
    {
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        await Eventually.TrueAsync("the dashboard answers", async () =>
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"{address}/health");
                using var answer = await client.SendAsync(request, CancellationToken.None);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    [GeneratedRegex("^Restart")]
    private static partial Regex Restart();
}
