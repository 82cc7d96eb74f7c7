using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Cassiopea.Lab;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Cassiopea.Vault.Tests.Credentials;

[Trait("Category", "Servers")]
public sealed class PutCredentialTests(PutCredentialTests.Fixture fixture) : IClassFixture<PutCredentialTests.Fixture>
{
    private readonly Guid _credential = Guid.NewGuid();
    private readonly Guid _member = Guid.NewGuid();

    private VaultHost Vault => fixture.Vault;

    [Fact]
    public async Task A_stored_secret_has_a_version_that_rises_and_is_told_to_all()
    {
        using var gateway = Vault.Client("gateway");
        Assert.Equal("absent", (await gateway.GetFromJsonAsync<JsonElement>($"credentials/{_credential}")).GetProperty("status").GetString());
        await Vault.StoreAsync(_credential, _member, "first secret");
        await Vault.StoreAsync(_credential, _member, "second secret");
        var status = await gateway.GetFromJsonAsync<JsonElement>($"credentials/{_credential}");
        Assert.Equal("present", status.GetProperty("status").GetString());
        Assert.Equal(2, status.GetProperty("version").GetInt32());
        Assert.Equal(["status", "version", "storedAt"], status.EnumerateObject().Select(property => property.Name));
        await Eventually.TrueAsync("both were told", () => Vault.Heard<Contracts.CredentialStored>().Count(e => e.CredentialId == _credential) == 2, TimeSpan.FromSeconds(20));
        await Vault.GrantAsync(_credential, _member);
        Assert.Equal("second secret", await Vault.SecretAsync("mail", _credential));
    }

    [Fact]
    public async Task A_service_that_finds_a_secret_replaces_nothing_that_people_entered()
    {
        using var finder = Vault.Client("web-hosting");
        using var first = await finder.PutAsJsonAsync($"credentials/{_credential}", new { memberId = _member, secret = "found" });
        using var again = await finder.PutAsJsonAsync($"credentials/{_credential}", new { memberId = _member, secret = "found later" });
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (first.StatusCode, again.StatusCode));
        await Vault.StoreAsync(_credential, _member, "entered");
        using var late = await finder.PutAsJsonAsync($"credentials/{_credential}", new { memberId = _member, secret = "found again" });
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        using var stranger = Vault.Client("mail");
        using var refused = await stranger.PutAsJsonAsync($"credentials/{Guid.NewGuid()}", new { memberId = _member, secret = "found" });
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        await Vault.GrantAsync(_credential, _member);
        Assert.Equal("entered", await Vault.SecretAsync("mail", _credential));
    }

    [Theory]
    [InlineData("päss wörd \"\\ \u202F €\U0001F511")]
    [InlineData("\u0001\u001f\0\n")]
    [InlineData("x")]
    public async Task Any_text_comes_back_as_it_was(string secret)
    {
        await Vault.StoreAsync(_credential, _member, secret);
        await Vault.GrantAsync(_credential, _member);
        Assert.Equal(secret, await Vault.SecretAsync("mail", _credential));
    }

    [Fact]
    public async Task A_secret_of_16_KiB_is_taken_and_a_longer_one_is_not()
    {
        using var gateway = Vault.Client("gateway");
        await Vault.StoreAsync(_credential, _member, new string('é', 8192));
        using var answer = await gateway.PutAsJsonAsync($"credentials/{_credential}", new { memberId = _member, secret = new string('a', 16_385) });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var huge = await gateway.PutAsJsonAsync($"credentials/{_credential}", new { memberId = _member, secret = new string('a', 100_000) });
        Assert.Equal(HttpStatusCode.BadRequest, huge.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"memberId\":\"x\",\"secret\":\"canary-in-a-bad-body\"}")]
    [InlineData("{\"memberId\":\"6f9619ff-8b86-d011-b42d-00cf4fc964ff\"}")]
    [InlineData("{\"memberId\":\"6f9619ff-8b86-d011-b42d-00cf4fc964ff\",\"secret\":\"\"}")]
    [InlineData("{\"memberId\":\"6f9619ff-8b86-d011-b42d-00cf4fc964ff\",\"secret\":7}")]
    [InlineData("{\"secret\":\"canary-in-a-bad-body\"}")]
    [InlineData("{\"memberId\":\"6f9619ff-8b86-d011-b42d-00cf4fc964ff\",\"secret\":\"canary-in-a-bad-body\",\"more\":1}")]
    [InlineData("{\"memberId\":\"6f9619ff-8b86-d011-b42d-00cf4fc964ff\",\"secret\":\"canary-in-a-bad-body\\ud800\"}")]
    public async Task A_bad_body_is_refused_and_not_repeated(string body)
    {
        using var gateway = Vault.Client("gateway");
        using var answer = await gateway.PutAsync($"credentials/{_credential}", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain("canary", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_never_changes_its_member()
    {
        await Vault.StoreAsync(_credential, _member, "secret of one");
        using var gateway = Vault.Client("gateway");
        using var answer = await gateway.PutAsJsonAsync($"credentials/{_credential}", new { memberId = Guid.NewGuid(), secret = "secret of another" });
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    [Fact]
    public async Task Storing_at_the_same_time_for_one_member_makes_one_data_key()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Vault.StoreAsync(Guid.NewGuid(), _member, $"secret number {i}")));
        Assert.Equal(1, await Vault.InDatabaseAsync(db => db.DataKeys.CountAsync(key => key.MemberId == _member)));
        Assert.Equal(20, await Vault.InDatabaseAsync(db => db.Credentials.CountAsync(row => row.MemberId == _member)));
    }

    [Fact]
    [Trait("Requirement", "sec-S5")]
    public async Task No_endpoint_but_the_lease_returns_a_secret_and_every_endpoint_asks_who_calls()
    {
        const string Secret = "cnry-no-endpoint-returns-this";
        var lease = Guid.NewGuid();
        await Vault.StoreAsync(_credential, _member, Secret);
        var endpoints = Vault.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not null).ToList();
        Assert.Equal(6, endpoints.Count);
        foreach (var endpoint in endpoints)
        {
            var path = endpoint.RoutePattern.RawText!.Replace("{credentialId:guid}", $"{_credential}", StringComparison.Ordinal).Replace("{leaseId:guid}", $"{lease}", StringComparison.Ordinal);
            foreach (var service in (string?[])[null, "unknown", "gateway", "mail", "domains"])
            {
                using var client = Vault.Client(service);
                using var request = new HttpRequestMessage(new HttpMethod(endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]), path);
                if (request.Method == HttpMethod.Put || path == "/leases") request.Content = JsonContent.Create(new { credentialId = _credential, jobId = lease, purpose = "read", memberId = _member });
                using var answer = await client.SendAsync(request);
                Assert.DoesNotContain(Secret, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
                if (service is null or "unknown") Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
                if (service is not null) continue;
                using var broken = await client.SendAsync(new HttpRequestMessage(request.Method, path) { Content = new StringContent("{", Encoding.UTF8, "application/json") });
                Assert.Equal(HttpStatusCode.Unauthorized, broken.StatusCode);
            }
        }
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal VaultHost Vault { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Vault = await VaultHost.StartAsync();

        public ValueTask DisposeAsync() => Vault.DisposeAsync();
    }
}
