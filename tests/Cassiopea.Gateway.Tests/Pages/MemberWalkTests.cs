using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Words = Cassiopea.Gateway.Pages.Words;

namespace Cassiopea.Gateway.Tests.Pages;

/// <summary>A member's way through the pages, in a real browser.</summary>
[Trait("Category", "Servers")]
public sealed class MemberWalkTests(ScreenFixture fixture) : IClassFixture<ScreenFixture>
{
    /// <summary>Ways to make a page run what somebody typed (S16).</summary>
    static readonly string[] Corpus =
    [
        LifelikeBoard.Evil,
        "</textarea><svg onload=window.evil=1>",
        "</title></script><script>window.evil=1</script>",
        "<details open ontoggle=window.evil=1>",
        "javascript:window.evil=1//\" autofocus onfocus=window.evil=1 x=\"",
        "<iframe srcdoc='<script>parent.evil=1</script>'></iframe>",
        "@(1+1)${1+1}<b>&#x3C;script&#x3E;window.evil=1&#x3C;/script&#x3E;</b>",
        "\u202E<math><mtext></form><mglyph><style></math><img src=x onerror=window.evil=1>",
    ];

    [Theory]
    [InlineData("fr", false)]
    [InlineData("fr", true)]
    [InlineData("nl", false)]
    [InlineData("nl", true)]
    [InlineData("en", false)]
    [InlineData("en", true)]
    public async Task A_member_goes_from_the_link_to_sending_the_answers(string language, bool script)
    {
        var page = await fixture.OpenAsync(Role.Anonymous, language, script);
        using var staff = fixture.Gateway.Client();
        using var made = await staff.PostAsync($"/api/v1/members/{fixture.Preparing.Member}/sign-in-links", new { }, Guid.NewGuid().ToString());
        await page.GotoAsync((await made.JsonAsync()).Text("url"));
        await page.Locator("main button").ClickAsync();
        await page.WaitForURLAsync("**/depart");
        Assert.Equal(language, await page.Locator("html").GetAttributeAsync("lang"));
        Assert.Contains(Words.Get(language, "home.title"), await page.Locator("h1").InnerTextAsync(), StringComparison.Ordinal);

        await page.Locator("a[href='/depart/factures']").First.ClickAsync();
        Assert.Equal(1, await page.Locator("svg.qr").CountAsync());
        await page.Locator("textarea[name=message]").FillAsync("Nous avons déjà payé.");
        await page.Locator("main form[action='/depart/message'] button").ClickAsync();
        await page.WaitForURLAsync("**fait=message**");

        await page.GotoAsync($"/depart/elements/{fixture.Preparing.Mailbox}");
        await page.Locator("#strategy-ArchiveOlder").CheckAsync();
        await page.Locator("form[action$='/choix'] button").ClickAsync();
        await page.Locator(".banner.wrong").WaitForAsync();
        Assert.Contains(Words.Get(language, "field.onlineSince"), await page.Locator(".banner.wrong").InnerTextAsync(), StringComparison.Ordinal);
        await page.Locator("#onlineSince").FillAsync("2014-01-01");
        var before = fixture.Gateway.Sent.OfType<ChooseStrategy>().Count();
        await page.Locator("form[action$='/choix'] button").ClickAsync();
        await page.WaitForURLAsync("**fait=enregistre");
        var command = Assert.Single(fixture.Gateway.Sent.OfType<ChooseStrategy>().Skip(before));
        Assert.Equal((MailboxStrategy.ArchiveOlder, 2014), (command.Strategy, command.OnlineSince!.Value.Year));

        await page.GotoAsync("/depart/date");
        await page.Locator("#opensAt").FillAsync(TimeProvider.System.GetUtcNow().AddDays(20).ToString("yyyy-MM-dd'T'20:00", CultureInfo.InvariantCulture));
        await page.Locator("form[action='/depart/date'] button").ClickAsync();
        await page.WaitForURLAsync("**fait=enregistre");
        Assert.Contains("20:00", await page.Locator(".banner.done h2").InnerTextAsync(), StringComparison.Ordinal);

        await page.GotoAsync("/depart");
        await page.Locator("a[href='/depart/verifier']").First.ClickAsync();
        Assert.Equal(Words.Get(language, "check.send"), await page.Locator("main form[action='/depart/message'] button").InnerTextAsync());
        await page.Locator("main form[action='/depart/message'] button").ClickAsync();
        await page.WaitForURLAsync("**/depart/verifier?fait=message");
        Assert.True(await fixture.Gateway.QueryAsync(db => db.Messages.AnyAsync(m => m.MemberId == fixture.Preparing.Member && m.Text == Words.Get(language, "check.message"))));
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("fr", false)]
    [InlineData("nl", true)]
    [Trait("Requirement", "journey-C2")]
    public async Task A_member_answers_the_questions_one_by_one_and_may_not_know(string language, bool script)
    {
        var page = await fixture.OpenAsync(new Visitor(Role.Member, fixture.Preparing.Member), language, script);
        await page.GotoAsync($"/depart/questions/12?element={fixture.Preparing.Mailbox}");
        Assert.Contains(Words.Get(language, "mail.really"), await page.Locator(".really").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(2, await page.Locator("main a[rel~=external]").CountAsync());
        await page.GotoAsync("/depart/questions");
        await page.Locator("main a.button").ClickAsync();
        await page.WaitForURLAsync("**/depart/questions/*");
        var first = page.Url;
        await page.EvaluateAsync("() => document.querySelectorAll('input[name=choice]').forEach(c => c.checked = false)");
        await page.Locator("main form button").First.ClickAsync();
        await page.Locator(".banner.wrong").WaitForAsync();
        Assert.Contains(Words.Get(language, "field.choice"), await page.Locator(".banner.wrong").InnerTextAsync(), StringComparison.Ordinal);
        await page.Locator("#choice-unknown").CheckAsync();
        await page.Locator("#note").FillAsync("Demandez à la trésorière.");
        var before = fixture.Gateway.Sent.OfType<AnswerChecklist>().Count();
        await page.Locator("main form button").First.ClickAsync();
        await page.WaitForURLAsync("**fait=enregistre");
        Assert.NotEqual(first, page.Url.Split('?', '&')[0]);
        var answered = Assert.Single(Assert.Single(fixture.Gateway.Sent.OfType<AnswerChecklist>().Skip(before)).Answers);
        Assert.Equal("unknown", answered.Choice);
        Assert.NotNull(answered.NoteId);
        await page.Context.CloseAsync();
    }

    [Fact]
    [Trait("Requirement", "WCAG-2.1.1")]
    [Trait("Requirement", "WCAG-2.4.7")]
    public async Task The_main_path_needs_no_mouse_and_the_focus_is_always_seen()
    {
        var page = await fixture.OpenAsync(Role.Anonymous);
        using var staff = fixture.Gateway.Client();
        using var made = await staff.PostAsync($"/api/v1/members/{fixture.Preparing.Member}/sign-in-links", new { }, Guid.NewGuid().ToString());
        await page.GotoAsync((await made.JsonAsync()).Text("url"));
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("#contenu", await page.EvaluateAsync<string>("() => document.activeElement.getAttribute('href')"));
        await TabToAsync(page, "main button");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/depart");
        await TabToAsync(page, "a[href='/depart/factures']");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/depart/factures");
        await TabToAsync(page, "textarea[name=message]");
        await page.Keyboard.TypeAsync("Nous avons payé le 3 mars.");
        await TabToAsync(page, "main form[action='/depart/message'] button");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**fait=message");

        await page.GotoAsync($"/depart/elements/{fixture.Preparing.Mailbox}");
        await TabToAsync(page, "input[name=strategy]");
        for (var i = 0; i < 4 && !await page.Locator("#strategy-StartEmpty").IsCheckedAsync(); i++)
            await page.Keyboard.PressAsync("ArrowDown");
        await TabToAsync(page, "form[action$='/choix'] button");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**fait=enregistre");
        Assert.Equal(MailboxStrategy.StartEmpty, fixture.Gateway.Sent.OfType<ChooseStrategy>().Last().Strategy);

        await page.GotoAsync("/depart");
        await TabToAsync(page, "a[href='/depart/verifier']");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/depart/verifier");
        await TabToAsync(page, "main form[action='/depart/message'] button");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/depart/verifier?fait=message");
        await page.Context.CloseAsync();
    }

    [Fact]
    [Trait("Requirement", "sec-S16")]
    public async Task What_people_type_into_any_field_is_shown_and_never_run()
    {
        var (sent, next) = (0, 0);
        foreach (var (visitor, paths) in fixture.Screens().Where(s => s.Visitor.Role == Role.Member))
        {
            var page = await fixture.OpenAsync(visitor);
            foreach (var path in paths)
            {
                await page.GotoAsync(path);
                var forms = await page.Locator("main form[method=post]:has(textarea, input:is([type=text], [type=email]))").CountAsync();
                for (var n = 0; n < forms; n++)
                {
                    await page.GotoAsync(path);
                    await page.EvaluateAsync("() => document.querySelectorAll('details').forEach(d => d.open = true)");
                    var form = page.Locator("main form[method=post]:has(textarea, input:is([type=text], [type=email]))").Nth(n);
                    foreach (var field in await form.Locator("textarea, input:is([type=text], [type=email])").AllAsync())
                        await field.EvaluateAsync("(field, text) => field.value = text", Corpus[next++ % Corpus.Length]);
                    foreach (var field in await form.Locator("input[type=datetime-local]").AllAsync())
                        await field.FillAsync("2031-01-01T20:00");
                    foreach (var set in await form.Locator("fieldset").AllAsync())
                    {
                        if (await set.Locator("input[type=radio]").CountAsync() > 0)
                            await set.Locator("input[type=radio]").First.CheckAsync();
                    }
                    await form.Locator("button").First.ClickAsync();
                    await page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
                    await SafeAsync(page);
                    sent++;
                }
            }
            await page.Context.CloseAsync();
        }
        Assert.True(sent > 15, $"{sent} forms");
        foreach (var (visitor, paths) in fixture.Screens())
        {
            var page = await fixture.OpenAsync(visitor);
            var refused = new List<string>();
            page.Console += (_, message) => { if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal)) refused.Add(message.Text); };
            foreach (var path in paths)
            {
                await page.GotoAsync(path);
                await SafeAsync(page);
            }
            Assert.Empty(refused);
            await page.Context.CloseAsync();
        }
    }

    [Fact]
    [Trait("Requirement", "sec-S18")]
    public async Task What_is_another_members_is_not_there()
    {
        var page = await fixture.OpenAsync(Role.Member, member: fixture.Preparing.Member);
        foreach (var item in fixture.Moving.Items)
            Assert.Equal(404, (await page.GotoAsync($"/depart/elements/{item}"))!.Status);
        await page.GotoAsync($"/depart/elements/{fixture.Preparing.Mailbox}");
        var before = fixture.Gateway.Sent.Count;
        foreach (var form in await page.Locator("main form[method=post]").AllAsync())
        {
            await form.EvaluateAsync(
                "(form, ids) => { form.action = form.action.replace(ids[0], ids[1]); for (const field of form.querySelectorAll('input[name=item]')) field.value = field.value && ids[1]; }",
                new[] { fixture.Preparing.Mailbox.ToString(), fixture.Moving.Mailbox.ToString() });
            var status = await form.EvaluateAsync<int>("form => fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' }).then(a => a.status)");
            Assert.Equal(404, status);
        }
        Assert.Equal(before, fixture.Gateway.Sent.Count);
        await page.Context.CloseAsync();
    }

    static async Task SafeAsync(IPage page) =>
        Assert.True(await page.EvaluateAsync<bool>("() => window.evil === undefined && !document.querySelector('main :is(img[src=x], iframe, math, svg[onload])')"), page.Url);

    static async Task TabToAsync(IPage page, string selector)
    {
        for (var i = 0; i < 120; i++)
        {
            if (await page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
                return;
            await page.Keyboard.PressAsync("Tab");
            Assert.True(
                await page.EvaluateAsync<bool>("() => { const s = getComputedStyle(document.activeElement); return document.activeElement === document.body || s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; }"),
                await page.EvaluateAsync<string>("() => document.activeElement.outerHTML.slice(0, 200)"));
        }
        Assert.Fail($"the keyboard does not reach {selector} on {page.Url}");
    }
}
