using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceTesting;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Planning;
using Cassiopea.Zones.Tests;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Domains.Tests;

/// <summary>The service as a process of its own is killed with SIGKILL; registrar and PowerDNS answer late, so that it dies while it does not know.</summary>
[Trait("Category", "Servers")]
public sealed class KillTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "domains-D11")]
    [Trait("Requirement", "rel-F1")]
    public Task Killed_while_the_registrar_answers_it_asks_for_no_second_change() => KillAsync(1, killAtPut: true, kills: 1);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("Category", "Nightly")]
    [Trait("Requirement", "domains-D11")]
    [Trait("Requirement", "rel-F1")]
    public Task Killed_at_random_moments_it_asks_for_one_change_and_ends_whole(int seed) => KillAsync(seed, killAtPut: false, kills: 8);

    private static async Task KillAsync(int seed, bool killAtPut, int kills)
    {
        var dice = new Random(seed);
        await using var toy = await ToyInternet.StartAsync(Token, signed: true, ttl: 2);
        await toy.SignAtRegistryAsync(Token);
        toy.Gandi.Moods.AnswersLate = TimeSpan.FromSeconds(2);
        await using var process = await DomainsProcess.StartAsync(toy);
        var left = kills;
        await process.RunAsync(SurveyDomainJob.Kind, new SurveyDomain(process.Migration, process.Item, 1, ToyInternet.Name), Token);
        await DisturbedAsync(LowerTtlJob.Kind, new LowerTtl(process.Migration, process.Item, TimeSpan.FromSeconds(1)));
        var plan = (await process.RowAsync()).PlanSha256;
        await DisturbedAsync(PublishZoneJob.Kind, new PublishZone(process.Migration, process.Item, plan));
        await Eventually.TrueAsync("the old TTLs are over", async () => (await process.RowAsync()).OldTtlsOver < TimeProvider.System.GetUtcNow(), Limit);
        await DisturbedAsync(CutOverZoneJob.Kind, new CutOverZone(process.Migration, process.Item, plan));

        Assert.Equal(1, toy.Gandi.Count("PUT", "nameservers"));
        Assert.Equal((SwitchStep.Verified, Spread.Everywhere), ((await process.RowAsync()).Switch!.Step, (await toy.Delegation.ReadAsync(ToyInternet.Domain, [], Token)).SpreadOf(ToyInternet.NewServers)));
        var apply = ApplyState.FromJson((await process.RowAsync()).Apply!);
        Assert.Equal(ApplyStep.Verified, apply.Step);
        Assert.Empty(ZonePlan.Make("powerdns", await toy.PowerDns.ReadAsync(ToyInternet.Domain, Token), (await process.RowAsync()).Wanted).Changes);

        async Task DisturbedAsync(string kind, object command)
        {
            await process.EnqueueAsync(kind, command);
            var switching = kind == CutOverZoneJob.Kind;
            while (left > 0 && (switching || !killAtPut) && (await process.JobAsync(kind)).State != JobState.Done)
            {
                if (killAtPut)
                {
                    await Eventually.TrueAsync("the registrar was asked", async () =>
                    {
                        await toy.Lagging.CatchUpAsync("be", Token);
                        return toy.Gandi.Count("PUT", "nameservers") > 0;
                    }, Limit, Token);
                }
                else
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(dice.Next(200, 2500)), TimeProvider.System, Token);
                }

                await process.KillAsync();
                left--;
                await toy.Lagging.CatchUpAsync("be", Token);
                await process.StartAgainAsync();
            }

            await Eventually.TrueAsync(() => $"{kind} ends {process.Tail}", async () =>
            {
                await toy.Lagging.CatchUpAsync("be", Token);
                return await process.JobAsync(kind) is var job && job.State == JobState.Failed ? throw new InvalidOperationException(job.LastError) : job.State == JobState.Done;
            }, Limit, Token);
        }
    }
}

/// <summary>The domains service as a process that can be killed.</summary>
internal sealed class DomainsProcess : IAsyncDisposable
{
    private readonly string _folder = LabRoot.NewFolder("domains-process");
    private readonly string _database;
    private readonly ServiceProcess _process;

    private DomainsProcess(ToyInternet toy, string database)
    {
        _database = database;
        _process = new ServiceProcess("Cassiopea.Domains", "domains", database, null, DomainsSettings.Of(toy, _folder).Select(static pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
    }

    public Guid Migration { get; } = Guid.CreateVersion7();

    public Guid Item { get; } = Guid.CreateVersion7();

    public static async Task<DomainsProcess> StartAsync(ToyInternet toy)
    {
        var service = new DomainsProcess(toy, await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());
        await service.StartAgainAsync();
        return service;
    }

    public Task StartAgainAsync() => _process.StartAsync();

    public string Tail => _process.Tail;

    public Task KillAsync() => _process.KillAsync();

    public async Task EnqueueAsync(string kind, object command)
    {
        await using var db = Open();
        await db.EnqueueJob(new JobRequest(Migration, Item, kind, 1, Item.ToString("N"), Bucket.CutOver, command), default);
    }

    /// <summary>A job from its beginning to its end, undisturbed.</summary>
    public async Task RunAsync(string kind, object command, CancellationToken token)
    {
        await EnqueueAsync(kind, command);
        await Eventually.TrueAsync(() => $"{kind} ends {Tail}", async () => (await JobAsync(kind)).State == JobState.Done, TimeSpan.FromSeconds(120), token);
    }

    public async Task<Job> JobAsync(string kind)
    {
        await using var db = Open();
        return await db.Set<Job>().AsNoTracking().SingleAsync(job => job.Kind == kind);
    }

    public async Task<MovingDomain> RowAsync()
    {
        await using var db = Open();
        return await db.Domains.AsNoTracking().SingleAsync(row => row.ItemId == Item);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private DomainsContext Open() => new(new DbContextOptionsBuilder<DomainsContext>().UseNpgsql(_database).Options);
}
