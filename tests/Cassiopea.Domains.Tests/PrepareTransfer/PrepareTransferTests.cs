using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.Zones.Tests;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Domains.Tests;

/// <summary>Unlock, transfer code of the registrar, transfer code of the registry.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "domains-D14")]
public sealed class PrepareTransferTests
{
    private static readonly (string, string)[] Generic = [("Domains:Tlds:be:CodeFrom", "registrar"), ("Domains:Tlds:be:Unlock", "true")];
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "domains-D2")]
    public async Task A_released_domain_is_unlocked_and_its_code_goes_into_the_vault_and_nowhere_else()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        await using var host = await DomainsHost.StartAsync(toy, Generic);
        await host.SurveyAsync();
        Assert.Contains("not released", (await PrepareAsync(host))!.Detail, StringComparison.Ordinal);
        Assert.Equal(["clientTransferProhibited"], toy.Gandi.Status(ToyInternet.Name));
        await ReleaseAsync(host);
        Assert.Null(await PrepareAsync(host));
        Assert.Empty(toy.Gandi.Status(ToyInternet.Name));
        var prepared = host.Events.OfType<TransferCodePrepared>().Single();
        Assert.Equal((false, new DateTimeOffset(2027, 2, 25, 16, 20, 49, TimeSpan.Zero)), (prepared.FromRegistry, prepared.ExpiresAt!.Value));
        var code = host.Vault.SecretOf(prepared.CredentialId);
        Assert.StartsWith("stand-in-", code, StringComparison.Ordinal);
        Assert.DoesNotContain(code, string.Concat(host.Events.Select(static one => JsonSerializer.Serialize(one, one.GetType()))), StringComparison.Ordinal);
        Assert.DoesNotContain(code, await host.QueryAsync(async db => string.Concat((await db.Domains.AsNoTracking().ToListAsync()).Select(static row => row.Findings + row.ToldRights + row.Recovery)) + string.Concat((await db.Set<Job>().AsNoTracking().ToListAsync()).Select(static job => job.Args + job.Checkpoint + job.LastError))), StringComparison.Ordinal);
        Assert.Contains(DomainStep.TransferCodeReady, host.Steps);
    }

    [Fact]
    public async Task Of_a_belgian_domain_the_registry_mails_the_code_to_the_holder_and_a_place_in_the_vault_waits()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        await using var host = await DomainsHost.StartAsync(toy);
        await host.SurveyAsync();
        await ReleaseAsync(host);
        Assert.Null(await PrepareAsync(host));
        var prepared = host.Events.OfType<TransferCodePrepared>().Single();
        Assert.True(prepared is { FromRegistry: true, ExpiresAt: null });
        Assert.False(host.Vault.Holds(prepared.CredentialId));
        Assert.Equal(["clientTransferProhibited"], toy.Gandi.Status(ToyInternet.Name));
        Assert.DoesNotContain(toy.Gandi.Requests, static request => request.Method != "GET");
        Assert.Contains(DomainStep.TransferCodeFromRegistry, host.Steps);
    }

    [Fact]
    public async Task A_lock_of_the_ending_s_rules_refuses_the_transfer()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        await using var host = await DomainsHost.StartAsync(toy, [.. Generic, ("Domains:Tlds:be:DaysAfterCreation", "365")]);
        toy.Gandi.CreatedAt(ToyInternet.Name, TimeProvider.System.GetUtcNow().AddDays(-90));
        await host.SurveyAsync();
        await ReleaseAsync(host);
        Assert.Contains("cannot be transferred before", (await PrepareAsync(host))!.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(toy.Gandi.Requests, static request => request.Method != "GET");
    }

    [Fact]
    [Trait("Requirement", "domains-D11")]
    public async Task An_unlock_that_was_taken_and_never_happens_is_told()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        await using var host = await DomainsHost.StartAsync(toy, [.. Generic, ("Domains:RegistrarPatience", "00:00:01")]);
        await host.SurveyAsync();
        await ReleaseAsync(host);
        toy.Gandi.Moods.NeverHappens = true;
        Assert.Contains("was not unlocked in time", (await PrepareAsync(host))!.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Events, static one => one is TransferCodePrepared);
    }

    private static Task<CommandRefused?> PrepareAsync(DomainsHost host)
    {
        var operation = Guid.CreateVersion7();
        return host.TryAsync(operation, new PrepareTransfer(operation, "staff@example", host.Migration, Guid.CreateVersion7(), host.Item));
    }

    private static async Task ReleaseAsync(DomainsHost host)
    {
        Assert.Null(await host.RungAsync(RecoveryRung.Notified, RungOutcome.Done));
        Assert.Null(await host.RungAsync(RecoveryRung.Released, RungOutcome.Done));
    }
}
