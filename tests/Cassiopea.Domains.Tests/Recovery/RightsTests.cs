using System.Security.Cryptography;
using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Zones;
using Cassiopea.Zones.Tests;

namespace Cassiopea.Domains.Tests.Recovery;

/// <summary>Inventory beside registrar, holders, handles, and domains that are left on the last rung.</summary>
[Trait("Category", "Servers")]
public sealed class RightsTests
{
    private const string Custodian = "Marc of the liquidation";
    private static readonly (string, string) Often = ("Domains:WatchEvery", "00:00:00.2");
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "domains-D1")]
    public async Task Domains_that_only_the_registrar_or_only_the_inventory_knows_are_conflicts_and_none_is_dropped()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        toy.Gandi.Add("oublie.org", ["ns1.cassiopea.be", "ns2.cassiopea.be"], new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), "autre-organisation");
        await using var host = await DomainsHost.StartAsync(toy);
        var found = (ServiceSurveyed)await host.AskAsync<ServiceSurveyed>(new FindDomains(host.Migration, "M0007", []));
        var item = Assert.Single(found.Items);
        Assert.Equal(("xn--maison-mdicale-ikb.be", SurveyOutcome.Found), (item.Name, found.Outcome));
        Assert.Contains(item.Facts!, static fact => fact is { Name: "managed", Value: "no" });
        await Eventually.TrueAsync("both lists are compared", () => host.Events.OfType<DomainsCompared>().Any());
        var compared = host.Events.OfType<DomainsCompared>().Single();
        Assert.Equal(2, compared.Domains);
        DomainConflict[] expected = [new("oublie.org", "", DomainConflictKind.UnknownToInventory), new("xn--maison-mdicale-ikb.be", "M0007", DomainConflictKind.NotAtRegistrar)];
        Assert.Equal(expected, compared.Conflicts);
    }

    [Fact]
    [Trait("Requirement", "domains-D1")]
    public async Task While_the_registrar_refuses_what_is_known_stays_and_nobody_says_that_it_is_all()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        toy.Gandi.Moods.Expired = true;
        await using var host = await DomainsHost.StartAsync(toy);
        var found = (ServiceSurveyed)await host.AskAsync<ServiceSurveyed>(new FindDomains(host.Migration, "M0042", []));
        Assert.Equal((SurveyOutcome.NotSurveyed, FailureCode.AuthenticationFailed), (found.Outcome, found.Failure!.Code));
        Assert.Equal(ToyInternet.Name, Assert.Single(found.Items).Name);
        Assert.DoesNotContain(host.Events, static one => one is DomainsCompared);
    }

    [Fact]
    [Trait("Requirement", "domains-D14")]
    public async Task A_holder_that_does_not_match_is_a_task_until_somebody_corrects_it()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        toy.Gandi.SetHolder(ToyInternet.Name, "Ancien président", "Info@asbl-exemple.be");
        await using var host = await DomainsHost.StartAsync(toy, Often);
        await host.WriteInventoryAsync("member;domain;source;provider;name_servers;holder;handle", $"M0042;{ToyInternet.Name};;new;ns1.nouvelhote.be, ns2.nouvelhote.be;ASBL Été d'ici;PXP561-GANDI");
        var surveyed = await host.SurveyAsync();
        Assert.Contains(surveyed.Facts, static fact => fact.Value.Contains("holder-differs:", StringComparison.Ordinal));
        await Eventually.TrueAsync("rights are told", () => host.Events.OfType<DomainRightsChanged>().Any());
        Assert.Equal([DomainTask.HolderDiffers], host.Rights.Tasks);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("info@asbl-exemple.be"u8)), host.Rights.RegistrantMailSha256);
        var told = string.Concat(host.Events.Select(static one => JsonSerializer.Serialize(one, one.GetType())));
        Assert.DoesNotContain("Ancien", told, StringComparison.Ordinal);
        Assert.DoesNotContain("info@", told, StringComparison.OrdinalIgnoreCase);

        // an inventory that cannot be read for a while ends nothing
        var inventory = await File.ReadAllTextAsync(host.Inventory, Token);
        await host.WriteInventoryAsync("this is no inventory");
        var asked = toy.Gandi.Requests.Count;
        await Eventually.TrueAsync("it looks again and again", () => toy.Gandi.Requests.Count > asked + 4);
        await File.WriteAllTextAsync(host.Inventory, inventory, Token);

        toy.Gandi.SetHolder(ToyInternet.Name, "A.S.B.L. ETE D’ICI", "info@asbl-exemple.be");
        await Eventually.TrueAsync("the task is closed", () => host.Rights.Tasks.Count == 0);
    }

    [Fact]
    [Trait("Requirement", "domains-D14")]
    public async Task A_handle_on_which_another_member_s_domain_hangs_is_not_released()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        await using var host = await DomainsHost.StartAsync(toy);
        string[] rows = ["member;domain;source;provider;name_servers;holder;handle", $"M0042;{ToyInternet.Name};;new;ns1.nouvelhote.be, ns2.nouvelhote.be;;PXP561-GANDI", "M0007;autre.be;;;;;pxp561"];
        await host.WriteInventoryAsync(rows);
        await host.SurveyAsync();
        Assert.Null(await host.RungAsync(RecoveryRung.Notified, RungOutcome.Done));
        Assert.Contains("1 domains of other members", (await host.RungAsync(RecoveryRung.Released, RungOutcome.Done))!.Detail, StringComparison.Ordinal);
        rows[2] = "M0007;autre.be;;;;;QRS123";
        await host.WriteInventoryAsync(rows);
        Assert.Null(await host.RungAsync(RecoveryRung.Released, RungOutcome.Done));
    }

    [Fact]
    [Trait("Requirement", "domains-D14")]
    [Trait("Requirement", "domains-D20")]
    public async Task A_domain_on_the_last_rung_has_a_custodian_and_is_tracked_until_it_leaves_our_account()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        await using var host = await DomainsHost.StartAsync(toy, Often);
        await host.SurveyAsync();
        foreach (var rung in (RecoveryRung[])[RecoveryRung.Notified, RecoveryRung.Released, RecoveryRung.HandleTold]) Assert.Null(await host.RungAsync(rung, RungOutcome.Done));
        foreach (var rung in (RecoveryRung[])[RecoveryRung.PasswordRecovery, RecoveryRung.OwnershipProof]) Assert.Null(await host.RungAsync(rung, RungOutcome.Failed));
        Assert.Null(await host.RungAsync(RecoveryRung.NameServersOnly, RungOutcome.Done, Custodian));
        await Eventually.TrueAsync("the last rung is told", () => host.Rights.State == RightsState.Pending);
        Assert.Equal((RecoveryRung.OwnershipProof, Custodian, false), (host.Rights.Next, host.Rights.Custodian, host.Rights.PaidPastClosing)); // ends on 1 June, closing is on 30 June

        toy.Gandi.Renew(ToyInternet.Name, new(2028, 6, 1, 0, 0, 0, TimeSpan.Zero));
        await Eventually.TrueAsync("the renewal is seen", () => host.Rights.PaidPastClosing);
        toy.Gandi.Remove(ToyInternet.Name);
        await Eventually.TrueAsync("it left our account", () => host.Rights.State == RightsState.NotOurs);
        Assert.Contains(DomainStep.LeftOurAccount, host.Steps);
    }

    [Fact]
    [Trait("Requirement", "domains-D14")]
    public async Task Name_servers_that_somebody_changes_to_unknown_ones_are_seen_and_told_once()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        await using var host = await DomainsHost.StartAsync(toy, Often, ("Domains:EndpointOverrides:6", $"ns1.ailleurs.be={toy.Old.Endpoint}"), ("Domains:EndpointOverrides:7", $"ns2.ailleurs.be={toy.Old.Endpoint}"));
        await host.SurveyAsync();
        await toy.Registrar.ChangeNameServersAsync(ToyInternet.Domain, [DnsName.Parse("ns1.ailleurs.be."), DnsName.Parse("ns2.ailleurs.be.")], Token);
        await toy.Lagging.CatchUpAsync("be", Token);
        await Eventually.TrueAsync("it is told", () => host.Rights.Tasks.Contains(DomainTask.ChangedByOthers));
        Assert.Single(host.Steps, DomainStep.ChangedByOthers);
        await toy.Registrar.ChangeNameServersAsync(ToyInternet.Domain, [.. ToyInternet.OldServers], Token);
        await toy.Lagging.CatchUpAsync("be", Token);
        await Eventually.TrueAsync("the task is closed", () => host.Rights.Tasks.Count == 0);
        Assert.Single(host.Steps, DomainStep.ChangedByOthers);
    }
}
