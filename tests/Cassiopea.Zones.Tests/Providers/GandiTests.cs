using System.Globalization;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;
using Cassiopea.Zones.Files;
using Cassiopea.Zones.Planning;
using Cassiopea.Zones.Providers;

namespace Cassiopea.Zones.Tests.Providers;

public sealed class GandiTests
{
    private static readonly DnsName Domain = DnsName.Parse("asbl-exemple.be.");
    private static readonly DateTimeOffset Ends = new(2027, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "domains-D1")]
    public async Task All_pages_of_domains_are_read()
    {
        await using var gandi = await GandiStandIn.StartAsync(null, Token);
        for (var i = 0; i < 250; i++) gandi.Add(string.Create(CultureInfo.InvariantCulture, $"membre-{i:D3}.be"), ["ns1.cassiopea.be", "ns2.cassiopea.be"], Ends, i % 2 == 0 ? "cassiopea" : "autre");
        using var http = new HttpClient(new SocketsHttpHandler());
        var domains = await Api(http, gandi).DomainsAsync(Token);
        Assert.Equal(250, domains.Count);
        Assert.Equal(125, domains.Count(static domain => domain.Organization == "autre"));
        Assert.Equal((Ends, false), (domains[0].EndsAt!.Value, domains[0].AutoRenew!.Value));
        Assert.Equal(3, gandi.Count("GET", "domain/domains"));
    }

    [Fact]
    [Trait("Requirement", "domains-D1")]
    public async Task A_domain_is_read_without_its_contacts_and_its_code_only_when_asked()
    {
        await using var gandi = await GandiStandIn.StartAsync(null, Token);
        gandi.Add("asbl-exemple.be", ["ns1.cassiopea.be", "ns2.cassiopea.be"], Ends);
        using var http = new HttpClient(new SocketsHttpHandler());
        var domain = await Api(http, gandi).DomainAsync(Domain, Token);
        Assert.Equal(["clientTransferProhibited"], domain!.Status);
        Assert.Equal(["mailboxv2"], domain.Services);
        Assert.DoesNotContain("Canary", domain.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("stand-in-", domain.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("stand-in-", (await Api(http, gandi).AuthCodeAsync(Domain, Token))!.Value.Code, StringComparison.Ordinal);
        Assert.Null(await Api(http, gandi).DomainAsync(DnsName.Parse("absent.be."), Token));
    }

    [Fact]
    [Trait("Requirement", "domains-D15")]
    public async Task Reading_is_repeated_after_429_500_and_html()
    {
        await using var gandi = await GandiStandIn.StartAsync(null, Token);
        gandi.Add("asbl-exemple.be", ["ns1.cassiopea.be", "ns2.cassiopea.be"], Ends);
        using var http = new HttpClient(new SocketsHttpHandler());
        (gandi.Moods.TooMany, gandi.Moods.Broken, gandi.Moods.Html) = (1, 1, 1);
        Assert.Equal(2, (await Api(http, gandi).NameServersAsync(Domain, Token)).Count);
        Assert.Equal(4, gandi.Count("GET", "nameservers"));
    }

    [Fact]
    [Trait("Requirement", "domains-D15")]
    public async Task Writing_is_repeated_only_when_nothing_was_done()
    {
        await using var gandi = await GandiStandIn.StartAsync(null, Token);
        gandi.Add("asbl-exemple.be", ["ns1.cassiopea.be", "ns2.cassiopea.be"], Ends);
        using var http = new HttpClient(new SocketsHttpHandler());
        DnsName[] hosts = [DnsName.Parse("ns1.nouvelhote.be."), DnsName.Parse("ns2.nouvelhote.be.")];
        gandi.Moods.TooMany = 2;
        await Api(http, gandi).ChangeNameServersAsync(Domain, hosts, Token);
        Assert.Equal(3, gandi.Count("PUT", "nameservers"));
        gandi.Moods.Broken = 1;
        var failed = await Assert.ThrowsAnyAsync<ZoneException>(() => Api(http, gandi).ChangeNameServersAsync(Domain, hosts, Token));
        Assert.Equal((TransferFailureKind.Passing, TransferCode.Unreachable), (failed.Kind, failed.Code));
        Assert.Equal(4, gandi.Count("PUT", "nameservers"));
    }

    [Theory]
    [Trait("Requirement", "domains-D15")]
    [InlineData(true, false, TransferCode.AuthenticationFailed)]
    [InlineData(false, true, TransferCode.PermissionDenied)]
    public async Task Tokens_that_are_expired_or_may_not_write_are_told_as_such(bool expired, bool readOnly, string code)
    {
        await using var gandi = await GandiStandIn.StartAsync(null, Token);
        gandi.Add("asbl-exemple.be", ["ns1.cassiopea.be", "ns2.cassiopea.be"], Ends);
        using var http = new HttpClient(new SocketsHttpHandler());
        (gandi.Moods.Expired, gandi.Moods.ReadOnly) = (expired, readOnly);
        var refused = await Assert.ThrowsAnyAsync<ZoneException>(() => Api(http, gandi).LockAsync(Domain, false, Token));
        Assert.Equal((TransferFailureKind.Refused, code), (refused.Kind, refused.Code));
        Assert.DoesNotContain(gandi.Token, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "domains-D15")]
    public async Task Fewer_than_two_name_servers_are_refused_with_the_registrars_words()
    {
        await using var gandi = await GandiStandIn.StartAsync(null, Token);
        gandi.Add("asbl-exemple.be", ["ns1.cassiopea.be", "ns2.cassiopea.be"], Ends);
        using var http = new HttpClient(new SocketsHttpHandler());
        var refused = await Assert.ThrowsAnyAsync<ZoneException>(() => Api(http, gandi).ChangeNameServersAsync(Domain, [DnsName.Parse("ns1.nouvelhote.be.")], Token));
        Assert.Contains("At least two name servers.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zone_of_which_half_was_kept_is_noticed_and_rolled_back()
    {
        await using var gandi = await GandiStandIn.StartAsync(null, Token);
        var (old, wanted) = (ZoneFileReader.Read(ZoneSeed.OldHost("asbl-exemple.be")).Zone, ZoneFileReader.Read(ZoneSeed.NewHost("asbl-exemple.be")).Zone);
        gandi.SetZone("asbl-exemple.be", ProviderTests.Sets(old));
        using var http = new HttpClient(new SocketsHttpHandler());
        var provider = new LiveDnsProvider(Api(http, gandi));
        var apply = new ZoneApply(provider, new CrashingJournal(), TimeProvider.System) { Patience = TimeSpan.Zero };
        gandi.Moods.Partial = true;
        var plan = ZonePlan.Make("livedns", await provider.ReadAsync(Domain, Token), wanted);
        var missing = await Assert.ThrowsAnyAsync<ZoneException>(() => apply.RunAsync(plan, "", Token));
        Assert.Equal(TransferCode.ItemMissing, missing.Code);
        gandi.Moods.Partial = false;
        var back = await apply.RollBackAsync("half of the zone was lost", Token);
        Assert.Equal(ZonePlan.Moving(old).Sha256, back!.Sha256);
        Assert.Equal(2, gandi.Count("POST", "snapshots"));
    }

    [Fact]
    [Trait("Requirement", "domains-D6")]
    public async Task A_zone_that_somebody_changes_after_the_plan_is_not_overwritten()
    {
        await using var gandi = await GandiStandIn.StartAsync(null, Token);
        gandi.SetZone("asbl-exemple.be", ProviderTests.Sets(ZoneFileReader.Read(ZoneSeed.OldHost("asbl-exemple.be")).Zone));
        using var http = new HttpClient(new SocketsHttpHandler());
        var provider = new LiveDnsProvider(Api(http, gandi));
        gandi.Moods.SomebodyElse = true;
        var plan = ZonePlan.Make("livedns", await provider.ReadAsync(Domain, Token), ZoneFileReader.Read(ZoneSeed.NewHost("asbl-exemple.be")).Zone);
        var refused = await Assert.ThrowsAnyAsync<ZoneException>(() => new ZoneApply(provider, new CrashingJournal(), TimeProvider.System).RunAsync(plan, "", Token));
        Assert.Equal(TransferCode.ItemAltered, refused.Code);
        Assert.Equal(0, gandi.Count("PUT", "records"));
    }

    private static GandiApi Api(HttpClient http, GandiStandIn gandi) => new(http, gandi.Root, gandi.Token, null, TimeProvider.System);
}
