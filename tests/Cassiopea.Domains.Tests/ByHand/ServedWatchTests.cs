using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Planning;
using Cassiopea.Zones.Tests;

namespace Cassiopea.Domains.Tests;

/// <summary>Some name servers, or some of their addresses, may be away; all may not.</summary>
[Trait("Requirement", "domains-D8")]
public sealed class ServedWatchTests
{
    private static readonly Finding Silent6 = new("silent", Severity.Blocking, "ns1.cassiopea.be ([2001:db8::1]:53)", "does not answer.");
    private static readonly Finding OtherSilent6 = Silent6 with { Subject = "ns2.cassiopea.be ([2001:db8::2]:53)" };

    [Fact]
    public void Two_servers_whose_second_addresses_are_away_serve_the_zone() => Assert.Null(ServedWatch.Open(new([Silent6, OtherSilent6], Answering: 2), hosts: 2));

    [Fact]
    public void Servers_of_which_no_address_answers_do_not()
    {
        Assert.Equal(Silent6, ServedWatch.Open(new([Silent6, OtherSilent6], Answering: 0), hosts: 2));
        Assert.Equal("silent", ServedWatch.Open(new([], Answering: 0), hosts: 1)?.Id);
    }

    [Fact]
    public void An_address_that_answers_otherwise_is_told_however_many_answer() =>
        Assert.Equal("lame", ServedWatch.Open(new([Silent6 with { Id = "lame" }], Answering: 3), hosts: 2)?.Id);

    [Fact]
    [Trait("Category", "Servers")]
    public async Task Two_names_of_one_dead_server_are_not_served()
    {
        var token = TestContext.Current.CancellationToken;
        await using var toy = await ToyInternet.StartAsync(token, ttl: 60);
        var wanted = new Zones.Zone(ToyInternet.Domain, []);
        Assert.Equal(1, (await toy.Served.LookAsync(wanted, ToyInternet.OldServers, token)).Answering);
        await toy.Old.StopAsync();
        var seen = await toy.Served.LookAsync(wanted, ToyInternet.OldServers, token);
        Assert.Equal(0, seen.Answering);
        Assert.NotNull(ServedWatch.Open(seen, ToyInternet.OldServers.Count));
    }
}
