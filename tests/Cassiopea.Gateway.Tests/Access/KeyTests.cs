using System.Net;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Gateway.Access;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Tests.Access;

[Trait("Category", "Servers")]
[Trait("Requirement", "sec-S21")]
public sealed class KeyTests
{
    [Fact]
    public async Task A_key_is_shown_once_stored_as_its_hash_and_works_until_it_ends()
    {
        var time = new ManualTime();
        await using var gateway = await TestGateway.StartAsync(time: time);
        using var admin = gateway.Client();
        var body = new { owner = " Alice Martin ", role = "Staff", expiresAt = time.GetUtcNow().AddDays(20) };
        var made = await admin.PostAsync("/api/v1/api-keys", body, "k");
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var json = await made.JsonAsync();
        var text = json.Text("text");
        Assert.Equal("alice martin", json.GetProperty("key").Text("owner"));
        var stored = await gateway.QueryAsync(db => db.ApiKeys.SingleAsync(k => k.Owner == "alice martin"));
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(text)), stored.Hash);

        var again = await admin.PostAsync("/api/v1/api-keys", body, "k");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await again.JsonAsync()).GetProperty("text").ValueKind);
        Assert.DoesNotContain(text, await admin.GetStringAsync("/api/v1/api-keys"), StringComparison.Ordinal);
        Assert.Equal(0, await gateway.QueryAsync(db => db.GivenAnswers.CountAsync(a => a.Body!.Contains(text))));

        using var alice = gateway.Client(text);
        Assert.Equal("alice martin", (await (await alice.GetAsync("/api/v1/me")).JsonAsync()).Text("owner"));
        Assert.Equal(time.GetUtcNow(), (await gateway.QueryAsync(db => db.ApiKeys.SingleAsync(k => k.Owner == "alice martin"))).LastUsedAt);
        time.Advance(TimeSpan.FromDays(20));
        Assert.Equal("key-missing", await (await alice.GetAsync("/api/v1/me")).ProblemAsync(401));
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_the_next_request()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = gateway.Client();
        using var bob = gateway.Client(await gateway.KeyAsync("bob", Role.Staff));
        Assert.Equal(HttpStatusCode.OK, (await bob.GetAsync("/api/v1/me")).StatusCode);
        var id = await gateway.QueryAsync(db => db.ApiKeys.Where(k => k.Owner == "bob").Select(k => k.Id).SingleAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"/api/v1/api-keys/{id}")).StatusCode);
        var refused = await bob.GetAsync("/api/v1/me");
        Assert.Equal("key-missing", await refused.ProblemAsync(401));
        Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Theory]
    [InlineData("x", "Staff", 20, false, "owner")]
    [InlineData("carol", "Staff", 91, false, "expiresAt")]
    [InlineData("carol", "Staff", -1, false, "expiresAt")]
    [InlineData("carol", "Member", 20, false, "memberId")]
    [InlineData("carol", "Staff", 20, true, "memberId")]
    public async Task A_key_that_may_not_be_is_not_made(string owner, string role, int days, bool withMember, string field)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = gateway.Client();
        var body = new { owner, role, expiresAt = TimeProvider.System.GetUtcNow().AddDays(days), memberId = withMember ? Guid.NewGuid() : (Guid?)null };
        var answer = await admin.PostAsync("/api/v1/api-keys", body, "k");
        Assert.Equal("invalid", await answer.ProblemAsync(422));
        Assert.True((await answer.JsonAsync()).GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task The_first_key_is_made_once_and_again_when_none_is_alive()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var file = Path.Combine(Path.GetTempPath(), $"cassiopea-admin-{Guid.NewGuid():n}", "key");
        var settings = new Dictionary<string, string?> { ["Gateway:AdminKeyFile"] = file };
        await using (var first = await TestGateway.StartAsync(database, settings))
        {
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            var key = (await File.ReadAllTextAsync(file)).Trim();
            using var admin = first.Client(key);
            Assert.Equal("Operator", (await (await admin.GetAsync("/api/v1/me")).JsonAsync()).Text("role"));
            Assert.Contains(first.Logged.Lines, line => line.Contains(file, StringComparison.Ordinal));
            Assert.DoesNotContain(first.Logged.Lines, line => line.Contains(key, StringComparison.Ordinal));
        }
        File.Delete(file);
        await using (await TestGateway.StartAsync(database, settings))
            Assert.False(File.Exists(file));
        var later = new ManualTime(TimeProvider.System.GetUtcNow() + ApiKey.LongestLife + TimeSpan.FromDays(1));
        await using (await TestGateway.StartAsync(database, settings, later))
            Assert.True(File.Exists(file));
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    [Trait("Requirement", "sec-S23")]
    public async Task A_key_that_asks_too_often_waits_and_others_do_not()
    {
        await using var gateway = await TestGateway.StartAsync(settings: new Dictionary<string, string?> { ["Gateway:RequestsPerMinute"] = "5" });
        using var admin = gateway.Client();
        using var bob = gateway.Client(await gateway.KeyAsync("bob", Role.Staff));
        var answers = new List<HttpResponseMessage>();
        for (var n = 0; n < 12; n++)
            answers.Add(await admin.GetAsync("/api/v1/me"));
        var refused = answers.First(a => a.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Equal("too-many-requests", await refused.ProblemAsync(429));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await bob.GetAsync("/api/v1/me")).StatusCode);
    }
}
