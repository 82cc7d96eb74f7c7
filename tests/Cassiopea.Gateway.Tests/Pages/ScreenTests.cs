using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.SignIn;
using Cassiopea.Lab;
using Deque.AxeCore.Playwright;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;

namespace Cassiopea.Gateway.Tests.Pages;

/// <summary>The pages in a real browser.</summary>
[Trait("Category", "Servers")]
public sealed class ScreenTests(ScreenFixture fixture) : IClassFixture<ScreenFixture>
{
    public static TheoryData<string> Visitors() => [.. ScreenFixture.Sides];

    public static TheoryData<string, string> OtherReaders() =>
        [.. from language in new[] { "nl", "en" } from side in ScreenFixture.Sides select (language, side)];

    [Theory]
    [MemberData(nameof(Visitors))]
    [Trait("Requirement", "WCAG-2.2-AA")]
    [Trait("Requirement", "WCAG-1.4.10")]
    public Task Every_screen_answers_has_no_serious_fault_of_accessibility_and_fits_320_pixels(string side) => LookAsync("fr", side);

    [Theory]
    [MemberData(nameof(OtherReaders))]
    [Trait("Category", "Nightly")]
    [Trait("Requirement", "WCAG-2.2-AA")]
    [Trait("Requirement", "WCAG-1.4.10")]
    public Task Every_screen_answers_in_another_language_without_a_serious_fault_and_fits_320_pixels(string language, string side) => LookAsync(language, side);

    /// <summary>One visit of each screen: its status, axe in light and dark, its width at 320 pixels; with CASSIOPEA_SCREENSHOTS=folder pictures of it, too.</summary>
    private async Task LookAsync(string language, string side)
    {
        var (visitor, paths) = fixture.Screens(side);
        var faults = new List<string>();
        var page = await fixture.OpenAsync(visitor, language);
        foreach (var path in paths)
        {
            await page.SetViewportSizeAsync(1440, 900);
            var answer = await page.GotoAsync(path);
            if (answer!.Status != (path == "/no-such-page" ? 404 : 200))
                faults.Add($"{path}: {answer.Status}");
            foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
            {
                await page.EmulateMediaAsync(new() { ColorScheme = scheme });
                var found = await page.RunAxe();
                faults.AddRange(found.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{path} {scheme}: {v.Id} {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"));
                await PictureAsync(page, NameOf(visitor, path), scheme);
            }

            await page.SetViewportSizeAsync(320, 900);
            var over = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if (over > 0)
                faults.Add($"{path}: {over} pixels wider than 320");
        }

        await page.Context.CloseAsync();
        Assert.Empty(faults);
    }

    private static async Task PictureAsync(IPage page, string name, ColorScheme scheme)
    {
        if (Environment.GetEnvironmentVariable("CASSIOPEA_SCREENSHOTS") is not { Length: > 0 } folder)
            return;
        foreach (var width in (int[])[390, 1440])
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{width}{(scheme == ColorScheme.Dark ? "-dark" : "")}.png"), FullPage = true });
        }
    }

    [Fact]
    public async Task Progress_moves_without_a_reload_and_after_a_lost_connection()
    {
        var page = await fixture.OpenAsync(Role.Member);
        await page.GotoAsync("/depart/suivi");
        var bar = page.Locator($"progress[data-item='{fixture.Moving.Mailbox}']");
        var reloads = 0;
        page.Load += (_, _) => reloads++;
        await fixture.Gateway.PublishAsync(new ItemTransferAdvanced(fixture.Moving.Migration, fixture.Moving.Mailbox, 3, 20000, 28451, 3900000000, 4831838208, 3000000, TimeSpan.FromMinutes(5), TimeProvider.System.GetUtcNow()));
        await Assertions.Expect(bar).ToHaveAttributeAsync("value", "3900000000", new() { Timeout = 20_000 });
        await page.Context.SetOfflineAsync(true);
        await fixture.Gateway.PublishAsync(new ItemTransferAdvanced(fixture.Moving.Migration, fixture.Moving.Mailbox, 3, 21000, 28451, 4000000000, 4831838208, 3000000, TimeSpan.FromMinutes(5), TimeProvider.System.GetUtcNow()));
        await page.Context.SetOfflineAsync(false);
        await Assertions.Expect(bar).ToHaveAttributeAsync("value", "4000000000", new() { Timeout = 30_000 });
        Assert.Equal(0, reloads);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_restart_of_the_gateway_needs_no_reload()
    {
        var first = await TestGateway.StartAsync();
        var (port, item) = (first.Address.Port, Guid.CreateVersion7());
        var (member, migration) = await first.SeedAsync(state: MigrationState.Copying);
        await first.PublishAsync(Says.Item(migration, item, state: ItemState.Copying));
        await first.PublishAsync(Says.Progress(migration, item, 10, 10));
        await Eventually.TrueAsync("progress is there", () => first.QueryAsync(db => db.Progress.AnyAsync()));
        var page = await fixture.OpenAsync(Role.Member, other: first, member: member);
        await page.GotoAsync("/depart/suivi");
        var bar = page.Locator($"progress[data-item='{item}']");
        await Assertions.Expect(bar).ToHaveAttributeAsync("value", "100");
        var reloads = 0;
        page.Load += (_, _) => reloads++;
        var database = first.Database;
        await first.DisposeAsync();
        await using var second = await TestGateway.StartAsync(database, port: port);
        await second.PublishAsync(Says.Progress(migration, item, 60, 60));
        await Assertions.Expect(bar).ToHaveAttributeAsync("value", "600", new() { Timeout = 30_000 });
        Assert.Equal(0, reloads);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Staff_sign_in_find_a_member_by_keyboard_and_act()
    {
        var page = await fixture.OpenAsync(Role.Anonymous);
        var (_, _, totp) = await SignInTests.InviteAsync(fixture.Gateway, new Browser(fixture.Gateway), "carole", Role.Operator);
        await page.GotoAsync("/equipe");
        await page.Locator("#login").FillAsync("carole");
        await page.Locator("#password").FillAsync("correct horse battery");
        await page.Locator("#code").FillAsync(Totp.CodeAt(totp, TimeProvider.System.GetUtcNow()));
        await page.Locator("main button").ClickAsync();
        await page.WaitForURLAsync("**/equipe");
        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("M0042");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"**/equipe/membres/{fixture.Moving.Member}");
        Assert.Equal(1, await page.Locator("svg.states .now").CountAsync());

        await page.Locator("summary", new() { HasTextString = Gateway.Pages.Words.Get("fr", "verb.pause") }).ClickAsync();
        await page.Locator("#reason-pause").FillAsync("The member is on holiday");
        var click = page.Locator("form[action$='/pause'] button").ClickAsync();
        var command = await fixture.Gateway.SentAsync<PauseMigration>();
        await fixture.Gateway.PublishAsync(new CommandAccepted(command.OperationId));
        await click;
        await page.WaitForURLAsync("**fait=**");
        Assert.Equal("carole", command.Actor);
        Assert.True(await fixture.Gateway.QueryAsync(db => db.Operations.AnyAsync(o => o.Verb == "pause" && o.Actor == "carole")));
        await page.Context.CloseAsync();
    }

    string NameOf(Visitor visitor, string path)
    {
        var name = fixture.Preparing.Named(fixture.Moving.Named(path.Trim('/'))).Replace('/', '_').Replace('?', '_').Replace('=', '_');
        return (visitor.Member == fixture.Preparing.Member ? "prepare-" : visitor.Member == fixture.Moving.Member ? "move-" : "") + (name.Length == 0 ? "start" : name);
    }
}
