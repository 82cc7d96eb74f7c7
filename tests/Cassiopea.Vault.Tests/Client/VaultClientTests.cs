using System.Net;
using System.Text;
using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceDefaults.Vault;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cassiopea.Vault.Tests.Client;

[Trait("Category", "Servers")]
public sealed class VaultClientTests : IAsyncLifetime
{
    private readonly Guid _credential = Guid.NewGuid();
    private readonly Guid _member = Guid.NewGuid();
    private VaultHost _vault = null!;

    public async ValueTask InitializeAsync() => _vault = await VaultHost.StartAsync(settings: ("Vault:LeaseLife", "00:00:10"));

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    private static VaultClient Client(string address, string token, TimeProvider time)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["services:vault:http:0"] = address, ["Vault:ServiceToken"] = token });
        builder.Services.AddSingleton(time);
        builder.AddVaultClient();
        return builder.Services.BuildServiceProvider().GetRequiredService<VaultClient>();
    }

    private VaultClient Client(string service) => Client(_vault.Address, VaultHost.TokenOf(service), _vault.Time);

    private async Task<VaultLease> GrantedAsync(string secret)
    {
        await _vault.StoreAsync(_credential, _member, secret);
        await _vault.GrantAsync(_credential, _member);
        return Assert.IsType<LeaseOutcome.Granted>(await Client("mail").LeaseAsync(_credential, Guid.NewGuid(), "read-source", CancellationToken.None)).Lease;
    }

    [Fact]
    public async Task What_the_gateway_stores_a_granted_service_leases_and_gives_back()
    {
        var gateway = Client("gateway");
        Assert.Equal("absent", (await gateway.StatusAsync(_credential, CancellationToken.None)).Status);
        Assert.Equal(StoreOutcome.Stored, await gateway.StoreAsync(_credential, _member, Encoding.UTF8.GetBytes("wörd \"1\" €"), CancellationToken.None));
        Assert.Equal(1, (await gateway.StatusAsync(_credential, CancellationToken.None)).Version);
        Assert.Equal(StoreOutcome.OtherMember, await gateway.StoreAsync(_credential, Guid.NewGuid(), "x"u8.ToArray(), CancellationToken.None));
        Assert.Equal(StoreOutcome.NotTaken, await gateway.StoreAsync(_credential, _member, ReadOnlyMemory<byte>.Empty, CancellationToken.None));

        var mail = Client("mail");
        Assert.IsType<LeaseOutcome.NotGranted>(await mail.LeaseAsync(_credential, Guid.NewGuid(), "read-source", CancellationToken.None));
        await _vault.GrantAsync(_credential, _member);
        var lease = Assert.IsType<LeaseOutcome.Granted>(await mail.LeaseAsync(_credential, Guid.NewGuid(), "read-source", CancellationToken.None)).Lease;
        Assert.Equal("wörd \"1\" €", lease.SecretText);
        await lease.DisposeAsync();
        Assert.True(lease.Secret.IsEmpty);
        Assert.Equal(1, await _vault.InDatabaseAsync(db => db.Leases.CountAsync(row => row.CredentialId == _credential && row.EndedAt != null)));
    }

    [Fact]
    public async Task A_credential_that_was_never_entered_is_told_apart_from_a_missing_grant()
    {
        await _vault.GrantAsync(_credential, _member);
        Assert.IsType<LeaseOutcome.NotStored>(await Client("mail").LeaseAsync(_credential, Guid.NewGuid(), "read-source", CancellationToken.None));
    }

    [Fact]
    public async Task A_lease_in_use_is_renewed_before_it_runs_out()
    {
        await using var lease = await GrantedAsync("used for long");
        var first = lease.ExpiresAt;
        _vault.Time.Advance(TimeSpan.FromSeconds(4));
        await Eventually.TrueAsync("the lease was renewed", () => lease.ExpiresAt > first, TimeSpan.FromSeconds(30));
        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_lease_that_ran_out_while_the_vault_was_away_is_taken_anew()
    {
        await using var lease = await GrantedAsync("used for long");
        _vault.Time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync("there is a new lease", () => lease.ExpiresAt > _vault.Time.GetUtcNow(), TimeSpan.FromSeconds(30));
        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_job_whose_grant_is_taken_back_is_told_to_stop()
    {
        var migration = Guid.NewGuid();
        await _vault.StoreAsync(_credential, _member, "taken back");
        await _vault.GrantAsync(_credential, _member, migration: migration);
        await using var lease = Assert.IsType<LeaseOutcome.Granted>(await Client("mail").LeaseAsync(_credential, Guid.NewGuid(), "read-source", CancellationToken.None)).Lease;
        await _vault.ConsumedAsync(new CredentialGrantsEnded(migration));
        await Eventually.TrueAsync("the job is told", () => lease.Lost.IsCancellationRequested, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_wrong_token_and_a_vault_that_is_away_are_unavailable_and_name_no_secret()
    {
        var refused = await Assert.ThrowsAsync<VaultUnavailableException>(() => Client(_vault.Address, "wrong-token-0123456789abcdef", _vault.Time).LeaseAsync(_credential, Guid.NewGuid(), "x", CancellationToken.None));
        Assert.Contains("Vault:ServiceToken", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-token", refused.ToString(), StringComparison.Ordinal);
        var away = Client($"http://127.0.0.1:{FreePort.Next()}", VaultHost.TokenOf("gateway"), _vault.Time);
        var gone = await Assert.ThrowsAsync<VaultUnavailableException>(() => away.StoreAsync(_credential, _member, "canary-never-told"u8.ToArray(), CancellationToken.None));
        Assert.DoesNotContain("canary", gone.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_passing_failure_is_tried_again_and_a_refusal_is_not()
    {
        var asked = 0;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(http =>
        {
            http.Response.StatusCode = Interlocked.Increment(ref asked) switch { <= 2 => (int)HttpStatusCode.ServiceUnavailable, _ => (int)HttpStatusCode.Forbidden };
            return Task.CompletedTask;
        });
        await app.StartAsync();
        var client = Client(app.Urls.Single(), VaultHost.TokenOf("mail"), _vault.Time);
        Assert.IsType<LeaseOutcome.NotGranted>(await client.LeaseAsync(_credential, Guid.NewGuid(), "x", CancellationToken.None));
        Assert.Equal(3, asked);
        await app.StopAsync();
    }
}
