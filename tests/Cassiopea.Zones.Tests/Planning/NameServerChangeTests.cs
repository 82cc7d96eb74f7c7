using Cassiopea.Lab;
using Cassiopea.Transfer;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Planning;

namespace Cassiopea.Zones.Tests.Planning;

[Trait("Category", "Servers")]
public sealed class NameServerChangeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "domains-D11")]
    public async Task A_change_goes_through_partial_to_verified_and_is_asked_once()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        await toy.PublishAsync(Token);
        toy.Gandi.Moods.Untidy = true;
        var change = Change(toy, TimeProvider.System);
        var state = await change.BeginAsync(ToyInternet.Domain, ToyInternet.NewServers, ToyInternet.Wanted, Token);
        Assert.Equal(0, toy.Gandi.Count("PUT", "nameservers"));
        state = await change.AdvanceAsync(state, false, Token);
        Assert.Equal(SwitchStep.Accepted, state.Step);
        state = await change.AdvanceAsync(state, false, Token);
        Assert.Equal(SwitchStep.Partial, state.Step);
        await toy.Lagging.CatchUpAsync("be", Token);
        await Eventually.TrueAsync("the change is verified", async () => (state = await change.AdvanceAsync(state, false, Token)).IsOver, token: Token);
        Assert.Equal((SwitchStep.Verified, 1), (state.Step, state.Asks));
        Assert.Equal(1, toy.Gandi.Count("PUT", "nameservers"));
        Assert.DoesNotContain(toy.Gandi.Requests, static request => request.DryRun);
    }

    [Fact]
    [Trait("Requirement", "domains-D11")]
    public async Task A_202_that_never_happens_times_out_and_is_not_asked_again()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        await toy.PublishAsync(Token);
        toy.Gandi.Moods.NeverHappens = true;
        var time = new ManualTime();
        var change = Change(toy, time);
        var state = await change.AdvanceAsync(await change.BeginAsync(ToyInternet.Domain, ToyInternet.NewServers, ToyInternet.Wanted, Token), false, Token);
        state = await change.AdvanceAsync(state, false, Token);
        Assert.Equal(SwitchStep.Accepted, state.Step);
        time.Advance(TimeSpan.FromHours(2));
        state = await change.AdvanceAsync(state, true, Token);
        Assert.Equal(SwitchStep.TimedOut, state.Step);
        Assert.Contains("has not made it", state.Note, StringComparison.Ordinal);
        Assert.Equal(1, toy.Gandi.Count("PUT", "nameservers"));
    }

    [Fact]
    [Trait("Requirement", "domains-D11")]
    public async Task A_crash_after_the_request_does_not_ask_twice()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        await toy.PublishAsync(Token);
        var change = Change(toy, TimeProvider.System);
        var kept = await change.BeginAsync(ToyInternet.Domain, ToyInternet.NewServers, ToyInternet.Wanted, Token);
        toy.Gandi.Moods.CutAfterPut = true;
        await Assert.ThrowsAnyAsync<ZoneException>(() => change.AdvanceAsync(kept, false, Token));
        var state = await Change(toy, TimeProvider.System).AdvanceAsync(SwitchState.FromJson(kept.ToJson()), true, Token);
        Assert.Equal(SwitchStep.Accepted, state.Step);
        Assert.Equal(1, toy.Gandi.Count("PUT", "nameservers"));
    }

    [Fact]
    [Trait("Requirement", "domains-D7")]
    public async Task A_lame_new_server_stops_the_change_before_the_registrar_hears_of_it()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        var refused = await Assert.ThrowsAnyAsync<ZoneException>(() => Change(toy, TimeProvider.System).BeginAsync(ToyInternet.Domain, ToyInternet.NewServers, ToyInternet.Wanted, Token));
        Assert.Contains("does not know the zone", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, toy.Gandi.Count("PUT", "nameservers"));
    }

    [Fact]
    [Trait("Requirement", "domains-D7")]
    public async Task A_record_that_the_new_servers_lack_stops_the_change()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        await toy.PublishAsync(Token);
        var more = ToyInternet.Wanted.With(new RecordSet(ToyInternet.Domain.Prepend("membres"), RecordType.A, 300, [RecordData.Parse(RecordType.A, "198.51.100.9")]));
        var refused = await Assert.ThrowsAnyAsync<ZoneException>(() => Change(toy, TimeProvider.System).BeginAsync(ToyInternet.Domain, ToyInternet.NewServers, more, Token));
        Assert.Contains("membres.asbl-exemple.be. A", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "domains-D9")]
    public async Task A_ds_goes_first_and_its_ttl_is_waited_for()
    {
        await using var toy = await ToyInternet.StartAsync(Token, signed: true);
        await toy.PublishAsync(Token);
        await toy.SignAtRegistryAsync(Token);
        var view = await toy.Delegation.ReadAsync(ToyInternet.Domain, ToyInternet.NewServers, Token);
        Assert.Equal((SignerState.Matching, SignerState.Bogus), (view.SignersAt(ToyInternet.OldServers), view.SignersAt(ToyInternet.NewServers)));
        var time = new ManualTime();
        var change = Change(toy, time);
        var state = await change.BeginAsync(ToyInternet.Domain, ToyInternet.NewServers, ToyInternet.Wanted, Token);
        Assert.Equal(SwitchStep.SignersAsked, state.Step);
        Assert.Single(state.SignersBefore);
        state = await change.AdvanceAsync(state, false, Token);
        Assert.Equal(SwitchStep.SignersAsked, state.Step); // the lagging server still hands it out
        await toy.Lagging.CatchUpAsync("be", Token);
        await Eventually.TrueAsync("the DS is gone", async () => (state = await change.AdvanceAsync(state, false, Token)).Step == SwitchStep.SignersGone, token: Token);
        state = await change.AdvanceAsync(state, false, Token);
        Assert.Equal((SwitchStep.SignersGone, 0), (state.Step, toy.Gandi.Count("PUT", "nameservers")));
        time.Advance(TimeSpan.FromSeconds(3));
        state = await change.AdvanceAsync(state, false, Token);
        Assert.Equal(SwitchStep.Requested, state.Step);
        Assert.Equal(SwitchStep.Accepted, (await change.AdvanceAsync(state, false, Token)).Step);
    }

    [Fact]
    [Trait("Requirement", "domains-D9")]
    public async Task A_ds_that_the_registry_keeps_stops_the_change()
    {
        await using var toy = await ToyInternet.StartAsync(Token, signed: true);
        await toy.PublishAsync(Token);
        await toy.SignAtRegistryAsync(Token);
        toy.Gandi.Moods.NeverHappens = true;
        var time = new ManualTime();
        var change = Change(toy, time);
        var state = await change.AdvanceAsync(await change.BeginAsync(ToyInternet.Domain, ToyInternet.NewServers, ToyInternet.Wanted, Token), false, Token);
        time.Advance(TimeSpan.FromHours(7));
        state = await change.AdvanceAsync(state, false, Token);
        Assert.Equal((SwitchStep.TimedOut, false), (state.Step, state.Asks > 0));
        Assert.Equal(0, toy.Gandi.Count("PUT", "nameservers"));
    }

    [Fact]
    [Trait("Requirement", "domains-D12")]
    public async Task A_domain_that_left_our_account_is_not_turned_back_by_us()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        toy.Gandi.Remove(ToyInternet.Name);
        var refused = await Assert.ThrowsAnyAsync<ZoneException>(() => Change(toy, TimeProvider.System).BeginAsync(ToyInternet.Domain, ToyInternet.OldServers, null, Token));
        Assert.Equal(TransferFailureKind.Refused, refused.Kind);
        Assert.Contains("not managed by us", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "domains-D12")]
    public async Task Name_servers_go_back_where_they_were()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        await toy.PublishAsync(Token);
        var change = Change(toy, TimeProvider.System);
        var there = await change.AdvanceAsync(await change.BeginAsync(ToyInternet.Domain, ToyInternet.NewServers, ToyInternet.Wanted, Token), false, Token);
        var back = await change.BeginAsync(ToyInternet.Domain, [.. there.Before.Select(static host => DnsName.Parse(host))], null, Token);
        await toy.Lagging.CatchUpAsync("be", Token);
        await Eventually.TrueAsync("the old name servers are back", async () => (back = await change.AdvanceAsync(back, false, Token)).IsOver || !(await CaughtUpAsync(toy)), token: Token);
        Assert.Equal(SwitchStep.Verified, back.Step);
    }

    private static async Task<bool> CaughtUpAsync(ToyInternet toy)
    {
        await toy.Lagging.CatchUpAsync("be", Token);
        return true;
    }

    private static NameServerChange Change(ToyInternet toy, TimeProvider time) => new(toy.Registrar, toy.Delegation, toy.Served, time);
}
