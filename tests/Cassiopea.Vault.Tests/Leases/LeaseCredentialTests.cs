using System.Net;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Vault.Tests.Leases;

[Trait("Category", "Servers")]
public sealed class LeaseCredentialTests(LeaseCredentialTests.Fixture fixture) : IClassFixture<LeaseCredentialTests.Fixture>
{
    private readonly Guid _credential = Guid.NewGuid();
    private readonly Guid _member = Guid.NewGuid();
    private readonly Guid _migration = Guid.NewGuid();

    private VaultHost Vault => fixture.Vault;

    private async Task<HttpStatusCode> RenewAsync(string service, Guid lease)
    {
        using var client = Vault.Client(service);
        using var answer = await client.PostAsync($"leases/{lease}/renew", null);
        return answer.StatusCode;
    }

    [Fact]
    public async Task Without_a_grant_nothing_is_told_not_even_whether_it_exists()
    {
        await Vault.StoreAsync(_credential, _member, "a secret of the member");
        Assert.Equal(HttpStatusCode.Forbidden, (await Vault.LeaseAsync("mail", _credential)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Vault.LeaseAsync("mail", Guid.NewGuid())).Status);
        await Vault.GrantAsync(_credential, _member, "domains");
        Assert.Equal(HttpStatusCode.Forbidden, (await Vault.LeaseAsync("mail", _credential)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await Vault.LeaseAsync("gateway", _credential)).Status);
        Assert.Equal(HttpStatusCode.Created, (await Vault.LeaseAsync("domains", _credential)).Status);
    }

    [Fact]
    public async Task With_a_grant_and_no_credential_it_is_absent()
    {
        await Vault.GrantAsync(_credential, _member);
        Assert.Equal(HttpStatusCode.NotFound, (await Vault.LeaseAsync("mail", _credential)).Status);
    }

    [Fact]
    public async Task A_grant_for_another_member_opens_nothing()
    {
        await Vault.StoreAsync(_credential, _member, "a secret of the member");
        await Vault.GrantAsync(_credential, Guid.NewGuid());
        Assert.Equal(HttpStatusCode.Forbidden, (await Vault.LeaseAsync("mail", _credential)).Status);
    }

    [Fact]
    public async Task A_grant_ends_at_its_time()
    {
        await Vault.StoreAsync(_credential, _member, "a secret of the member");
        await Vault.GrantAsync(_credential, _member, until: Vault.Time.GetUtcNow().AddMinutes(2));
        var (status, lease) = await Vault.LeaseAsync("mail", _credential);
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(Vault.Time.GetUtcNow().AddMinutes(2), lease.GetProperty("expiresAt").GetDateTimeOffset());
        Vault.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Forbidden, (await Vault.LeaseAsync("mail", _credential)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, await RenewAsync("mail", lease.GetProperty("leaseId").GetGuid()));
    }

    [Fact]
    public async Task A_lease_lasts_ten_minutes_from_each_renewal_and_belongs_to_its_service()
    {
        await Vault.StoreAsync(_credential, _member, "a secret of the member");
        await Vault.GrantAsync(_credential, _member);
        var (_, body) = await Vault.LeaseAsync("mail", _credential);
        Assert.Equal(Vault.Time.GetUtcNow().AddMinutes(10), body.GetProperty("expiresAt").GetDateTimeOffset());
        var lease = body.GetProperty("leaseId").GetGuid();
        Vault.Time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(HttpStatusCode.OK, await RenewAsync("mail", lease));
        Vault.Time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(HttpStatusCode.OK, await RenewAsync("mail", lease));
        Assert.Equal(HttpStatusCode.NotFound, await RenewAsync("domains", lease));
        Vault.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(HttpStatusCode.Forbidden, await RenewAsync("mail", lease));
    }

    [Fact]
    public async Task A_lease_that_was_given_back_is_over()
    {
        await Vault.StoreAsync(_credential, _member, "a secret of the member");
        await Vault.GrantAsync(_credential, _member);
        var lease = (await Vault.LeaseAsync("mail", _credential)).Body.GetProperty("leaseId").GetGuid();
        using var mail = Vault.Client("mail");
        using var domains = Vault.Client("domains");
        Assert.Equal(HttpStatusCode.NotFound, (await domains.DeleteAsync($"leases/{lease}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await mail.DeleteAsync($"leases/{lease}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await mail.DeleteAsync($"leases/{lease}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, await RenewAsync("mail", lease));
    }

    [Fact]
    public async Task Ended_grants_end_leases_and_a_late_grant_opens_nothing()
    {
        var other = Guid.NewGuid();
        await Vault.StoreAsync(_credential, _member, "a secret of the member");
        await Vault.GrantAsync(_credential, _member, migration: _migration);
        await Vault.GrantAsync(other, _member, migration: Guid.NewGuid());
        var lease = (await Vault.LeaseAsync("mail", _credential)).Body.GetProperty("leaseId").GetGuid();
        await Vault.PublishAsync(new CredentialGrantsEnded(_migration));
        await Vault.EventuallyAsync("grants have ended", db => db.EndedMigrations.AnyAsync(row => row.MigrationId == _migration));
        Assert.Equal(HttpStatusCode.Forbidden, await RenewAsync("mail", lease));
        Assert.Equal(HttpStatusCode.Forbidden, (await Vault.LeaseAsync("mail", _credential)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Vault.LeaseAsync("mail", other)).Status);

        var late = new CredentialGranted(_credential, _member, _migration, Guid.NewGuid(), "mail", Vault.Time.GetUtcNow().AddDays(1));
        await Vault.ConsumedAsync(late);
        Assert.Equal(HttpStatusCode.Forbidden, (await Vault.LeaseAsync("mail", _credential)).Status);
    }

    [Fact]
    [Trait("Requirement", "sec-S26")]
    public async Task Each_lease_is_an_entry_of_the_audit_chain_and_a_refusal_is_none()
    {
        var job = Guid.NewGuid();
        await Vault.StoreAsync(_credential, _member, "a secret of the member");
        await Vault.LeaseAsync("mail", _credential);
        await Vault.GrantAsync(_credential, _member);
        await Vault.LeaseAsync("mail", _credential, job, "read-source");
        await Vault.LeaseAsync("mail", _credential, job, "verify");
        var entries = await Vault.InDatabaseAsync(db => db.Set<AuditEntry>().Where(row => row.Object == $"credential/{_credential}").OrderBy(row => row.Seq).ToListAsync());
        Assert.Equal(["gateway store-credential", "mail lease-credential", "mail lease-credential"], entries.Select(entry => $"{entry.Actor} {entry.Action}"));
        Assert.Contains($"verify of job {job}, version 1", entries[2].Reason, StringComparison.Ordinal);
        Assert.True((await Vault.InDatabaseAsync(db => AuditChain.VerifyAsync(db, CancellationToken.None))).Intact);
        Assert.Empty(await Vault.InDatabaseAsync(db => SchemaComparison.DifferencesAsync(db, CancellationToken.None)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Read Source")]
    [InlineData("x\r\ny")]
    public async Task A_lease_needs_a_plain_purpose(string purpose)
    {
        await Vault.StoreAsync(_credential, _member, "a secret of the member");
        await Vault.GrantAsync(_credential, _member);
        Assert.Equal(HttpStatusCode.BadRequest, (await Vault.LeaseAsync("mail", _credential, purpose: purpose)).Status);
    }

    [Fact]
    [Trait("Requirement", "sec-S1")]
    public async Task Ciphertexts_that_were_swapped_open_for_nobody_and_the_answer_says_nothing()
    {
        var (other, otherMember) = (Guid.NewGuid(), Guid.NewGuid());
        await Vault.StoreAsync(_credential, _member, "secret of the first");
        await Vault.StoreAsync(other, otherMember, "secret of the other");
        await Vault.GrantAsync(_credential, _member);
        await Vault.GrantAsync(other, otherMember);
        await Vault.InDatabaseAsync(db => db.Database.ExecuteSqlAsync(
            $"update credential c set sealed = o.sealed from credential o where (c.id = {_credential} and o.id = {other}) or (c.id = {other} and o.id = {_credential})"));
        foreach (var id in (Guid[])[_credential, other])
        {
            var (status, body) = await Vault.LeaseAsync("mail", id);
            Assert.Equal(HttpStatusCode.InternalServerError, status);
            Assert.DoesNotContain("secret of", body.GetRawText(), StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", body.GetRawText(), StringComparison.Ordinal);
        }

        await Vault.InDatabaseAsync(db => db.Database.ExecuteSqlAsync(
            $"update data_key k set wrapped = o.wrapped from data_key o where k.member_id = {_member} and o.member_id = {otherMember}"));
        Assert.Equal(HttpStatusCode.InternalServerError, (await Vault.LeaseAsync("mail", _credential)).Status);
    }

    [Fact]
    [Trait("Requirement", "sec-S1")]
    public async Task A_ciphertext_of_the_same_member_in_another_row_or_version_does_not_open()
    {
        var other = Guid.NewGuid();
        await Vault.StoreAsync(_credential, _member, "secret of one box");
        await Vault.StoreAsync(other, _member, "secret of another box");
        await Vault.GrantAsync(_credential, _member);
        await Vault.InDatabaseAsync(db => db.Database.ExecuteSqlAsync($"update credential c set version = 2 where id = {_credential}"));
        Assert.Equal(HttpStatusCode.InternalServerError, (await Vault.LeaseAsync("mail", _credential)).Status);
        await Vault.InDatabaseAsync(db => db.Database.ExecuteSqlAsync($"update credential c set version = 1, sealed = o.sealed from credential o where c.id = {_credential} and o.id = {other}"));
        Assert.Equal(HttpStatusCode.InternalServerError, (await Vault.LeaseAsync("mail", _credential)).Status);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal VaultHost Vault { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Vault = await VaultHost.StartAsync();

        public ValueTask DisposeAsync() => Vault.DisposeAsync();
    }
}
