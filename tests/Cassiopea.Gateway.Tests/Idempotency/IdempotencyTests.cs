using System.Net;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Idempotency;
using Cassiopea.Lab;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Tests.Idempotency;

[Trait("Category", "Servers")]
public sealed class IdempotencyTests : IAsyncLifetime
{
    static readonly object Body = new { reference = "M0042", name = "Les Amis", language = "fr", contactEmail = "contact@amis.example" };

    readonly ManualTime _time = new();
    TestGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(time: _time);

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_command_without_a_key_is_refused_and_nothing_is_sent()
    {
        using var client = _gateway.Client();
        Assert.Equal("idempotency-key-missing", await (await client.PostAsync("/api/v1/members", Body, null)).ProblemAsync(400));
        Assert.Equal("malformed", await (await client.PostAsync("/api/v1/members", Body, new string('k', 201))).ProblemAsync(400));
        Assert.Equal(0, await _gateway.QueryAsync(db => db.Operations.CountAsync()));
    }

    [Fact]
    public async Task The_same_request_gets_the_same_answer_and_one_effect()
    {
        using var client = _gateway.Client();
        var first = await client.PostAsync("/api/v1/members", Body, "k1");
        var again = await client.PostAsync("/api/v1/members", Body, "k1");
        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.True(again.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(1, await _gateway.QueryAsync(db => db.Operations.CountAsync()));
        await _gateway.SentAsync<RegisterMember>();
        Assert.Single(_gateway.Sent);
    }

    [Fact]
    public async Task The_same_key_with_another_body_or_path_is_refused()
    {
        using var client = _gateway.Client();
        await client.PostAsync("/api/v1/members", Body, "k1");
        var other = new { reference = "M0043", name = "Les Autres", language = "fr", contactEmail = "contact@autres.example" };
        Assert.Equal("idempotency-key-reused", await (await client.PostAsync("/api/v1/members", other, "k1")).ProblemAsync(422));
        Assert.Equal("idempotency-key-reused", await (await client.PostAsync("/api/v1/migrations", new { memberId = Guid.NewGuid() }, "k1")).ProblemAsync(422));
    }

    [Fact]
    public async Task Another_callers_key_is_another_key()
    {
        using var client = _gateway.Client();
        using var other = _gateway.Client(await _gateway.KeyAsync("bob", Role.Staff));
        await client.PostAsync("/api/v1/members", Body, "k1");
        var answer = await other.PostAsync("/api/v1/members", Body, "k1");
        Assert.False(answer.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(2, await _gateway.QueryAsync(db => db.Operations.CountAsync()));
    }

    [Fact]
    public async Task A_refused_request_can_be_sent_again_under_its_key()
    {
        using var client = _gateway.Client();
        Assert.Equal("invalid", await (await client.PostAsync("/api/v1/members", new { reference = "!" }, "k1")).ProblemAsync(422));
        Assert.Equal(HttpStatusCode.Accepted, (await client.PostAsync("/api/v1/members", Body, "k1")).StatusCode);
    }

    [Fact]
    public async Task A_key_is_forgotten_after_seven_days()
    {
        using var client = _gateway.Client(await _gateway.KeyAsync("carol", Role.Staff, expiresAt: _time.GetUtcNow().AddDays(30)));
        await client.PostAsync("/api/v1/members", Body, "k1");
        _time.Advance(GivenAnswer.Life - TimeSpan.FromSeconds(1));
        Assert.True((await client.PostAsync("/api/v1/members", Body, "k1")).Headers.Contains("Idempotency-Replayed"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False((await client.PostAsync("/api/v1/members", Body, "k1")).Headers.Contains("Idempotency-Replayed"));
    }

    [Fact]
    public async Task Twenty_at_once_under_one_key_have_one_effect_and_the_others_wait_or_get_the_same_answer()
    {
        using var client = _gateway.Client();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.PostAsync("/api/v1/members", Body, "k1")));
        var accepted = answers.Where(a => a.StatusCode == HttpStatusCode.Accepted).ToList();
        Assert.NotEmpty(accepted);
        Assert.Single(accepted.Select(a => a.Headers.Location).Distinct());
        foreach (var running in answers.Except(accepted))
        {
            Assert.Equal("idempotency-key-running", await running.ProblemAsync(409));
            Assert.NotNull(running.Headers.RetryAfter);
        }
        Assert.Equal(1, await _gateway.QueryAsync(db => db.Operations.CountAsync()));
        await _gateway.SentAsync<RegisterMember>();
        Assert.Single(_gateway.Sent);
    }

    [Fact]
    public async Task A_form_sent_again_with_another_boundary_is_the_same_request()
    {
        using var client = _gateway.Client();
        static MultipartFormDataContent Form() => new() { { new StringContent("member_ref;amount\nM1;2"), "file", "factures.csv" } };
        var first = await client.PostAsync("/api/v1/invoices:import", Form(), "k1");
        var again = await client.PostAsync("/api/v1/invoices:import", Form(), "k1");
        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.True(again.Headers.Contains("Idempotency-Replayed"));
    }
}
