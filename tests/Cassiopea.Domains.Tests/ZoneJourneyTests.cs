using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.ServiceDefaults;
using Cassiopea.Zones;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Tests;

namespace Cassiopea.Domains.Tests;

/// <summary>A domain from its survey to its new name servers and back, on real servers.</summary>
[Trait("Category", "Servers")]
public sealed class ZoneJourneyTests
{
    private const int Ttl = 2;
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "domains-D11")]
    public async Task A_domain_is_surveyed_lowered_published_switched_and_turned_back()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: Ttl);
        await using var host = await DomainsHost.StartAsync(toy);
        var before = await OldZoneAsync(toy);
        await host.PrepareAsync();
        Assert.True((await OldZoneAsync(toy)).Sets.All(static set => set.Ttl <= 1 || set.Type == RecordType.Soa));
        Assert.Equal(0, toy.Gandi.Count("PUT", "nameservers"));

        await host.SendAsync(new CutOverZone(host.Migration, host.Item, host.PlanSha256));
        await Eventually.TrueAsync("the change is partial", async () => (await host.RowAsync()).Switch?.Step == Zones.Planning.SwitchStep.Partial);
        await toy.Lagging.CatchUpAsync("be", Token);
        await Eventually.TrueAsync("switched", () => host.Events.OfType<ZoneCutOver>().Any());
        Assert.Equal(Spread.Everywhere, (await toy.Delegation.ReadAsync(ToyInternet.Domain, [], Token)).SpreadOf(ToyInternet.NewServers));
        Assert.Equal(1, toy.Gandi.Count("PUT", "nameservers"));
        var over = host.Events.OfType<ZoneCutOver>().Single().OldTtlsOverAt;
        Assert.True(over > TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(60)); // the registry's own TTL is 120 s

        await host.SendAsync(new RollBackZone(host.Migration, host.Item));
        await Eventually.TrueAsync("turned back", async () =>
        {
            await toy.Lagging.CatchUpAsync("be", Token);
            return host.Events.OfType<ZoneRolledBack>().Any();
        });
        Assert.Equal(Spread.Everywhere, (await toy.Delegation.ReadAsync(ToyInternet.Domain, [], Token)).SpreadOf(ToyInternet.OldServers));
        Assert.Equal(before.WithSerial(0).Text, (await OldZoneAsync(toy)).WithSerial(0).Text);
        Assert.True((await host.QueryAsync(async db => await AuditChain.VerifyAsync(db, Token))) is { Intact: true, Entries: 4 });
    }

    [Fact]
    [Trait("Requirement", "domains-D8")]
    public async Task No_cut_over_before_the_old_ttls_are_over()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: 3600);
        await using var host = await DomainsHost.StartAsync(toy);
        await host.SurveyAsync();
        var early = Assert.IsType<ZoneRefused>(await host.AskAsync<ZoneCutOver>(new CutOverZone(host.Migration, host.Item, host.PlanSha256)));
        Assert.Contains("TTLs were not lowered", early.Failure.Text, StringComparison.Ordinal);
        var lowered = await host.DemandAsync<TtlLowered>(new LowerTtl(host.Migration, host.Item, TimeSpan.FromSeconds(60)));
        Assert.InRange(lowered.OldTtlsOverAt - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(60));
        await host.DemandAsync<ZonePublished>(new PublishZone(host.Migration, host.Item, host.PlanSha256));
        var refused = Assert.IsType<ZoneRefused>(await host.AskAsync<ZoneCutOver>(new CutOverZone(host.Migration, host.Item, host.PlanSha256)));
        Assert.Contains("the cut-over waits until then", refused.Failure.Text, StringComparison.Ordinal);
        Assert.Equal(0, toy.Gandi.Count("PUT", "nameservers"));
    }

    [Fact]
    [Trait("Requirement", "domains-D9")]
    public async Task A_signed_domain_moves_only_after_its_ds_is_gone_everywhere()
    {
        await using var toy = await ToyInternet.StartAsync(Token, signed: true, ttl: Ttl);
        await toy.SignAtRegistryAsync(Token);
        await using var host = await DomainsHost.StartAsync(toy);
        await host.PrepareAsync();
        Assert.Contains(host.Events.OfType<ItemSurveyed>().Last().Facts, static fact => fact.Value.Contains("signed:", StringComparison.Ordinal));
        await host.SendAsync(new CutOverZone(host.Migration, host.Item, host.PlanSha256));
        await Eventually.TrueAsync("the DS is asked away", () => toy.Gandi.Requests.Any(static request => request.Method == "DELETE"));
        await Eventually.TrueAsync("the lagging server is waited for", async () => (await host.RowAsync()).Switch is { Step: Zones.Planning.SwitchStep.SignersAsked, Note.Length: > 0 });
        Assert.Equal(0, toy.Gandi.Count("PUT", "nameservers"));
        await Eventually.TrueAsync("switched", async () =>
        {
            await toy.Lagging.CatchUpAsync("be", Token);
            return host.Events.OfType<ZoneCutOver>().Any();
        });
        var view = await toy.Delegation.ReadAsync(ToyInternet.Domain, [], Token);
        Assert.Equal(SignerState.Unsigned, view.SignersAt(ToyInternet.NewServers));
        Assert.Equal(1, toy.Gandi.Count("PUT", "nameservers"));
    }

    [Fact]
    [Trait("Requirement", "domains-D7")]
    public async Task A_lame_new_server_is_found_before_the_registrar_hears_of_it()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: Ttl);
        await using var host = await DomainsHost.StartAsync(toy, ("Domains:EndpointOverrides:3", $"ns2.nouvelhote.be={toy.Registry.Endpoint}"));
        await host.SurveyAsync();
        var refused = Assert.IsType<ZoneRefused>(await host.AskAsync<ZonePublished>(new PublishZone(host.Migration, host.Item, host.PlanSha256)));
        Assert.Equal(("publish-zone", FailureCode.ItemMissing), (refused.Step, refused.Failure.Code));
        Assert.Contains("ns2.nouvelhote.be", refused.Failure.Text, StringComparison.Ordinal);
        Assert.Equal(0, toy.Gandi.Count("PUT", "nameservers"));
    }

    [Fact]
    [Trait("Requirement", "domains-D11")]
    public async Task A_202_that_never_happens_is_told_and_asked_once()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: Ttl);
        await using var host = await DomainsHost.StartAsync(toy, ("Domains:RegistrarPatience", "00:00:02"));
        await host.PrepareAsync();
        toy.Gandi.Moods.NeverHappens = true;
        var refused = Assert.IsType<ZoneRefused>(await host.AskAsync<ZoneCutOver>(new CutOverZone(host.Migration, host.Item, host.PlanSha256)));
        Assert.Equal(("cut-over-zone", FailureCode.TimedOut), (refused.Step, refused.Failure.Code));
        Assert.Contains("has not made it", refused.Failure.Text, StringComparison.Ordinal);
        Assert.Equal(1, toy.Gandi.Count("PUT", "nameservers"));
    }

    [Fact]
    [Trait("Requirement", "domains-D12")]
    public async Task A_change_that_stays_partial_is_refused_and_turned_back()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: Ttl);
        await using var host = await DomainsHost.StartAsync(toy, ("Domains:ParentPatience", "00:00:02"));
        await host.PrepareAsync();
        var refused = Assert.IsType<ZoneRefused>(await host.AskAsync<ZoneCutOver>(new CutOverZone(host.Migration, host.Item, host.PlanSha256)));
        Assert.Contains("still hand out the old name servers", refused.Failure.Text, StringComparison.Ordinal);
        await host.DemandAsync<ZoneRolledBack>(new RollBackZone(host.Migration, host.Item));
        Assert.Equal(Spread.Everywhere, (await toy.Delegation.ReadAsync(ToyInternet.Domain, [], Token)).SpreadOf(ToyInternet.OldServers));
    }

    [Fact]
    [Trait("Requirement", "domains-D11")]
    public async Task A_service_that_is_stopped_in_the_middle_goes_on_and_asks_once()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: Ttl);
        await using var host = await DomainsHost.StartAsync(toy);
        await host.PrepareAsync();
        await host.SendAsync(new CutOverZone(host.Migration, host.Item, host.PlanSha256));
        await Eventually.TrueAsync("the change is partial", async () => (await host.RowAsync()).Switch?.Step == Zones.Planning.SwitchStep.Partial);
        await host.StopAsync();
        await toy.Lagging.CatchUpAsync("be", Token);
        await host.StartAgainAsync();
        await Eventually.TrueAsync("switched", () => host.Events.OfType<ZoneCutOver>().Any());
        Assert.Equal(1, toy.Gandi.Count("PUT", "nameservers"));
    }

    [Fact]
    [Trait("Requirement", "domains-D6")]
    public async Task A_plan_is_void_when_the_old_zone_changes_or_another_plan_was_approved()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: Ttl);
        await using var host = await DomainsHost.StartAsync(toy);
        await host.SurveyAsync();
        var other = Assert.IsType<ZoneRefused>(await host.AskAsync<ZonePublished>(new PublishZone(host.Migration, host.Item, new string('0', 64))));
        Assert.Equal(FailureCode.ItemAltered, other.Failure.Code);
        await toy.Old.ChangeAsync(ToyInternet.Name, Token, "zone-set late 60 A 192.0.2.9");
        var late = Assert.IsType<ZoneRefused>(await host.AskAsync<ZonePublished>(new PublishZone(host.Migration, host.Item, host.PlanSha256)));
        Assert.Contains("late.asbl-exemple.be. A was changed at the old host", late.Failure.Text, StringComparison.Ordinal);
        Assert.Null(await toy.PowerDns.ReadAsync(ToyInternet.Domain, Token));
    }

    [Fact]
    [Trait("Requirement", "domains-D12")]
    public async Task A_domain_that_left_our_account_is_not_turned_back_by_us()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: Ttl);
        await using var host = await DomainsHost.StartAsync(toy);
        await host.PrepareAsync();
        await host.SendAsync(new CutOverZone(host.Migration, host.Item, host.PlanSha256));
        await Eventually.TrueAsync("the change is partial", async () => (await host.RowAsync()).Switch?.Step == Zones.Planning.SwitchStep.Partial);
        await toy.Lagging.CatchUpAsync("be", Token);
        await Eventually.TrueAsync("switched", () => host.Events.OfType<ZoneCutOver>().Any());
        toy.Gandi.Remove(ToyInternet.Name);
        var refused = Assert.IsType<ZoneRefused>(await host.AskAsync<ZoneRolledBack>(new RollBackZone(host.Migration, host.Item)));
        Assert.Contains("not managed by us", refused.Failure.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "domains-D13")]
    public async Task Where_the_name_servers_stay_records_change_at_the_cut_over_and_not_before()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: Ttl);
        await using var host = await DomainsHost.StartAsync(toy);
        var file = await File.ReadAllTextAsync(host.Inventory, Token);
        await File.WriteAllTextAsync(host.Inventory, file.Replace(";;new;ns1.nouvelhote.be, ns2.nouvelhote.be", ";;old;", StringComparison.Ordinal), Token);
        var before = await OldZoneAsync(toy);
        await host.SurveyAsync();
        await host.DemandAsync<TtlLowered>(new LowerTtl(host.Migration, host.Item, TimeSpan.FromSeconds(1)));
        await host.SurveyAsync(2);
        await host.DemandAsync<ZonePublished>(new PublishZone(host.Migration, host.Item, host.PlanSha256));
        Assert.Equal("192.0.2.10", (await OldZoneAsync(toy)).Find(ToyInternet.Domain, RecordType.A)!.Data[0].Text);
        await Eventually.TrueAsync("the old TTLs are over", async () => (await host.RowAsync()).OldTtlsOver < TimeProvider.System.GetUtcNow());
        await host.DemandAsync<ZoneCutOver>(new CutOverZone(host.Migration, host.Item, host.PlanSha256));
        Assert.Equal("198.51.100.20", (await OldZoneAsync(toy)).Find(ToyInternet.Domain, RecordType.A)!.Data[0].Text);
        await host.DemandAsync<ZoneRolledBack>(new RollBackZone(host.Migration, host.Item));
        Assert.Equal(before.WithSerial(0).Text, (await OldZoneAsync(toy)).WithSerial(0).Text);
        Assert.Equal(0, toy.Gandi.Count("PUT", "nameservers"));
    }

    [Fact]
    [Trait("Requirement", "domains-D14")]
    public async Task Name_servers_that_others_change_are_watched_for_and_taken_over()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: Ttl);
        toy.Gandi.Remove(ToyInternet.Name);
        await using var host = await DomainsHost.StartAsync(toy);
        await host.PrepareAsync();
        await host.SendAsync(new CutOverZone(host.Migration, host.Item, host.PlanSha256));
        RecordSet hosts = new(ToyInternet.Domain, RecordType.Ns, 120, ToyInternet.NewServers.Select(static name => RecordData.Parse(RecordType.Ns, name.Text)));
        await toy.Client.UpdateAsync(toy.Registry.Endpoint, new Zones.Client.DynamicUpdate(DnsName.Parse("be.")).Delete(ToyInternet.Domain, RecordType.Ns).Add(hosts), null, Token);
        await toy.Lagging.CatchUpAsync("be", Token);
        await Eventually.TrueAsync(() => $"switched {string.Join(" | ", host.Events)}", () => Task.FromResult(host.Events.OfType<ZoneCutOver>().Any()));
        Assert.Equal(("Changed by others.", 0), ((await host.RowAsync()).Switch!.Note, toy.Gandi.Count("PUT", "nameservers")));
        var surveyed = await host.SurveyAsync(2);
        Assert.Contains(surveyed.Facts, static fact => fact.Value.Contains("moved-by-others:", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "domains-D14")]
    public async Task Rungs_are_recorded_in_order_and_the_last_resort_is_refused_until_all_is_tried()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: Ttl);
        await using var host = await DomainsHost.StartAsync(toy);
        await host.SurveyAsync();
        Assert.Contains("Notified comes before", (await host.RungAsync(RecoveryRung.NameServersOnly, RungOutcome.Done))!.Detail, StringComparison.Ordinal);
        foreach (var rung in (RecoveryRung[])[RecoveryRung.Notified, RecoveryRung.Released, RecoveryRung.HandleTold]) Assert.Null(await host.RungAsync(rung, RungOutcome.Done));
        Assert.Null(await host.RungAsync(RecoveryRung.PasswordRecovery, RungOutcome.Failed));
        Assert.Equal("transition-not-allowed", (await host.RungAsync(RecoveryRung.NameServersOnly, RungOutcome.Done, "Marc of the liquidation"))!.Code);
        Assert.Null(await host.RungAsync(RecoveryRung.OwnershipProof, RungOutcome.Failed));
        Assert.Contains("Name the custodian", (await host.RungAsync(RecoveryRung.NameServersOnly, RungOutcome.Done))!.Detail, StringComparison.Ordinal);
        Assert.Null(await host.RungAsync(RecoveryRung.NameServersOnly, RungOutcome.Done, "Marc of the liquidation"));
        var surveyed = await host.SurveyAsync(2);
        Assert.Contains(surveyed.Facts, static fact => fact is { Name: "rights", Value: "pending" });
        Assert.True((await host.QueryAsync(db => AuditChain.VerifyAsync(db, Token))) is { Intact: true, Entries: 6 });
    }

    [Fact]
    public async Task The_scripts_make_what_the_model_expects()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: Ttl);
        await using var host = await DomainsHost.StartAsync(toy);
        Assert.Empty(await host.QueryAsync(db => SchemaComparison.DifferencesAsync(db, Token)));
    }

    private static async Task<Zone> OldZoneAsync(ToyInternet toy) =>
        Zone.Of(ToyInternet.Domain, await toy.Client.TransferAsync(toy.Old.Endpoint, ToyInternet.Domain, null, Token)).WithoutSigning();
}
