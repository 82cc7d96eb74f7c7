using System.Text.Json.Nodes;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;
using Cassiopea.Zones.Client;
using Cassiopea.Zones.Files;
using Cassiopea.Zones.Planning;
using Cassiopea.Zones.Providers;
using Cassiopea.Zones.Wire;

namespace Cassiopea.Zones.Tests.Providers;

/// <summary>One suite, three real or stood-in providers.</summary>
[Trait("Category", "Servers")]
public sealed class ProviderTests
{
    private const string Key = "hmac-sha256:lab-key:c2VjcmV0LW9mLXRoZS1sYWItMTIzNDU2Nzg5MA==";
    private static readonly Zone Old = ZoneFileReader.Read(ZoneSeed.OldHost("asbl-exemple.be")).Zone;
    private static readonly Zone New = ZoneFileReader.Read(ZoneSeed.NewHost("asbl-exemple.be")).Zone;
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("powerdns")]
    [InlineData("rfc2136")]
    [InlineData("livedns")]
    [Trait("Requirement", "domains-D3")]
    public async Task A_plan_is_applied_once_seen_and_rolled_back_octet_for_octet(string kind)
    {
        await using var place = await Place.StartAsync(kind);
        var before = await place.Provider.ReadAsync(Old.Origin, Token);
        Assert.Equal(ZonePlan.Moving(Old).Sha256, ZonePlan.Moving(before!).Sha256);
        var journal = new CrashingJournal();
        var plan = ZonePlan.Make(kind, before, place.Provider.Limits.Fit(New));
        var (now, asked) = await Apply(place, journal).RunAsync(plan, "", Token);
        Assert.True(asked);
        Assert.Equal(plan.AfterSha256, ZonePlan.Moving(now).Sha256);
        Assert.False((await Apply(place, journal).RunAsync(plan, "", Token)).Asked);
        Assert.Equal(1, journal.State!.Asks);
        var back = await Apply(place, journal).RollBackAsync("", Token);
        Assert.Equal(before!.WithSerial(0).Text, back!.WithSerial(0).Text);
    }

    [Theory]
    [InlineData("powerdns", ApplyStep.Asked)]
    [InlineData("powerdns", ApplyStep.Taken)]
    [InlineData("rfc2136", ApplyStep.Taken)]
    [InlineData("livedns", ApplyStep.Taken)]
    public async Task After_a_crash_the_plan_goes_on_and_nothing_is_asked_twice(string kind, ApplyStep crash)
    {
        await using var place = await Place.StartAsync(kind);
        var journal = new CrashingJournal { CrashAfter = crash };
        var plan = ZonePlan.Make(kind, await place.Provider.ReadAsync(Old.Origin, Token), New);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Apply(place, journal).RunAsync(plan, "", Token));
        journal.CrashAfter = null;
        var (now, asked) = await Apply(place, journal).RunAsync(plan, "", Token);
        Assert.Equal(crash == ApplyStep.Asked, asked);
        Assert.Equal(plan.AfterSha256, ZonePlan.Moving(now).Sha256);
    }

    [Fact]
    public async Task A_zone_that_the_new_host_does_not_have_is_created_and_removed_again()
    {
        await using var server = await PowerDnsServer.StartAsync(Token);
        using var http = new HttpClient(new SocketsHttpHandler());
        var provider = new PowerDnsProvider(http, server.Api, server.ApiKey, TimeProvider.System);
        Assert.Null(await provider.ReadAsync(New.Origin, Token));
        var apply = new ZoneApply(provider, new CrashingJournal(), TimeProvider.System);
        Assert.True((await apply.RunAsync(ZonePlan.Make("powerdns", null, New), "", Token)).Asked);
        Assert.Empty(ZoneDifference.Between(New, (await provider.ReadAsync(New.Origin, Token))!));
        Assert.Null(await apply.RollBackAsync("", Token));
        Assert.Null(await provider.ReadAsync(New.Origin, Token));
    }

    [Fact]
    public async Task A_record_that_the_new_host_refuses_leaves_the_zone_as_it_was()
    {
        await using var place = await Place.StartAsync("powerdns");
        var before = await place.Provider.ReadAsync(Old.Origin, Token);
        var wrong = New.With(new RecordSet(New.Origin, RecordType.Cname, 60, [RecordData.Parse(RecordType.Cname, "elsewhere.example.")]));
        var refused = await Assert.ThrowsAnyAsync<ZoneException>(() => Apply(place, new CrashingJournal()).RunAsync(ZonePlan.Make("powerdns", before, wrong), "", Token));
        Assert.Equal((TransferFailureKind.Refused, TransferCode.ItemRefused), (refused.Kind, refused.Code));
        Assert.Equal(before!.Sha256, (await place.Provider.ReadAsync(Old.Origin, Token))!.Sha256);
    }

    [Fact]
    [Trait("Requirement", "domains-D15")]
    public async Task A_wrong_key_is_no_passing_failure()
    {
        await using var server = await PowerDnsServer.StartAsync(Token);
        using var http = new HttpClient(new SocketsHttpHandler());
        var refused = await Assert.ThrowsAnyAsync<ZoneException>(() => new PowerDnsProvider(http, server.Api, "wrong", TimeProvider.System).ReadAsync(New.Origin, Token));
        Assert.Equal(TransferCode.AuthenticationFailed, refused.Code);
        Assert.DoesNotContain("wrong", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "domains-D6")]
    public async Task Somebody_who_changes_the_zone_between_plan_and_update_wins()
    {
        await using var place = await Place.StartAsync("rfc2136");
        var live = await place.Provider.ReadAsync(Old.Origin, Token);
        var plan = ZonePlan.Make("rfc2136", live, New);
        await place.Knot!.ChangeAsync("asbl-exemple.be", Token, "zone-unset www CNAME", "zone-set www 60 CNAME other.example.");
        var refused = await Assert.ThrowsAnyAsync<ZoneException>(() => place.Provider.ChangeAsync(Old.Origin, live, plan.Changes, Token));
        Assert.Equal(TransferCode.ItemAltered, refused.Code);
        Assert.Equal("192.0.2.10", (await place.Provider.ReadAsync(Old.Origin, Token))!.Find(Old.Origin, RecordType.A)!.Data[0].Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Requirement", "domains-D8")]
    public async Task Ttls_alone_are_lowered_and_raised_again_by_updates(bool signed)
    {
        await using var knot = await KnotServer.StartAsync([new("asbl-exemple.be", ZoneSeed.OldHost("asbl-exemple.be")) { Signed = signed }], Token, Key);
        var provider = new Rfc2136Provider(new DnsClient(), knot.Endpoint, TsigKey.Parse(Key));
        var live = await provider.ReadAsync(Old.Origin, Token);
        var lowered = new Zone(live!.Origin, live.Sets.Select(static set => set.Type == RecordType.Soa ? set : set.WithTtl(60)));
        var journal = new CrashingJournal();
        var apply = new ZoneApply(provider, journal, TimeProvider.System) { Patience = TimeSpan.FromSeconds(5), LookEvery = TimeSpan.FromMilliseconds(50) };
        var (now, _) = await apply.RunAsync(ZonePlan.Make("rfc2136", live, lowered), "", Token);
        Assert.All(now.Sets.Where(static set => set.Type != RecordType.Soa), static set => Assert.Equal(60u, set.Ttl));
        Assert.Equal(live.WithSerial(0).Text, (await apply.RollBackAsync("", Token))!.WithSerial(0).Text);
    }

    private static ZoneApply Apply(Place place, CrashingJournal journal) =>
        new(place.Provider, journal, TimeProvider.System) { Patience = TimeSpan.FromSeconds(5), LookEvery = TimeSpan.FromMilliseconds(50) };

    private sealed class Place(IZoneProvider provider, KnotServer? knot, IAsyncDisposable server, HttpClient http) : IAsyncDisposable
    {
        public IZoneProvider Provider => provider;

        public KnotServer? Knot => knot;

        public static async Task<Place> StartAsync(string kind)
        {
            var http = new HttpClient(new SocketsHttpHandler());
            switch (kind)
            {
                case "powerdns":
                    var pdns = await PowerDnsServer.StartAsync(Token);
                    var provider = new PowerDnsProvider(http, pdns.Api, pdns.ApiKey, TimeProvider.System);
                    await provider.ChangeAsync(Old.Origin, null, ZonePlan.Make("powerdns", null, Old).Changes, Token);
                    return new(provider, null, pdns, http);
                case "rfc2136":
                    var knot = await KnotServer.StartAsync([new("asbl-exemple.be", ZoneSeed.OldHost("asbl-exemple.be"))], Token, Key);
                    return new(new Rfc2136Provider(new DnsClient(), knot.Endpoint, TsigKey.Parse(Key)), knot, knot, http);
                default:
                    var gandi = await GandiStandIn.StartAsync(null, Token);
                    gandi.SetZone("asbl-exemple.be", Sets(Old));
                    return new(new LiveDnsProvider(new GandiApi(http, gandi.Root, gandi.Token, null, TimeProvider.System)), null, gandi, http);
            }
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await server.DisposeAsync();
        }
    }

    internal static JsonArray Sets(Zone zone) => [.. ZonePlan.Moving(zone).Sets.Select(set => new JsonObject
    {
        ["rrset_name"] = set.Name.RelativeTo(zone.Origin),
        ["rrset_type"] = set.Type.ToString(),
        ["rrset_ttl"] = set.Ttl,
        ["rrset_values"] = new JsonArray([.. set.Data.Select(static data => (JsonNode)data.Text)]),
    })];
}
