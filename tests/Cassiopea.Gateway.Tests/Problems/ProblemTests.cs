using System.Net;
using System.Text;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Problems;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Tests.Problems;

[Trait("Category", "Servers")]
[Trait("Requirement", "sec-S28")]
public sealed class ProblemTests
{
    [Fact]
    public void Codes_are_unique_and_tell_who_must_act_in_two_languages() =>
        Assert.All(ProblemCode.All, problem =>
        {
            Assert.Matches("^[a-z][a-z-]+$", problem.Code);
            Assert.InRange(problem.English.Length, 20, 250);
            Assert.InRange(problem.French.Length, 20, 250);
            Assert.Single(ProblemCode.All, other => other.Code == problem.Code);
        });

    [Fact]
    public async Task Whatever_is_wrong_the_answer_is_a_problem_without_our_insides()
    {
        await using var gateway = await TestGateway.StartAsync(settings: new Dictionary<string, string?> { ["Gateway:JsonBytes"] = "2048" });
        using var client = gateway.Client();
        static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
        var big = "{\"name\":\"" + new string('x', 4096) + "\"}";
        (string, int, Task<HttpResponseMessage>)[] cases =
        [
            ("not-found", 404, client.GetAsync("/api/v1/nothing")),
            ("not-found", 404, client.GetAsync("/api/v1/members/not-a-guid")),
            ("method-not-allowed", 405, client.DeleteAsync("/api/v1/members")),
            ("malformed", 400, client.PostAsync("/api/v1/members", Json("{"), "a")),
            ("malformed", 400, client.PostAsync("/api/v1/members", Json("{\"unknown\":1}"), "b")),
            ("malformed", 400, client.PostAsync("/api/v1/members", Json(""), "c")),
            ("malformed", 400, client.GetAsync("/api/v1/migrations?state=Nowhere")),
            ("media-type-not-supported", 415, client.PostAsync("/api/v1/members", new StringContent("x", Encoding.UTF8, "text/plain"), "d")),
            ("too-large", 413, client.PostAsync("/api/v1/members", Json(big), "e")),
            ("not-found", 404, client.PostAsync($"/api/v1/migrations/{Guid.NewGuid()}/commands/explode", null, "f")),
            ("not-found", 404, client.GetAsync("/problems/unheard-of")),
        ];
        foreach (var (code, status, answer) in cases)
        {
            Assert.Equal(code, await (await answer).ProblemAsync(status));
            AssertClean(await (await answer).Content.ReadAsStringAsync());
        }
        var french = new HttpRequestMessage(HttpMethod.Get, "/api/v1/nothing") { Headers = { { "Accept-Language", "nl;q=0.2, fr-BE, en;q=0.1" } } };
        Assert.Contains("Vérifiez", (await (await client.SendAsync(french)).JsonAsync()).Text("detail"), StringComparison.Ordinal);
        Assert.Equal("nosniff", (await client.GetAsync("/api/v1/me")).Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    [Trait("Requirement", "rel-F5")]
    public async Task Without_the_database_a_command_is_503_with_retry_after_and_has_one_effect_when_sent_again()
    {
        var root = Directory.CreateTempSubdirectory("cassiopea-gateway-pg-").FullName;
        try
        {
            await KillAndReturnAsync(root);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    static async Task KillAndReturnAsync(string root)
    {
        await using var server = await PostgresServer.StartAsync(root);
        await using var gateway = await TestGateway.StartAsync(await server.CreateDatabaseAsync() + ";Timeout=2");
        using var client = gateway.Client();
        var body = new { reference = "M1", name = "A", language = "fr", contactEmail = "a@a.example" };
        await server.KillAsync();
        var away = await client.PostAsync("/api/v1/members", body, "k");
        Assert.Equal("unavailable", await away.ProblemAsync(503));
        Assert.NotNull(away.Headers.RetryAfter);
        AssertClean(await away.Content.ReadAsStringAsync());
        await server.StartAgainAsync();
        await Eventually.TrueAsync("it is taken", async () => (await client.PostAsync("/api/v1/members", body, "k")).StatusCode == HttpStatusCode.Accepted);
        Assert.Equal(1, await gateway.QueryAsync(db => db.Operations.CountAsync()));
    }

    [Fact]
    public async Task Without_the_vault_a_secret_is_503_and_is_nowhere()
    {
        const string canary = "cnry-4c1f0e7ab23d";
        var vault = await VaultPeer.StartAsync();
        await using var gateway = await TestGateway.StartAsync(vault: vault);
        var (_, migration) = await gateway.SeedAsync();
        var credential = Guid.CreateVersion7();
        await gateway.PublishAsync(Says.Item(migration, Guid.CreateVersion7(), source: Says.End(credential)));
        await Eventually.TrueAsync("the credential is known", () => gateway.QueryAsync(db => db.Credentials.AnyAsync(c => c.MemberId != null)));
        await vault.DisposeAsync();
        using var client = gateway.Client(await gateway.KeyAsync("bob", Role.Staff));
        var answer = await client.PutAsync($"/api/v1/credentials/{credential}", new StringContent($"{{\"secret\":\"{canary}\"}}", Encoding.UTF8, "application/json"));
        Assert.Equal("vault-unavailable", await answer.ProblemAsync(503));
        Assert.DoesNotContain(canary, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.Logged.Lines, line => line.Contains(canary, StringComparison.Ordinal));
    }

    static void AssertClean(string body)
    {
        foreach (var inside in new[] { "   at ", "Exception", "SELECT", "select ", "Npgsql", "127.0.0.1", "/src/", ".cs" })
            Assert.DoesNotContain(inside, body, StringComparison.Ordinal);
    }
}
