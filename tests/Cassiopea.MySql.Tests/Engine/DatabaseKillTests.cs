using Cassiopea.Lab;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.MySql.Engine;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Tests.Engine;

/// <summary>The command line killed with SIGKILL at random instants, and connections cut: nothing lost, nothing twice.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "D7")]
public sealed class DatabaseKillTests
{
    private static string Seed => DatabaseSeed.Rows("posts", 12_000) + DatabaseSeed.Rows("old", 6_000, "MyISAM") + "create table plain (a int, b varchar(50)); insert into plain select seq, md5(seq) from seq_1_to_3000; insert into plain select * from plain limit 100;\n";

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public Task D7_killed_at_random_instants_it_loses_nothing_and_doubles_nothing(int seed, bool insert) => KillAsync(seed, insert, 6);

    [Theory]
    [Trait("Category", "Nightly")]
    [InlineData(11, false)]
    [InlineData(12, true)]
    public Task D7_killed_a_hundred_times_it_loses_nothing_and_doubles_nothing(int seed, bool insert) => KillAsync(seed, insert, 100);

    [Fact]
    public async Task D7_cut_connections_are_opened_again_and_a_resumed_pass_keeps_what_has_arrived()
    {
        var two = await TwoDatabases.StartAsync(Seed);
        await using var proxy = FaultProxy.Start(two.New.Port);
        two.Target = two.Target with { Endpoint = two.Target.Endpoint with { Port = proxy.Port } };
        var options = new DatabaseCopyOptions { ChunkBytes = 256 << 10, ChunkRows = 1000, BytesPerSecond = 1_500_000, Connections = 2 };
        var running = new DatabaseCopy(TimeProvider.System).RunAsync(two.Source, two.Target, two.Journal, options, default);
        for (var cut = 1; cut <= 3 && !running.IsCompleted; cut++)
        {
            var until = proxy.Bytes(Toward.Server) + 400_000;
            await Eventually.TrueAsync("bytes went on", () => running.IsCompleted || proxy.Bytes(Toward.Server) >= until);
            proxy.CutNow(reset: cut == 2);
        }

        var result = await running;
        Assert.True(result.Outcome == TransferOutcome.Complete, $"{result.Failure} {string.Join('\n', result.Exceptions)}");
        Assert.True(result.Counts.AddUp);
        Assert.Empty(await two.DifferencesAsync());
    }

    [Theory]
    [Trait("Requirement", "D10")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task D10_a_row_of_64_MB_is_never_held_twice(bool insert)
    {
        var two = await TwoDatabases.StartAsync("create table large (id int primary key, b longblob); insert into large values (1, repeat('z', 67108864)), (2, repeat(x'0a5c00ff', 1000000));");
        var report = Path.Combine(two.Journal, "report.json");
        await using var run = await StartAsync(two, two.New.Port, insert, "--report", report);
        await run.WaitForExitAsync();
        Assert.True(run.ExitCode == 0, run.Tail);
        Assert.Empty(await two.DifferencesAsync());
        Assert.InRange(TransferReport.FromJson(await File.ReadAllTextAsync(report)).PeakMemoryBytes, 64 << 20, 256 << 20);
    }

    private static async Task KillAsync(int seed, bool insert, int kills)
    {
        var random = new Random(seed);
        var two = await TwoDatabases.StartAsync(Seed);
        await using var proxy = FaultProxy.Start(two.New.Port);
        var killed = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            await using var run = await StartAsync(two, proxy.Port, insert, "--rate=4000000");
            var until = proxy.Bytes(Toward.Server) + random.Next(1, 2_000_000);
            await Eventually.TrueAsync("some bytes went to the target, or it ended", () => run.HasExited || proxy.Bytes(Toward.Server) >= until);
            if (run.HasExited) break;
            await run.KillAsync();
            killed++;
        }

        Assert.True(killed > 0);
        await using var last = await StartAsync(two, proxy.Port, insert);
        await last.WaitForExitAsync();
        Assert.True(last.ExitCode == 0, last.Tail);
        Assert.Empty(await two.DifferencesAsync());
        Assert.DoesNotContain(two.From.Password, last.Tail, StringComparison.Ordinal);
    }

    private static Task<ChildProcess> StartAsync(TwoDatabases two, int targetPort, bool insert, params string[] more)
    {
        static string Url(MySqlAccount account, int port) => $"mysql://{account.Endpoint.Login}@127.0.0.1:{port}/{account.Endpoint.Database}?tls=none";
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "cassiopea.dll"), "db", "copy", "--from", Url(two.Source, two.Old.Port), "--to", Url(two.Target, targetPort), "--journal", two.Journal, "--chunk", "262144", .. more,
        ];
        if (insert) arguments = [.. arguments, "--insert"];
        return ChildProcess.StartAsync(new(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "/usr/bin/dotnet", arguments)
        {
            Environment = new Dictionary<string, string?> { ["CASSIOPEA_FROM_PASSWORD"] = two.From.Password, ["CASSIOPEA_TO_PASSWORD"] = two.To.Password },
        });
    }
}
