using Cassiopea.Contracts;
using Cassiopea.Zones.Tests;

namespace Cassiopea.Domains.Tests;

[Trait("Category", "Servers")]
public sealed class SurveyDomainTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "domains-D1")]
    public async Task Domains_are_found_in_the_inventory_and_where_staff_declared_them()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        await using var host = await DomainsHost.StartAsync(toy);
        var found = (ServiceSurveyed)await host.AskAsync<ServiceSurveyed>(new FindDomains(host.Migration, "m0007", [new(ItemKind.Domain, "Été.be", null, null, null)]));
        Assert.Equal(["xn--maison-mdicale-ikb.be", "xn--t-9fab.be"], found.Items.Select(static item => item.Name));
        var nothing = (ServiceSurveyed)await host.AskAsync<ServiceSurveyed>(new FindDomains(host.Migration, "M9999", []));
        Assert.Equal(SurveyOutcome.Nothing, nothing.Outcome);
    }

    [Fact]
    [Trait("Requirement", "domains-D17")]
    [Trait("Requirement", "domains-D20")]
    public async Task What_the_registrar_serves_and_when_it_ends_is_told_before_anything_moves()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        toy.Gandi.Add(ToyInternet.Name, ["ns1.cassiopea.be", "ns2.cassiopea.be"], TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(20));
        toy.Gandi.AddRedirection(ToyInternet.Name, "vieux", "https://example.org/");
        await using var host = await DomainsHost.StartAsync(toy);
        var surveyed = await host.SurveyAsync();
        Assert.True(surveyed is { SourceFailure: null, TargetFailure: null, TargetChecked: true });
        var findings = surveyed.Facts.Where(static fact => fact.Name == "finding").Select(static fact => fact.Value).ToList();
        foreach (var id in (string[])["expires-soon", "not-renewed", "registrar-redirection", "registrar-mail", "wildcard", "delegation"]) Assert.Contains(findings, finding => finding.Contains(": " + id + ":", StringComparison.Ordinal));
        Assert.Equal(64, surveyed.Facts.Single(static fact => fact.Name == "plan-sha256").Value.Length);
        Assert.DoesNotContain(surveyed.Facts, static fact => fact.Value.Contains("stand-in-", StringComparison.Ordinal) || fact.Value.Contains("Canary", StringComparison.Ordinal));
        Assert.DoesNotContain(toy.Gandi.Requests, static request => request.Method != "GET");
    }

    [Fact]
    [Trait("Requirement", "domains-D5")]
    public async Task A_target_that_dies_with_the_old_host_blocks_the_plan()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        await using var host = await DomainsHost.StartAsync(toy, ("Domains:Successors:4", "nobody.example=nobody.example"));
        var surveyed = await host.SurveyAsync();
        Assert.Equal((FailureKind.Refused, FailureCode.NotExpressible), (surveyed.TargetFailure!.Kind, surveyed.TargetFailure.Code));
        Assert.Contains("webmail.asbl-exemple.be. CNAME", surveyed.TargetFailure.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_domain_that_is_not_in_our_account_is_told_and_one_that_the_old_host_lacks_is_refused()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        await using var host = await DomainsHost.StartAsync(toy);
        toy.Gandi.Remove(ToyInternet.Name);
        var foreign = await host.SurveyAsync();
        Assert.Contains(foreign.Facts, static fact => fact is { Name: "managed", Value: "no" });
        Assert.Contains(foreign.Facts, static fact => fact.Value.Contains("not-managed:", StringComparison.Ordinal));
        var unknown = await host.SurveyAsync(2, "absent.be");
        Assert.Equal(FailureCode.ItemMissing, unknown.SourceFailure!.Code);
    }

    [Fact]
    [Trait("Requirement", "domains-D2")]
    [Trait("Requirement", "domains-D15")]
    public async Task A_token_that_expired_is_told_without_being_shown()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        await using var host = await DomainsHost.StartAsync(toy);
        toy.Gandi.Moods.Expired = true;
        var surveyed = await host.SurveyAsync();
        Assert.Equal(FailureCode.AuthenticationFailed, surveyed.SourceFailure!.Code);
        Assert.DoesNotContain(toy.Gandi.Token, surveyed.SourceFailure.Text, StringComparison.Ordinal);
    }
}
