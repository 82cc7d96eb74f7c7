using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.SignIn;
using Cassiopea.Lab;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Tests.Pages;

[Trait("Category", "Servers")]
public sealed class SignInTests
{
    [Fact]
    [Trait("Requirement", "sec-S20")]
    public async Task A_link_is_used_up_by_its_button_and_never_by_opening_it()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (member, _) = await gateway.SeedAsync();
        var browser = new Browser(gateway);
        var asked = await browser.FillAsync("/entrer", "/entrer", new() { ["email"] = "Contact@Amis.example" });
        Assert.Equal(200, asked.Status);
        var command = await gateway.SentAsync<SendSignInLink>();
        Assert.Equal(member, command.MemberId);
        var secret = Secrets.Make();
        Assert.Equal(410, (await PressAsync(browser, secret)).Status); // not mailed yet
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        await gateway.PublishAsync(new SignInLinkSent(command.LinkId, member, hash, TimeProvider.System.GetUtcNow().AddMinutes(30), TimeProvider.System.GetUtcNow()));
        await Eventually.TrueAsync("the link works", () => gateway.QueryAsync(db => db.SignInLinks.AnyAsync(l => l.Hash != null)));

        for (var i = 0; i < 3; i++) // mail filters open links
            Assert.Contains("Les Amis", (await browser.GetAsync("/entrer/" + secret)).Text, StringComparison.Ordinal);
        var entered = await browser.FillAsync("/entrer/" + secret, "/entrer/" + secret, []);
        Assert.Equal((303, "/depart"), (entered.Status, entered.Location));
        Assert.Contains("Préparer votre départ", (await browser.GetAsync("/depart")).Text, StringComparison.Ordinal);
        Assert.Equal(410, (await PressAsync(new Browser(gateway), secret)).Status);
        Assert.DoesNotContain(gateway.Logged.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        var dump = await gateway.QueryAsync(db => db.Database.SqlQuery<string>($"select coalesce(encode(hash, 'escape'), '') as \"Value\" from sign_in_link").ToListAsync());
        Assert.DoesNotContain(secret, dump);
    }

    [Fact]
    [Trait("Requirement", "sec-S20")]
    public async Task An_unknown_address_gets_the_same_answer_and_no_mail_and_a_known_one_at_most_three_in_an_hour()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.SeedAsync();
        var unknown = await new Browser(gateway).FillAsync("/entrer", "/entrer", new() { ["email"] = "nobody@nowhere.example" });
        Assert.Empty(gateway.Sent);
        for (var i = 0; i < 5; i++)
        {
            var known = await new Browser(gateway).FillAsync("/entrer", "/entrer", new() { ["email"] = "contact@amis.example" });
            Assert.Equal(unknown.Text, known.Text);
        }
        await Eventually.TrueAsync("three were sent", () => gateway.Sent.OfType<SendSignInLink>().Count() == 3);
        var sixth = await new Browser(gateway).FillAsync("/entrer", "/entrer", new() { ["email"] = "contact@amis.example" });
        Assert.Equal((429, "60"), (sixth.Status, sixth.Headers["Retry-After"]));
    }

    [Fact]
    [Trait("Requirement", "sec-S19")]
    public async Task A_person_is_invited_chooses_a_password_and_a_second_factor_and_a_code_works_once()
    {
        await using var gateway = await TestGateway.StartAsync();
        var browser = new Browser(gateway);
        var (_, codes, totp) = await InviteAsync(gateway, browser, "Alice", Role.Staff);
        Assert.Equal(10, codes.Count);

        Assert.Equal(401, (await EnterAsync(browser, "alice", "correct horse battery", "000000")).Status);
        var code = Totp.CodeAt(totp, TimeProvider.System.GetUtcNow());
        Assert.Equal(401, (await EnterAsync(browser, "alice", "wrong horse battery!", code)).Status);
        Assert.Equal("/equipe", (await EnterAsync(browser, " ALICE ", "correct horse battery", code)).Location);
        Assert.Equal(401, (await EnterAsync(new Browser(gateway), "alice", "correct horse battery", code)).Status);
        Assert.Equal(303, (await EnterAsync(new Browser(gateway), "alice", "correct horse battery", codes[0])).Status);

        var stored = await gateway.QueryAsync(db => db.People.SingleAsync());
        Assert.Equal(9, stored.Recovery.Length);
        Assert.DoesNotContain(Convert.ToHexString(totp), Convert.ToHexString(stored.SealedTotp), StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.Logged.Lines, line => line.Contains("battery", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "sec-S19")]
    public void Five_errors_cost_a_wait_that_grows_and_ends()
    {
        var person = new Person { Id = Guid.CreateVersion7(), Login = "alice", Language = "fr", CreatedBy = "test" };
        var (totp, now) = (RandomNumberGenerator.GetBytes(20), new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
        person.Activate("correct horse battery", totp, now);
        for (var i = 0; i < 5; i++)
            Assert.False(person.Enters("wrong", Totp.CodeAt(totp, now), now));
        Assert.False(person.Enters("correct horse battery", Totp.CodeAt(totp, now), now));
        now = person.LockedUntil!.Value.AddSeconds(1);
        Assert.True(person.Enters("correct horse battery", Totp.CodeAt(totp, now), now));
        Assert.Null(person.LockedUntil);
    }

    [Fact]
    [Trait("Requirement", "sec-S19")]
    public void Codes_are_those_of_RFC_6238()
    {
        var secret = Encoding.ASCII.GetBytes("12345678901234567890");
        (long Time, string Code)[] known = [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")];
        foreach (var (time, code) in known)
            Assert.Equal(code, Totp.CodeAt(secret, DateTimeOffset.FromUnixTimeSeconds(time)));
        Assert.Equal("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", Totp.Text(secret));
    }

    [Fact]
    [Trait("Requirement", "sec-S19")]
    public async Task A_session_ends_after_silence_after_twelve_hours_and_when_it_is_ended()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
        await using var gateway = await TestGateway.StartAsync(time: time);
        var (member, _) = await gateway.SeedAsync();
        var staff = new Browser(gateway) { Cookies = { ["__Host-session"] = await gateway.SessionAsync("alice", Role.Staff) } };
        Assert.Equal(200, (await staff.GetAsync("/equipe")).Status);
        time.Advance(TimeSpan.FromMinutes(30) + TimeSpan.FromSeconds(1));
        Assert.Equal(303, (await staff.GetAsync("/equipe")).Status);

        var busy = new Browser(gateway) { Cookies = { ["__Host-session"] = await gateway.SessionAsync("member m0001", Role.Member, member) } };
        for (var i = 0; i < 12; i++)
        {
            time.Advance(TimeSpan.FromMinutes(59));
            Assert.Equal(200, (await busy.GetAsync("/depart")).Status);
        }
        time.Advance(TimeSpan.FromMinutes(13));
        Assert.Equal(303, (await busy.GetAsync("/depart")).Status);

        var ended = new Browser(gateway) { Cookies = { ["__Host-session"] = await gateway.SessionAsync("bob", Role.Staff) } };
        var id = await gateway.QueryAsync(db => db.Sessions.Where(s => s.Owner == "bob").Select(s => s.Id).SingleAsync());
        using var admin = gateway.Client(await gateway.KeyAsync("root", Role.Operator));
        Assert.Equal(System.Net.HttpStatusCode.NoContent, (await admin.DeleteAsync($"/api/v1/sessions/{id}")).StatusCode);
        Assert.Equal(303, (await ended.GetAsync("/equipe")).Status);
    }

    [Fact]
    [Trait("Requirement", "sec-S22")]
    public async Task Cookies_and_headers_are_as_strict_as_they_can_be()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await new Browser(gateway).GetAsync("/entrer");
        var cookie = page.Headers["Set-Cookie"];
        Assert.StartsWith("__Host-", cookie, StringComparison.Ordinal);
        foreach (var word in new[] { "secure", "httponly", "samesite=lax", "path=/" })
            Assert.Contains(word, cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
        var policy = page.Headers["Content-Security-Policy"];
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal(("nosniff", "no-referrer", "no-store"), (page.Headers["X-Content-Type-Options"], page.Headers["Referrer-Policy"], page.Headers["Cache-Control"]));

        var browser = new Browser(gateway);
        await browser.GetAsync("/entrer");
        Assert.Equal(400, (await browser.SendAsync("/entrer", new() { ["email"] = "contact@amis.example", ["jeton"] = new string('0', 64) })).Status);
        browser.Headers["Sec-Fetch-Site"] = "cross-site";
        Assert.Equal(400, (await browser.FillAsync("/entrer", "/entrer", new() { ["email"] = "contact@amis.example" })).Status);
    }

    [Fact]
    [Trait("Requirement", "sec-S18")]
    public async Task What_belongs_to_another_member_is_not_there()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (mine, _) = await gateway.SeedAsync("M0001");
        var (other, theirs) = await gateway.SeedAsync("M0002");
        var item = Guid.CreateVersion7();
        await gateway.PublishAsync(Says.Item(theirs, item));
        await Eventually.TrueAsync("the item is there", () => gateway.QueryAsync(db => db.Items.AnyAsync(i => i.Id == item)));
        var me = new Browser(gateway) { Cookies = { ["__Host-session"] = await gateway.SessionAsync("member m0001", Role.Member, mine) } };
        var they = new Browser(gateway) { Cookies = { ["__Host-session"] = await gateway.SessionAsync("member m0002", Role.Member, other) } };
        Assert.Equal(200, (await they.GetAsync($"/depart/elements/{item}")).Status);
        Assert.Equal(404, (await me.GetAsync($"/depart/elements/{item}")).Status);
        foreach (var form in AccessTable.Rows.Where(r => r.Door == Door.Page && r.Method == "POST" && r.Pattern.StartsWith("/depart/elements", StringComparison.Ordinal)))
        {
            var path = form.Pattern.Replace("{id:guid}", item.ToString(), StringComparison.Ordinal);
            var sent = await me.FillAsync("/depart/date", "/depart/date", []); // takes the token of a form of mine
            Assert.NotEqual(400, sent.Status);
            var token = (await me.GetAsync("/depart/date")).Text.Split("name=\"jeton\" value=\"")[1][..64];
            var answer = await me.SendAsync(path, new()
            {
                ["jeton"] = token,
                ["strategy"] = "MoveAll",
                ["side"] = "source",
                ["secret-source"] = "x",
                ["host"] = "Domaine Public",
                ["consent"] = "We agree to all of it",
                ["dueAt"] = "2030-01-01T10:00",
            });
            Assert.True(answer.Status == 404, $"{path}: {answer.Status} {string.Join("\n", gateway.Logged.Lines.Where(l => l.StartsWith("Error", StringComparison.Ordinal)))}");
        }
    }

    static Task<Answer> EnterAsync(Browser browser, string login, string password, string code) =>
        browser.FillAsync("/equipe/entrer", "/equipe/entrer", new() { ["login"] = login, ["password"] = password, ["code"] = code });

    static async Task<Answer> PressAsync(Browser browser, string secret)
    {
        var token = (await browser.GetAsync("/entrer")).Text.Split("name=\"jeton\" value=\"")[1][..64];
        return await browser.SendAsync("/entrer/" + secret, new() { ["jeton"] = token });
    }

    internal static async Task<(Guid Id, IReadOnlyList<string> Codes, byte[] Totp)> InviteAsync(TestGateway gateway, Browser browser, string login, Role role)
    {
        using var admin = gateway.Client();
        using var invited = await admin.PostAsync("/api/v1/people", new PersonBody(login, role, "fr"), Guid.NewGuid().ToString());
        var json = await invited.JsonAsync();
        var path = new Uri(json.Text("url")).AbsolutePath;
        var totp = StaffSignIn.TotpOf(path.Split('/')[^1]);
        var refused = await browser.FillAsync(path, path, new() { ["password"] = "short", ["code"] = Totp.CodeAt(totp, TimeProvider.System.GetUtcNow()) });
        Assert.Equal(422, refused.Status);
        var accepted = await browser.FillAsync(path, path, new() { ["password"] = "correct horse battery", ["code"] = Totp.CodeAt(totp, TimeProvider.System.GetUtcNow()) });
        Assert.Equal(200, accepted.Status);
        Assert.Equal(410, (await browser.GetAsync(path)).Status);
        var codes = accepted.Text.Split("<ul class=\"codes\">")[1].Split("</ul>")[0].Split("<code>").Skip(1).Select(part => part.Split("</code>")[0]).ToList();
        return (json.GetProperty("person").GetProperty("id").GetGuid(), codes, totp);
    }
}
