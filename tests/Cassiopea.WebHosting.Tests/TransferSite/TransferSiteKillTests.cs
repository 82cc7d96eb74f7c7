using System.Diagnostics;
using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceTesting;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.WebHosting.Tests;

/// <summary>The service as processes that are killed while they copy between real servers, and what a telemetry back end hears of it.</summary>
[Trait("Category", "Servers")]
public sealed class TransferSiteKillTests
{
    [Fact]
    [Trait("Requirement", "W7")]
    [Trait("Requirement", "rel-F1")]
    public async Task W7_killed_while_it_copies_nothing_is_lost_or_doubled_and_the_pass_stays_one_trace()
    {
        var token = TestContext.Current.CancellationToken;
        await using var old = await VsftpdServer.StartAsync(new SiteServerOptions(), token);
        await using var @new = await ProftpdServer.StartAsync(new SiteServerOptions(), token);
        FileTree.Fill(old.Home, seed: 7, directories: 12, files: 400, bigFiles: 1, bigSize: 4_000_000);
        old.Own();
        await using var vault = await VaultStandIn.StartAsync("web-hosting");
        var (journals, telemetry) = (LabRoot.NewFolder("journals"), LabRoot.NewFolder("otlp"));
        await using var sink = await OtlpSink.StartAsync(telemetry, token);
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        TransferSite command = new(
            Guid.CreateVersion7(), Guid.CreateVersion7(), 1, Bucket.Bulk,
            new Endpoint(Guid.CreateVersion7(), "ftp", "127.0.0.1", old.Port, TlsPolicy.None, old.User, vault.Store(old.Password)),
            new Endpoint(Guid.CreateVersion7(), "ftp", "127.0.0.1", @new.Port, TlsPolicy.None, @new.User, vault.Store(@new.Password)));
        await using ServiceProcess service = new("Cassiopea.WebHosting", "web-hosting", database, vault, new Dictionary<string, string?>(sink.Environment)
        {
            ["WebHosting__JournalDirectory"] = journals,
            ["WebHosting__ArchiveDirectory"] = journals,
            ["WebHosting__Connections"] = "2",
            ["WebHosting__BytesPerSecond"] = "1500000",
        });
        await service.StartAsync();
        var trace = await EnqueueAsync(database, command);
        for (var kill = 0; kill < 3; kill++)
        {
            var there = Arrived(@new.Home);
            await Eventually.TrueAsync("files arrive", async () => Arrived(@new.Home) > there + 20 || (await JobAsync(database)).State == JobState.Done, TimeSpan.FromSeconds(120), token);
            Assert.NotEqual(JobState.Done, (await JobAsync(database)).State);
            await service.KillAsync();
            await service.StartAsync();
        }

        await Eventually.TrueAsync(
            "the pass ends",
            async () => await JobAsync(database) is var job && job.State == JobState.Failed ? throw new InvalidOperationException(job.LastError) : job.State == JobState.Done,
            TimeSpan.FromSeconds(240),
            token);
        Assert.Equal(await FileTree.DescribeAsync(old.Home, token), await FileTree.DescribeAsync(@new.Home, token));

        // the span of a run that was killed never ends; that of the last one, and the event, are in the command's trace
        string[] wanted = ["job " + TransferSiteJob.Kind, nameof(ItemTransferred)];
        IReadOnlyList<SentSpan> spans = [];
        await Eventually.TrueAsync(
            "the trace is told",
            async () =>
            {
                spans = await OtlpSpans.ReadAsync(telemetry, token);
                return wanted.All(name => spans.Any(s => s.Trace == trace && s.Name.Contains(name, StringComparison.Ordinal)));
            },
            TimeSpan.FromSeconds(60),
            token);
        Assert.All(spans.Where(s => s.Name == wanted[0]), s => Assert.Equal(trace, s.Trace));
        Directory.Delete(journals, recursive: true);
        Directory.Delete(telemetry, recursive: true);
    }

    /// <summary>Records the job as the consumer of the command does, inside a trace of its own.</summary>
    private static async Task<string> EnqueueAsync(string database, TransferSite command)
    {
        using ActivitySource source = new("Cassiopea.WebHosting.Tests");
        using ActivityListener listener = new() { ShouldListenTo = s => s == source, Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        using var asked = source.StartActivity("transfer-site process");
        await using var db = Open(database);
        await db.EnqueueJob(new JobRequest(command.MigrationId, command.ItemId, TransferSiteJob.Kind, 1, command.Source.Host, Bucket.Bulk, command, command.Target.Host), default);
        return asked!.TraceId.ToHexString();
    }

    private static async Task<Job> JobAsync(string database)
    {
        await using var db = Open(database);
        return await db.Set<Job>().AsNoTracking().SingleAsync();
    }

    private static WebHostingContext Open(string database) => new(new DbContextOptionsBuilder<WebHostingContext>().UseNpgsql(database).Options);

    private static int Arrived(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length;
}
