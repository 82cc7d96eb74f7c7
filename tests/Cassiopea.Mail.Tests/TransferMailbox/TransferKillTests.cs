using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceTesting;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Mail.Tests;

[Trait("Category", "Servers")]
public sealed class TransferKillTests
{
    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 4)]
    [Trait("Requirement", "mail-R12")]
    [Trait("Requirement", "rel-F1")]
    public Task Killed_at_random_moments_two_instances_lose_nothing_and_bring_nothing_twice(int seed, int kills) => KillAsync(seed, kills, 900);

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [Trait("Category", "Nightly")]
    [Trait("Requirement", "rel-F1")]
    public Task Killed_thirty_times_two_instances_lose_nothing_and_bring_nothing_twice(int seed) => KillAsync(seed, 30, 4000);

    [Fact]
    [Trait("Requirement", "rel-F19")]
    public async Task An_instance_that_hung_longer_than_its_lease_does_no_harm_when_it_wakes_up()
    {
        await using var stage = await Stage.SetAsync(31, 600);
        await using var hung = await stage.StartAsync();
        await stage.EnqueueAsync();
        await stage.AdvancesAsync(0);
        hung.Hang();
        var epoch = (await stage.JobAsync()).LeaseEpoch;
        await using var other = await stage.StartAsync();
        await Eventually.TrueAsync("the other instance takes the job", async () => (await stage.JobAsync()).LeaseEpoch > epoch, TimeSpan.FromSeconds(180));
        hung.GoOn();
        await stage.IsDoneAsync();
        Assert.Empty(await stage.Mailbox.DifferencesAsync());
    }

    private static async Task KillAsync(int seed, int kills, int messages)
    {
        var dice = new Random(seed);
        await using var stage = await Stage.SetAsync(seed, messages);
        ServiceProcess[] instances = [await stage.StartAsync(), await stage.StartAsync()];
        await using var first = instances[0];
        await using var second = instances[1];
        await stage.EnqueueAsync();
        long proven = 0;
        var killed = 0;
        for (; killed < kills && (await stage.JobAsync()).State != JobState.Done; killed++)
        {
            proven = await stage.AdvancesAsync(proven);
            await Task.Delay(TimeSpan.FromMilliseconds(dice.Next(400)), TimeProvider.System);
            foreach (var instance in instances)
                await instance.KillAsync();
            foreach (var instance in instances)
                await instance.StartAsync();
        }

        await stage.IsDoneAsync();
        Assert.InRange(killed, 1, kills); // a fast machine is done before the last one
        Assert.Empty(await stage.Mailbox.DifferencesAsync());
    }

    /// <summary>A database, a vault, a folder of journals and a mailbox to move, without any instance of the service.</summary>
    private sealed class Stage(string database, string journals, VaultStandIn vault, MailboxCase mailbox) : IAsyncDisposable
    {
        public MailboxCase Mailbox => mailbox;

        public static async Task<Stage> SetAsync(int seed, int messages)
        {
            var vault = await VaultStandIn.StartAsync("mail");
            return new Stage(
                await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(), LabRoot.NewFolder("journals"), vault,
                await MailboxCase.MakeAsync(vault, MailSets.Ordinary("ordinary", messages, seed)));
        }

        public async Task<ServiceProcess> StartAsync()
        {
            var settings = new Dictionary<string, string?> { ["Mail:JournalDirectory"] = journals, ["Mail:BytesPerSecond"] = "2500000" };
            var service = new ServiceProcess("Cassiopea.Mail", "mail", database, vault, settings);
            await service.StartAsync();
            return service;
        }

        public async Task EnqueueAsync()
        {
            await using var db = Open();
            var command = mailbox.Transfer();
            await db.EnqueueJob(new JobRequest(command.MigrationId, command.ItemId, TransferMailboxJob.Kind, 1, command.Source.Host, Bucket.Bulk, command), default);
        }

        public async Task<Job> JobAsync()
        {
            await using var db = Open();
            return await db.Set<Job>().AsNoTracking().SingleAsync();
        }

        /// <summary>Waits until more than that many messages are proven, or the job is done.</summary>
        public async Task<long> AdvancesAsync(long beyond)
        {
            var done = beyond;
            await Eventually.TrueAsync("it advances", async () =>
            {
                var job = await JobAsync();
                done = job.Checkpoint is { } json ? System.Text.Json.JsonSerializer.Deserialize<PassCheckpoint>(json, System.Text.Json.JsonSerializerOptions.Web)!.Done : 0;
                return done > beyond || job.State == JobState.Done;
            }, TimeSpan.FromSeconds(180));
            return done;
        }

        public async Task IsDoneAsync()
        {
            await Eventually.TrueAsync(
                "the job is done",
                async () => await JobAsync() is var job && job.State == JobState.Failed ? throw new InvalidOperationException(job.LastError) : job.State == JobState.Done,
                TimeSpan.FromSeconds(300));
        }

        private MailContext Open() => new(new DbContextOptionsBuilder<MailContext>().UseNpgsql(database).Options);

        public async ValueTask DisposeAsync()
        {
            await vault.DisposeAsync();
            Directory.Delete(journals, recursive: true);
        }
    }
}
