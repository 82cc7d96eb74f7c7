using Cassiopea.Gateway.Access;
using Microsoft.Playwright;

namespace Cassiopea.Gateway.Tests.Pages;

/// <summary>A gateway with a lifelike board, a real browser, and somebody who plays the other services.</summary>
public sealed class ScreenFixture : IAsyncLifetime
{
    IPlaywright? _playwright;
    IBrowser? _browser;

    internal TestGateway Gateway { get; private set; } = null!;

    /// <summary>A member whose things are being copied.</summary>
    internal Departing Moving { get; } = new("M0042");

    /// <summary>A member who prepares.</summary>
    internal Departing Preparing { get; } = new("M0043");

    public async ValueTask InitializeAsync()
    {
        Gateway = await TestGateway.StartAsync(settings: new Dictionary<string, string?> { ["Gateway:PayeeIban"] = "BE68 5390 0754 7034", ["Gateway:ClosingDate"] = "2027-06-30" });
        await LifelikeBoard.FillAsync(Gateway, Moving, Preparing);
        Gateway.AcceptsAll = true;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        await Gateway.DisposeAsync();
    }

    /// <summary>A page of somebody who is signed in, or of a visitor.</summary>
    internal async Task<IPage> OpenAsync(Role role, string language = "fr", bool script = true, int width = 1280, bool dark = false, TestGateway? other = null, Guid? member = null)
    {
        var gateway = other ?? Gateway;
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = gateway.Address.ToString(),
            JavaScriptEnabled = script,
            Locale = language,
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
        });
        context.SetDefaultTimeout(20_000);
        List<Cookie> cookies = [new() { Name = "__Host-langue", Value = language, Secure = true }];
        if (role != Role.Anonymous)
        {
            var session = await gateway.SessionAsync(role == Role.Member ? "member m0042" : "alice", role, role == Role.Member ? member ?? Moving.Member : null, language);
            cookies.Add(new() { Name = "__Host-session", Value = session, Secure = true });
        }
        foreach (var cookie in cookies)
            (cookie.Domain, cookie.Path) = (gateway.Address.Host, "/");
        await context.AddCookiesAsync(cookies);
        return await context.NewPageAsync();
    }

    /// <summary>Every screen, by who opens it: visitors, the two members, the house.</summary>
    internal IEnumerable<(Visitor Visitor, IReadOnlyList<string> Paths)> Screens()
    {
        yield return (new Visitor(Role.Anonymous, null), ["/", "/entrer", "/entrer/no-such-link", "/equipe/entrer", "/aide", "/accessibilite", "/vie-privee", "/no-such-page"]);
        foreach (var departing in new[] { Preparing, Moving })
        {
            yield return (new Visitor(Role.Member, departing.Member),
            [
                .. new[] { "", "/factures", "/services", "/applications", "/verifier", "/date", "/suivi", "/differences", "/dossier", "/vie-privee", "/contacts", "/questions", "/questions/14", $"/questions/12?element={departing.Mailbox}" }.Select(p => "/depart" + p),
                .. departing.Items.Select(i => $"/depart/elements/{i}"),
            ]);
        }
        yield return (new Visitor(Role.Operator, null),
            [.. new[] { "", "/membres", $"/membres/{Moving.Member}", $"/elements/{Moving.Mailbox}", "/incidents", "/incidents?code=authentication-failed", "/approbations", "/serveurs", "/audit?verifier=true", "/personnes", "/chercher?q=a" }.Select(p => "/equipe" + p)]);
    }

    /// <summary>Who looks, by name, in the order of <see cref="Screens()"/>.</summary>
    internal static readonly string[] Sides = ["visitor", "preparing", "moving", "house"];

    internal (Visitor Visitor, IReadOnlyList<string> Paths) Screens(string side) => Screens().ElementAt(Array.IndexOf(Sides, side));

    internal Task<IPage> OpenAsync(Visitor visitor, string language = "fr", bool script = true, int width = 1280, bool dark = false) =>
        OpenAsync(visitor.Role, language, script, width, dark, member: visitor.Member);
}

/// <summary>Who opens a screen.</summary>
internal sealed record Visitor(Role Role, Guid? Member);
