using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceTesting;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Databases.Tests;

/// <summary>Two instances of the service, killed with SIGKILL in the middle of a copy: nothing lost, nothing twice, gone on with at the chunk.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "D7")]
[Trait("Requirement", "rel-F1")]
public sealed class TransferKillTests
{
    private static string Seed => DatabaseSeed.Rows("posts", 12_000) + DatabaseSeed.Rows("old", 4_000, "MyISAM") + "create table plain (a int, b varchar(50)); insert into plain select seq, md5(seq) from seq_1_to_3000; insert into plain select * from plain limit 100;\n";

    [Theory]
    [InlineData(1, 3)]
    public Task D7_killed_at_random_moments_two_instances_lose_no_row_and_bring_none_twice(int seed, int kills) => KillAsync(seed, kills);

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [Trait("Category", "Nightly")]
    public Task D7_killed_thirty_times_two_instances_lose_no_row_and_bring_none_twice(int seed) => KillAsync(seed, 30);

    private static async Task KillAsync(int seed, int kills)
    {
        var dice = new Random(seed);
        await using var vault = await VaultStandIn.StartAsync("databases");
        var (database, journals) = (await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(), LabRoot.NewFolder("journals"));
        var item = await DatabaseCase.MakeAsync(vault, Seed);
        var settings = new Dictionary<string, string?>
        {
            ["Databases:JournalDirectory"] = journals,
            ["Databases:ArchiveDirectory"] = Path.Combine(journals, "archives"),
            ["Databases:BytesPerSecond"] = "200000",
            ["Databases:Connections"] = "2",
            ["Databases:ChunkRows"] = "1000",
        };
        ServiceProcess[] instances = [new("Cassiopea.Databases", "databases", database, vault, settings), new("Cassiopea.Databases", "databases", database, vault, settings)];
        await using var first = instances[0];
        await using var second = instances[1];
        foreach (var instance in instances)
            await instance.StartAsync();
        var command = item.Transfer();
        await using (var db = Open(database))
            await db.EnqueueJob(new JobRequest(command.MigrationId, command.ItemId, TransferDatabaseJob.Kind, 1, command.Source.Host, Bucket.Bulk, command), default);

        long before = 0;
        var killed = 0;
        for (; killed < kills && (await JobAsync(database)).State != JobState.Done; killed++)
        {
            var least = before;
            await Eventually.TrueAsync("rows arrive", async () => (before = await RowsAsync(item)) > least || (await JobAsync(database)).State == JobState.Done, TimeSpan.FromSeconds(120));
            await Task.Delay(TimeSpan.FromMilliseconds(dice.Next(400)), TimeProvider.System);
            await Task.WhenAll(instances.Select(static instance => instance.KillAsync()));
            before = await RowsAsync(item);
            await Task.WhenAll(instances.Select(static instance => instance.StartAsync()));
        }

        await Eventually.TrueAsync(
            "the job is done",
            async () => await JobAsync(database) is var job && job.State == JobState.Failed ? throw new InvalidOperationException(job.LastError) : job.State == JobState.Done,
            TimeSpan.FromSeconds(300));
        Assert.InRange(killed, 1, kills); // a slow machine starts them again more slowly than they copy
        Assert.Empty(await item.DifferencesAsync());
        Assert.Equal(["12000\t4000\t3100"], await item.NewAsync("select (select count(*) from posts), (select count(*) from old), (select count(*) from plain);"));
        Assert.InRange(vault.OpenLeases, 0, 2 * killed); // only those of the killed are left: the vault ends them by their time
        Directory.Delete(journals, recursive: true);
    }

    private static async Task<Job> JobAsync(string database)
    {
        await using var db = Open(database);
        return await db.Set<Job>().AsNoTracking().SingleAsync();
    }

    private static DatabasesContext Open(string database) => new(new DbContextOptionsBuilder<DatabasesContext>().UseNpgsql(database).Options);

    /// <summary>Rows that are at the new place for good; tables that are not made yet hold none.</summary>
    private static async Task<long> RowsAsync(DatabaseCase item)
    {
        long rows = 0;
        foreach (var table in await item.NewAsync("show tables;"))
            rows += long.Parse((await item.NewAsync($"select count(*) from `{table}`;"))[0], CultureInfo.InvariantCulture);
        return rows;
    }
}
