using System.Globalization;
using Cassiopea.Ftp.Site;
using Cassiopea.Lab;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Tests.Site;

/// <summary>Killed, cut, crowded: it goes on where it was.</summary>
[Trait("Category", "Servers")]
public sealed class SiteKillTests
{
    [Theory]
    [Trait("Requirement", "web-W7")]
    [InlineData(1, Kind.Vsftpd)]
    [InlineData(2, Kind.Proftpd)]
    public async Task W7_killed_at_random_instants_no_half_file_has_its_name_and_nothing_done_is_sent_again(int seed, Kind kind)
    {
        var random = new Random(seed);
        await using var two = await TwoSites.StartAsync(kind, kind);
        FileTree.Fill(two.From.Home, 10 + seed, 20, 300);
        two.From.Own();
        await using var proxy = FtpProxy.Start(two.From.Server.Port);
        two.From.Port = proxy.Port;
        for (var kill = 0; kill < 5; kill++)
        {
            await using var run = await StartAsync(two, "--rate=3000000");
            var until = proxy.DataBytes(Toward.Client) + random.Next(200_000, 900_000);
            await Eventually.TrueAsync("some octets came, or it ended", () => run.HasExited || proxy.DataBytes(Toward.Client) >= until);
            await run.KillAsync();
            var differing = await two.To.ShellAsync($"find . -type f ! -name '*.cassiopea-part' -print0 | while IFS= read -r -d '' f; do cmp -s \"$f\" '{two.From.Home}'/\"$f\" || echo \"$f\"; done");
            Assert.Equal("", differing);
        }

        var before = int.Parse((await two.To.ShellAsync("find . -type f ! -name '*.cassiopea-part' | wc -l")).Trim(), CultureInfo.InvariantCulture);
        Assert.InRange(before, 1, 299);
        var last = await two.CopyAsync();
        Assert.Equal(TransferOutcome.Complete, last.Outcome);

        // at most what was being named when it was killed is sent twice
        Assert.InRange(last.Counts.AlreadyThere, before - 4, before);
        await two.AssertEqualAsync(times: true);
    }

    [Theory]
    [Trait("Requirement", "web-W7")]
    [InlineData(Kind.Vsftpd, Kind.Proftpd)]
    [InlineData(Kind.PureFtpd, Kind.Vsftpd)]
    [InlineData(Kind.Sftp, Kind.Sftp)]
    public async Task W7_a_big_file_is_resumed_where_it_was(Kind from, Kind to)
    {
        await using var two = await TwoSites.StartAsync(from, to);
        FileTree.Fill(two.From.Home, 20, 1, 0, 1, 40_000_000);
        two.From.Own();
        await using var run = await StartAsync(two, "--rate=20000000");
        await Eventually.TrueAsync("half of it came", () => run.HasExited || new DirectoryInfo(two.To.Home).EnumerateFiles("*", SearchOption.AllDirectories).Any(file => file.Length > 22_000_000));
        await run.KillAsync();
        var last = await two.CopyAsync();
        Assert.Equal(TransferOutcome.Complete, last.Outcome);
        Assert.InRange(last.Bytes, 1, 24_000_000);
        await two.AssertEqualAsync();
    }

    [Fact]
    [Trait("Requirement", "web-W7")]
    public async Task W7_a_server_that_lost_the_end_of_a_file_is_resumed_at_what_it_still_has_and_one_that_changed_it_from_the_start()
    {
        await using var two = await TwoSites.StartAsync(Kind.Vsftpd, Kind.Proftpd);
        FileTree.Fill(two.From.Home, 21, 1, 0, 1, 30_000_000);
        two.From.Own();
        async Task CutAsync(long at)
        {
            using var cut = new CancellationTokenSource();
            var options = new SiteCopyOptions { BytesPerSecond = 30_000_000, ProgressEvery = TimeSpan.FromMilliseconds(5), Progress = now => { if (now.BytesCopied > at) cut.Cancel(); } };
            Assert.Equal(TransferOutcome.Interrupted, (await two.CopyAsync(options, cut.Token)).Outcome);
        }

        await CutAsync(18_000_000);
        await two.To.ShellAsync("truncate -s 9000000 $(find . -name '*.cassiopea-part')");
        await CutAsync(8_000_000);
        await two.To.ShellAsync("f=$(find . -name '*.cassiopea-part'); truncate -s 14000000 $f; printf XYZ | dd of=$f conv=notrunc bs=1 seek=1000 status=none");
        Assert.Equal(30_000_000, (await two.CopyAsync()).Bytes);
        await two.AssertEqualAsync();

        await two.From.ShellAsync("head -c 30000001 /dev/zero > $(find . -name '*.bin')");
        two.From.Own();
        await CutAsync(18_000_000);
        await two.To.ShellAsync("truncate -s 9000000 $(find . -name '*.cassiopea-part')");
        Assert.InRange((await two.CopyAsync()).Bytes, 20_000_000, 26_000_000);
        await two.AssertEqualAsync();
    }

    [Theory]
    [Trait("Requirement", "web-W8")]
    [InlineData(1)]
    [InlineData(2)]
    public async Task W8_connections_cut_at_random_octets_do_no_harm(int seed)
    {
        var random = new Random(seed);
        await using var two = await TwoSites.StartAsync(Kind.Vsftpd, Kind.Proftpd);
        FileTree.Fill(two.From.Home, 30 + seed, 20, 200, 1, 9_000_000);
        two.From.Own();
        await using var before = FtpProxy.Start(two.From.Server.Port);
        await using var behind = FtpProxy.Start(two.To.Server.Port);
        (two.From.Port, two.To.Port) = (before.Port, behind.Port);
        using var over = new CancellationTokenSource();
        async Task CutAsync()
        {
            for (var cut = 0; cut < 25 && !over.IsCancellationRequested; cut++)
            {
                var proxy = random.Next(2) == 0 ? before : behind;
                var relays = proxy.Data.ToArray();
                if (random.Next(4) == 0 || relays.Length == 0) proxy.Control.CutNow(reset: random.Next(2) == 0);
                else relays[random.Next(relays.Length)].CutAfter(random.Next(1, 20_000), random.Next(2) == 0 ? Toward.Client : Toward.Server, reset: random.Next(2) == 0);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(10, 60)), TimeProvider.System, CancellationToken.None);
            }
        }

        var cutting = CutAsync();
        var result = await two.CopyAsync(new SiteCopyOptions { Backoff = TimeSpan.FromMilliseconds(20) });
        await over.CancelAsync();
        await cutting;
        if (result.Outcome != TransferOutcome.Complete) result = await two.CopyAsync();
        Assert.Equal(TransferOutcome.Complete, result.Outcome);
        await two.AssertEqualAsync(times: true);
    }

    [Theory]
    [Trait("Requirement", "web-W8")]
    [InlineData(Kind.Vsftpd)]
    [InlineData(Kind.Proftpd)]
    [InlineData(Kind.PureFtpd)]
    public async Task W8_a_host_that_lets_two_in_gets_two(Kind kind)
    {
        await using var from = await End.StartAsync(kind, options: new SiteServerOptions { MaxPerAddress = 2 });
        await using var two = new TwoSites(from, await End.StartAsync(Kind.Local));
        FileTree.Fill(from.Home, 40, 10, 100);
        from.Own();
        var result = await two.CopyAsync(new SiteCopyOptions { Connections = 8, Backoff = TimeSpan.FromMilliseconds(20) });
        Assert.Equal((TransferOutcome.Complete, 100), (result.Outcome, result.Counts.Copied));
        Assert.InRange(result.Connections, 1, 2);
        await two.AssertEqualAsync();
    }

    [Fact]
    [Trait("Requirement", "web-W8")]
    public async Task W8_a_black_hole_is_noticed_and_the_run_can_be_resumed()
    {
        await using var two = await TwoSites.StartAsync(Kind.Vsftpd, Kind.Local);
        FileTree.Fill(two.From.Home, 50, 10, 200);
        two.From.Own();
        await using var proxy = FtpProxy.Start(two.From.Server.Port);
        two.From.Port = proxy.Port;
        var options = new SiteCopyOptions
        {
            Patience = TimeSpan.FromMilliseconds(500),
            Backoff = TimeSpan.FromMilliseconds(20),
            Session = new() { Idle = TimeSpan.FromMilliseconds(400), Connect = TimeSpan.FromMilliseconds(400) },
            ProgressEvery = TimeSpan.FromMilliseconds(1),
            Progress = now =>
            {
                if (now.ItemsCopied < 20) return;
                proxy.Control.BlackHole = true;
                foreach (var relay in proxy.Data) relay.BlackHole = true;
            },
        };
        var result = await two.CopyAsync(options);
        Assert.Equal(TransferOutcome.Interrupted, result.Outcome);
        Assert.True(result.Counts.AddUp);
        two.From.Port = two.From.Server.Port;
        await using var healed = FtpProxy.Start(two.From.Server.Port);
        proxy.Control.Heal();
        foreach (var relay in proxy.Data) relay.Heal();
        two.From.Port = proxy.Port;
        Assert.Equal(TransferOutcome.Complete, (await two.CopyAsync()).Outcome);
        await two.AssertEqualAsync();
    }

    private static Task<ChildProcess> StartAsync(TwoSites two, params string[] more)
    {
        static string Url(SiteAccount account) => account.Endpoint.Protocol == SiteProtocol.Sftp
            ? $"sftp://{account.Endpoint.Login}@127.0.0.1:{account.Endpoint.Port}/{Uri.EscapeDataString(account.Endpoint.Root)}?pin={Uri.EscapeDataString(account.Endpoint.Pin!)}"
            : $"ftp://{account.Endpoint.Login}@localhost:{account.Endpoint.Port}/?tls=none";
        string[] keys = two.From.Account.Endpoint.Protocol == SiteProtocol.Sftp ? ["--from-key", ((SshdServer)two.From.Server).Key, "--to-key", ((SshdServer)two.To.Server).Key] : [];
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "cassiopea.dll"), "site", "copy", "--from", Url(two.From.Account), "--to", Url(two.To.Account), "--journal", two.Journal, "--quiet", .. keys, .. more,
        ];
        return ChildProcess.StartAsync(new("/usr/bin/dotnet", arguments)
        {
            Environment = new Dictionary<string, string?> { ["CASSIOPEA_FROM_PASSWORD"] = two.From.Server.Password, ["CASSIOPEA_TO_PASSWORD"] = two.To.Server.Password },
        });
    }
}
