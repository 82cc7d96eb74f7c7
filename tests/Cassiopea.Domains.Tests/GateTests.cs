using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceDefaults;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Tests;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Domains.Tests;

/// <summary>Gates beside those of the journey: addresses, the way back of a signed domain, what the owner reads.</summary>
[Trait("Category", "Servers")]
public sealed class GateTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "domains-D9")]
    [Trait("Requirement", "domains-D12")]
    public async Task A_signed_domain_that_is_turned_back_has_its_ds_again_at_every_parent_server()
    {
        await using var toy = await ToyInternet.StartAsync(Token, signed: true, ttl: 2);
        await toy.SignAtRegistryAsync(Token);
        var before = (await toy.Delegation.ReadAsync(ToyInternet.Domain, [], Token)).Signers.Select(static signer => signer.Text).ToList();
        await using var host = await DomainsHost.StartAsync(toy);
        await host.PrepareAsync();
        await host.SendAsync(new CutOverZone(host.Migration, host.Item, host.PlanSha256));
        await UntilAsync<ZoneCutOver>(toy, host);
        Assert.Empty((await toy.Delegation.ReadAsync(ToyInternet.Domain, [], Token)).Signers);
        await host.SendAsync(new RollBackZone(host.Migration, host.Item));
        await UntilAsync<ZoneRolledBack>(toy, host);
        await Eventually.TrueAsync("the last step is told", () => host.Steps.Contains(DomainStep.RolledBack));
        var view = await toy.Delegation.ReadAsync(ToyInternet.Domain, [], Token);
        Assert.All(view.Parents, parent => Assert.Equal(before, parent.Signers.Select(static signer => signer.Text)));
        Assert.Equal(SignerState.Matching, view.SignersAt(ToyInternet.OldServers));
        Assert.Equal(1, toy.Gandi.Count("POST", "dnskeys"));
        DomainStep[] told = [DomainStep.SignersAsked, DomainStep.SignersGone, DomainStep.ChangeAsked, DomainStep.ChangeTaken, DomainStep.SwitchedOver, DomainStep.SignersRestored, DomainStep.RolledBack];
        Assert.Equal(told, host.Steps.Where(told.Contains).Distinct());
    }

    [Fact]
    [Trait("Requirement", "domains-D12")]
    public async Task A_domain_that_the_old_host_does_not_sign_any_more_is_not_told_to_be_as_before()
    {
        await using var toy = await ToyInternet.StartAsync(Token, signed: true, ttl: 2);
        await toy.SignAtRegistryAsync(Token);
        await using var host = await DomainsHost.StartAsync(toy);
        await host.PrepareAsync();
        await host.SendAsync(new CutOverZone(host.Migration, host.Item, host.PlanSha256));
        await UntilAsync<ZoneCutOver>(toy, host);
        await toy.Old.StopAsync();
        await using var unsigned = await KnotServer.StartAsync([new(ToyInternet.Name, ZoneSeed.OldHost(ToyInternet.Name, 1))], Token, port: toy.Old.Port);
        await host.SendAsync(new RollBackZone(host.Migration, host.Item));
        await UntilAsync<ZoneRolledBack>(toy, host);
        Assert.Contains("was signed (DNSSEC) before and is not now", host.Events.OfType<ZoneRolledBack>().Single().Differs, StringComparison.Ordinal);
        await Eventually.TrueAsync("its owner reads it", () => host.Steps.Contains(DomainStep.RolledBackUnsigned));
        Assert.DoesNotContain(host.Steps, static step => step is DomainStep.RolledBack or DomainStep.SignersRestored);
        Assert.Contains("not as before", (await host.QueryAsync(db => db.Set<AuditEntry>().OrderByDescending(row => row.Seq).FirstAsync(Token))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "domains-D12")]
    public async Task A_domain_that_is_signed_on_its_way_back_and_was_not_before_is_told_so()
    {
        await using var toy = await ToyInternet.StartAsync(Token, signed: true, ttl: 2); // the old host shows keys that no DS names
        await using var host = await DomainsHost.StartAsync(toy);
        await host.PrepareAsync();
        await host.SendAsync(new CutOverZone(host.Migration, host.Item, host.PlanSha256));
        await UntilAsync<ZoneCutOver>(toy, host);
        await toy.SignAtRegistryAsync(Token);
        await host.SendAsync(new RollBackZone(host.Migration, host.Item));
        await UntilAsync<ZoneRolledBack>(toy, host);
        Assert.Contains("was not signed (DNSSEC) before and is now", host.Events.OfType<ZoneRolledBack>().Single().Differs, StringComparison.Ordinal);
        await Eventually.TrueAsync("its owner reads it", () => host.Steps.Contains(DomainStep.RolledBackSigned));
    }

    [Theory]
    [InlineData(null, "", DomainStep.RolledBack, "")]
    [InlineData("", "", DomainStep.RolledBack, "")]
    [InlineData("1 13 2 AA", "1 13 2 AA", DomainStep.RolledBack, "")]
    [InlineData("1 13 2 AA", "", DomainStep.RolledBackUnsigned, "It was signed")]
    [InlineData("", "1 13 2 AA", DomainStep.RolledBackSigned, "It was not signed")]
    [InlineData(null, "1 13 2 AA", DomainStep.RolledBackSigned, "not known")]
    [InlineData("1 13 2 AA", "2 13 2 BB", DomainStep.RolledBack, "by other DS records")]
    [Trait("Requirement", "domains-D12")]
    public void What_differs_of_the_signature_is_said(string? before, string now, DomainStep step, string differs)
    {
        var said = Signing.Of(before, now);
        Assert.Equal((step, differs.Length == 0), (said.Step, said.Differs.Length == 0));
        Assert.Contains(differs, said.Differs, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.1.2.3:53", "127.0.0.0/8")]
    [InlineData("169.254.169.254:53", "127.0.0.0/8")]
    [Trait("Requirement", "domains-D7")]
    [Trait("Requirement", "sec-S8")]
    public async Task A_name_server_inside_a_private_network_is_neither_asked_nor_handed_out(string address, string allowed)
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: 2);
        await using var host = await DomainsHost.StartAsync(toy, ("AllowedTestNetworks", allowed), ("Domains:EndpointOverrides:3", "ns2.nouvelhote.be=" + address));
        await host.SurveyAsync();
        var refused = Assert.IsType<ZoneRefused>(await host.AskAsync<ZonePublished>(new PublishZone(host.Migration, host.Item, host.PlanSha256)));
        Assert.Contains("ns2.nouvelhote.be has an address that is loopback, private or reserved", refused.Failure.Text, StringComparison.Ordinal);
        Assert.Equal(0, toy.Gandi.Count("PUT", "nameservers"));
    }

    [Fact]
    [Trait("Requirement", "sec-S8")]
    public async Task Outside_a_lab_no_loopback_server_is_asked_at_all()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: 2);
        await using var host = await DomainsHost.StartAsync(toy, ("AllowedTestNetworks", ""));
        var surveyed = await host.SurveyAsync();
        Assert.DoesNotContain(surveyed.Facts, static fact => fact.Name == "name-server");
        var refused = Assert.IsType<ZoneRefused>(await host.AskAsync<ZonePublished>(new PublishZone(host.Migration, host.Item, host.PlanSha256)));
        Assert.Contains("loopback, private or reserved", refused.Failure.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "domains-D18")]
    public async Task The_owner_reads_each_step_and_the_audit_knows_each_change()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: 2);
        await using var host = await DomainsHost.StartAsync(toy);
        await host.PrepareAsync();
        await host.SendAsync(new CutOverZone(host.Migration, host.Item, host.PlanSha256));
        await Eventually.TrueAsync("partial", () => host.Steps.Contains(DomainStep.ChangePartial));
        await UntilAsync<ZoneCutOver>(toy, host);
        await Eventually.TrueAsync("the last step is told", () => host.Steps.Contains(DomainStep.SwitchedOver));
        Assert.Equal(
            [DomainStep.Surveyed, DomainStep.TtlLowered, DomainStep.ZonePublished, DomainStep.ChangeAsked, DomainStep.ChangeTaken, DomainStep.ChangePartial, DomainStep.SwitchedOver],
            host.Steps.Where(static step => step != DomainStep.ChangePropagated));
        Assert.All(host.Events.OfType<DomainStepReached>().Where(static one => one.Step is DomainStep.TtlLowered or DomainStep.SwitchedOver), static one => Assert.NotNull(one.Until));
    }

    private static Task UntilAsync<TEvent>(ToyInternet toy, DomainsHost host) => Eventually.TrueAsync(() => $"{typeof(TEvent).Name}: {string.Join(" | ", host.Events)}", async () =>
    {
        await toy.Lagging.CatchUpAsync("be", Token);
        return host.Events.OfType<TEvent>().Any();
    });
}
