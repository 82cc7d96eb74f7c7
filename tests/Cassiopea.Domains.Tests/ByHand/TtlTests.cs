using System.Text.Json.Nodes;
using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.ServiceDefaults;
using Cassiopea.Zones;
using Cassiopea.Zones.Planning;
using Cassiopea.Zones.Providers;
using Cassiopea.Zones.Tests;
using Cassiopea.Zones.Wire;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Domains.Tests;

/// <summary>TTLs are lowered by the provider's API, by signed updates, or by people; each way is looked at where visitors ask.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "domains-D8")]
public sealed class TtlTests
{
    private const string Key = "hmac-sha256:lab-key:c2VjcmV0LW9mLXRoZS1sYWItMTIzNDU2Nzg5MA==";
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task By_updates_that_are_signed_with_a_key()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: 7200, tsig: Key);
        var file = Path.Combine(LabRoot.NewFolder("tsig"), "key");
        await File.WriteAllTextAsync(file, Key + "\n", Token);
        await using (var host = await DomainsHost.StartAsync(toy))
        {
            // without the key nothing is given
            Assert.NotNull((await host.SurveyAsync()).SourceFailure);
        }

        await using (var host = await DomainsHost.StartAsync(toy, ("Domains:Providers:old:SecretFile", file)))
        {
            await SurveyedAsync(host);
            await host.DemandAsync<TtlLowered>(new LowerTtl(host.Migration, host.Item, TimeSpan.FromSeconds(60)));
            Assert.True((await ReadAsync(toy, TsigKey.Parse(Key))).Sets.All(static set => set.Ttl <= 60 || set.Type == RecordType.Soa));
        }

        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task By_the_api_of_livedns_and_not_below_what_it_takes()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: 7200);
        var old = (await new Rfc2136Provider(toy.Client, toy.Old.Endpoint, null).ReadAsync(ToyInternet.Domain, Token))!;
        toy.Gandi.SetZone(ToyInternet.Name, Sets(old));
        await using var host = await DomainsHost.StartAsync(toy, ("Domains:Providers:old:Kind", "livedns"), ("Domains:Providers:old:Address", toy.Gandi.Root.ToString()), ("Domains:Providers:old:SecretFile", await TokenAsync(toy)));
        await SurveyedAsync(host);
        await host.SendAsync(new LowerTtl(host.Migration, host.Item, TimeSpan.FromSeconds(60)));
        await Eventually.TrueAsync("LiveDNS has low TTLs", () => !toy.Gandi.ZoneJson(ToyInternet.Name).Contains("7200", StringComparison.Ordinal));
        Assert.Equal((1, 1), (toy.Gandi.Count("PUT", "records"), toy.Gandi.Count("POST", "snapshots")));
        Assert.Contains("\"rrset_ttl\":300", toy.Gandi.ZoneJson(ToyInternet.Name), StringComparison.Ordinal);

        // what the API says is no proof: the name servers that visitors ask still answer with the old ones
        var refused = Assert.IsType<ZoneRefused>(await Wait(host));
        Assert.Contains("was not seen in time", refused.Failure.Text, StringComparison.Ordinal);
        await LowerAtNameServersAsync(toy, 300);
        await host.DemandAsync<TtlLowered>(new LowerTtl(host.Migration, host.Item, TimeSpan.FromSeconds(60)));
        Assert.Equal(1, toy.Gandi.Count("PUT", "records"));
    }

    [Fact]
    public async Task By_people_with_a_printed_list_whose_doing_is_seen()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: 7200);
        await using var host = await DomainsHost.StartAsync(toy, await ByHandAsync(toy));
        await SurveyedAsync(host);
        await host.SendAsync(new LowerTtl(host.Migration, host.Item, TimeSpan.FromSeconds(60)));
        await Eventually.TrueAsync("the list is printed", () => host.Steps.Contains(DomainStep.TaskPrinted));
        foreach (var (language, words) in (IReadOnlyList<(string, string)>)[("fr", "TTL à abaisser"), ("nl", "TTL’s te verlagen"), ("en", "TTLs to lower")])
            Assert.Contains(words, await File.ReadAllTextAsync(Path.Combine(host.Tasks, ToyInternet.Name, "lower-ttl", language + ".txt"), Token), StringComparison.Ordinal);
        Assert.DoesNotContain(host.Events, static one => one is TtlLowered or ZoneRefused);
        await LowerAtNameServersAsync(toy, 60);
        await Eventually.TrueAsync(() => string.Join(" | ", host.Events), () => Task.FromResult(host.Events.OfType<TtlLowered>().Any()));
        var over = host.Events.OfType<TtlLowered>().Single().OldTtlsOverAt;
        Assert.True(over > TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(110));
    }

    [Fact]
    public async Task Another_question_that_comes_while_one_is_worked_on_is_answered_after_it_and_the_same_one_is_answered_once()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: 7200);
        await using var host = await DomainsHost.StartAsync(toy, await ByHandAsync(toy));
        await SurveyedAsync(host);
        await host.SendAsync(new LowerTtl(host.Migration, host.Item, TimeSpan.FromSeconds(60)));
        await Eventually.TrueAsync("the list is printed", () => host.Steps.Contains(DomainStep.TaskPrinted));
        await host.SendAsync(new LowerTtl(host.Migration, host.Item, TimeSpan.FromSeconds(60)));
        await host.SendAsync(new LowerTtl(host.Migration, host.Item, TimeSpan.FromSeconds(30)));
        await Eventually.TrueAsync("the other question waits", async () => await host.QueryAsync(db => db.Set<Job>().CountAsync(job => job.Kind == "lower-ttl")) == 2);
        await LowerAtNameServersAsync(toy, 30);
        await Eventually.TrueAsync(() => string.Join(" | ", host.Events), () => Task.FromResult(host.Events.OfType<TtlLowered>().Count() == 2));
        Assert.Equal(2, await host.QueryAsync(db => db.Set<Job>().CountAsync(job => job.Kind == "lower-ttl" && job.State == JobState.Done)));
    }

    [Fact]
    public async Task What_nobody_does_in_time_is_told()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: 7200);
        await using var host = await DomainsHost.StartAsync(toy, [.. await ByHandAsync(toy), ("Domains:TaskPatience", "00:00:01")]);
        await SurveyedAsync(host);
        var refused = Assert.IsType<ZoneRefused>(await host.AskAsync<TtlLowered>(new LowerTtl(host.Migration, host.Item, TimeSpan.FromSeconds(60))));
        Assert.Equal(FailureCode.TimedOut, refused.Failure.Code);
        Assert.Equal(DomainStep.StepRefused, host.Steps[^1]);
    }

    [Fact]
    [Trait("Requirement", "domains-D12")]
    public async Task Records_that_people_change_in_place_are_watched_for_there_and_back()
    {
        await using var toy = await ToyInternet.StartAsync(Token, ttl: 1);
        await using var host = await DomainsHost.StartAsync(toy, await ByHandAsync(toy));
        await host.WriteInventoryAsync("member;domain;source;provider;name_servers", $"M0042;{ToyInternet.Name};;old;");
        var before = await ReadAsync(toy);
        await SurveyedAsync(host);
        await host.DemandAsync<TtlLowered>(new LowerTtl(host.Migration, host.Item, TimeSpan.FromSeconds(1)));
        await host.DemandAsync<ZonePublished>(new PublishZone(host.Migration, host.Item, host.PlanSha256));
        await Eventually.TrueAsync("the old TTLs are over", async () => (await host.RowAsync()).OldTtlsOver < TimeProvider.System.GetUtcNow());
        await host.SendAsync(new CutOverZone(host.Migration, host.Item, host.PlanSha256));
        await Eventually.TrueAsync("the list of changes is printed", () => File.Exists(Path.Combine(host.Tasks, ToyInternet.Name, "change", "nl.txt")));
        await TypeAsync(toy, (await host.RowAsync()).Wanted);
        await Eventually.TrueAsync(() => string.Join(" | ", host.Events), () => Task.FromResult(host.Events.OfType<ZoneCutOver>().Any()));
        await host.SendAsync(new RollBackZone(host.Migration, host.Item));
        await Eventually.TrueAsync("the way back is printed", () => File.Exists(Path.Combine(host.Tasks, ToyInternet.Name, "restore", "fr.txt")));
        await TypeAsync(toy, before);
        await Eventually.TrueAsync("turned back", () => host.Events.OfType<ZoneRolledBack>().Any());
        Assert.Equal(before.WithSerial(0).Text, (await ReadAsync(toy)).WithSerial(0).Text);
    }

    private static async Task SurveyedAsync(DomainsHost host)
    {
        var surveyed = await host.SurveyAsync();
        Assert.True(surveyed is { SourceFailure: null, TargetFailure: null }, $"{surveyed.SourceFailure} {surveyed.TargetFailure}");
    }

    private static async Task<object> Wait(DomainsHost host)
    {
        object? found = null;
        await Eventually.TrueAsync("it ends", () => (found = host.Events.FirstOrDefault(static one => one is TtlLowered or ZoneRefused)) is not null);
        return found!;
    }

    /// <summary>The old provider's zone as people exported it.</summary>
    private static async Task<(string, string)[]> ByHandAsync(ToyInternet toy)
    {
        var folder = LabRoot.NewFolder("exported");
        await File.WriteAllTextAsync(Path.Combine(folder, ToyInternet.Name + ".zone"), (await ReadAsync(toy)).Text, Token);
        return [("Domains:Providers:old:Kind", "by-hand"), ("Domains:Providers:old:Address", folder)];
    }

    private static async Task<string> TokenAsync(ToyInternet toy)
    {
        var file = Path.Combine(LabRoot.NewFolder("livedns"), "token");
        await File.WriteAllTextAsync(file, toy.Gandi.Token, Token);
        return file;
    }

    /// <summary>Somebody, or LiveDNS itself, does it at the name servers.</summary>
    private static async Task LowerAtNameServersAsync(ToyInternet toy, uint ttl)
    {
        var now = await ReadAsync(toy);
        await TypeAsync(toy, new(now.Origin, now.Sets.Select(set => ZoneDifference.Moves(set) ? set.WithTtl(Math.Min(set.Ttl, ttl)) : set)));
    }

    private static async Task TypeAsync(ToyInternet toy, Zone wanted)
    {
        var provider = new Rfc2136Provider(toy.Client, toy.Old.Endpoint, null);
        var live = await provider.ReadAsync(ToyInternet.Domain, Token);
        await provider.ChangeAsync(ToyInternet.Domain, live, ZonePlan.Make(provider.Name, live, wanted).Changes, Token);
    }

    private static async Task<Zone> ReadAsync(ToyInternet toy, TsigKey? key = null) =>
        Zone.Of(ToyInternet.Domain, await toy.Client.TransferAsync(toy.Old.Endpoint, ToyInternet.Domain, key, Token)).WithoutSigning();

    private static JsonArray Sets(Zone zone) => [.. zone.Sets.Where(static set => set.Type != RecordType.Soa).Select(set => new JsonObject
    {
        ["rrset_name"] = set.Name.RelativeTo(zone.Origin),
        ["rrset_type"] = set.Type.ToString(),
        ["rrset_ttl"] = set.Ttl,
        ["rrset_values"] = new JsonArray([.. set.Data.Select(static data => (JsonNode)data.Text)]),
    })];
}
