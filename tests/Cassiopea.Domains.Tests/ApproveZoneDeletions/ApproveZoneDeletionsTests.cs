using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.Zones.Files;
using Cassiopea.Zones.Planning;
using Cassiopea.Zones.Tests;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Domains.Tests;

[Trait("Category", "Servers")]
[Trait("Requirement", "domains-D16")]
[Trait("Requirement", "sec-S25")]
public sealed class ApproveZoneDeletionsTests
{
    private const string Reason = "forty parking records of the host before";
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plan_that_deletes_more_than_a_third_waits_for_the_reasons_of_two_people()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: 2);
        var parked = ZoneFileReader.Read(string.Join('\n', [
            $"$ORIGIN {ToyInternet.Name}.", "@ 300 SOA ns1.nouvelhote.be. hostmaster.nouvelhote.be. 1 3600 600 86400 300", "@ 300 NS ns1.nouvelhote.be.", "@ 300 NS ns2.nouvelhote.be.",
            .. Enumerable.Range(1, 40).Select(static n => $"parked{n} 300 A 198.51.100.9")]) + "\n").Zone;
        await toy.PowerDns.ChangeAsync(ToyInternet.Domain, null, ZonePlan.Make("powerdns", null, parked).Changes, Token);
        await using var host = await DomainsHost.StartAsync(toy);
        var surveyed = await host.SurveyAsync();
        Assert.True(int.Parse(surveyed.Facts.Single(static fact => fact.Name == "deleted-percent").Value, System.Globalization.CultureInfo.InvariantCulture) > 30);
        var plan = host.PlanSha256;
        await RefusedAsync();

        Assert.Equal("not-ready", (await AskAsync("anna", new string('0', 64), Reason))?.Code);
        Assert.Equal("invalid", (await AskAsync("anna", plan, "short"))?.Code);
        Assert.Null(await AskAsync("anna", plan, Reason));
        await RefusedAsync(); // one person is not enough
        Assert.Equal("four-eyes", (await AskAsync("Anna", plan, "I am quite sure of it"))?.Code);
        await RefusedAsync();
        Assert.Null(await AskAsync("bruno", plan, "looked at each of them"));
        Assert.Equal("transition-not-allowed", (await AskAsync("carla", plan, Reason))?.Code);
        await host.DemandAsync<ZonePublished>(new PublishZone(host.Migration, host.Item, plan));
        Assert.Null((await toy.PowerDns.ReadAsync(ToyInternet.Domain, Token))!.Find(Zones.DnsName.Parse($"parked1.{ToyInternet.Name}."), Zones.RecordType.A));
        Assert.Equal($"{Reason} (asked by anna, approved by bruno)", ApplyState.FromJson((await host.RowAsync()).Apply!).Reason);
        Assert.Equal(["anna", "bruno"], await host.QueryAsync(db => db.Set<AuditEntry>().Where(row => row.Action == "approve-zone-deletions").OrderBy(row => row.Seq).Select(row => row.Actor).ToListAsync(Token)));
        Assert.True((await host.QueryAsync(async db => await AuditChain.VerifyAsync(db, Token))).Intact);

        async Task RefusedAsync()
        {
            var refused = Assert.IsType<ZoneRefused>(await host.AskAsync<ZonePublished>(new PublishZone(host.Migration, host.Item, plan)));
            Assert.Contains("two people of staff approve it", refused.Failure.Text, StringComparison.Ordinal);
            Assert.NotNull((await toy.PowerDns.ReadAsync(ToyInternet.Domain, Token))!.Find(Zones.DnsName.Parse($"parked1.{ToyInternet.Name}."), Zones.RecordType.A));
        }

        Task<CommandRefused?> AskAsync(string actor, string sha, string reason)
        {
            var operation = Guid.CreateVersion7();
            return host.TryAsync(operation, new ApproveZoneDeletions(operation, actor, host.Migration, host.Item, sha, reason));
        }
    }

    [Fact]
    public async Task A_plan_within_the_guard_needs_nobody()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: 2);
        await using var host = await DomainsHost.StartAsync(toy);
        var operation = Guid.CreateVersion7();
        Assert.Equal("not-found", (await host.TryAsync(operation, new ApproveZoneDeletions(operation, "anna", host.Migration, host.Item, new string('0', 64), Reason)))?.Code);
        await host.SurveyAsync();
        operation = Guid.CreateVersion7();
        Assert.Equal("invalid", (await host.TryAsync(operation, new ApproveZoneDeletions(operation, "anna", host.Migration, host.Item, host.PlanSha256, Reason)))?.Code);
    }
}
