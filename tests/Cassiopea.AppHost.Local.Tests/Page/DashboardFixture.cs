using Aspire.Hosting;
using Aspire.Hosting.Local;
using Microsoft.Playwright;

namespace Cassiopea.AppHost.Local.Tests.Page;

/// <summary>A small system with the genuine dashboard, and a browser that has logged in to it.</summary>
public sealed class DashboardFixture : IAsyncLifetime
{
    internal const string Greeting = "a line that a person can read";
    private const float Patience = 60_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal RunningSystem System { get; private set; } = null!;

    internal IPage Page { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        System = await RunningSystem.StartAsync(
            page =>
            {
                page.AddParameter("api-key", "canary-7391", secret: true);
                var server = page.AddExecutable("server", "/bin/sh", "/", "-c", $"echo '{Greeting}'; exec sleep 600").WithHttpEndpoint();
                page.AddExecutable("client", "/bin/sh", "/", "-c", "exec sleep 600").WithReference(server).WaitFor(server);
                page.AddExecutable("broken", "/bin/sh", "/", "-c", "exit 3");
            },
            "dashboard", $"--ASPNETCORE_URLS=http://localhost:{Ports.Free()}");
        Assert.True(System.Dashboard.Login is not null, "the launcher installs the dashboard's bundle: ./cassiopea doctor");
        await WaitForAsync(System.Dashboard.Address!);

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
        Page = await _browser.NewPageAsync(new() { ViewportSize = new() { Width = 1500, Height = 900 } });
        Page.SetDefaultTimeout(Patience);
        Assertions.SetDefaultExpectTimeout(Patience);
        await Page.GotoAsync(System.Dashboard.Login!);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        await System.DisposeAsync();
    }

    internal static async Task WaitForAsync(string address)
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
}
