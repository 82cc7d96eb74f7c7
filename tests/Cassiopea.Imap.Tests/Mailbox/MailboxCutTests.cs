using Cassiopea.Imap.Mailbox;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Seed;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Mailbox;

/// <summary>Connections that break anywhere: nothing is lost, nothing comes twice.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "mail-R12")]
[Trait("Requirement", "rel-F8")]
public sealed class MailboxCutTests
{
    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "MULTIAPPEND")]
    [InlineData(3, "MULTIAPPEND UIDPLUS")]
    [InlineData(4, "MULTIAPPEND LITERAL+ UIDPLUS ESEARCH CONDSTORE QRESYNC")]
    public Task Cuts_at_random_octets_of_either_connection_lose_nothing_and_double_nothing(int seed, string without) => CutsAsync(seed, without, 300, most: 12);

    [Theory]
    [Trait("Category", "Nightly")]
    [InlineData(101, "")]
    [InlineData(102, "")]
    [InlineData(103, "MULTIAPPEND")]
    [InlineData(104, "UIDPLUS")]
    [InlineData(105, "MULTIAPPEND LITERAL+ UIDPLUS")]
    public Task Hundred_cuts_at_random_octets_lose_nothing_and_double_nothing(int seed, string without) => CutsAsync(seed, without, 3_000, most: 100);

    private static async Task CutsAsync(int seed, string without, int messages, int most)
    {
        var random = new Random(seed);
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", messages, 30 + seed));
        var options = new MailboxTransferOptions { WithoutCapabilities = without.Split(' ', StringSplitOptions.RemoveEmptyEntries) };
        using var over = new CancellationTokenSource();
        var cuts = 0;
        async Task CutAsync()
        {
            while (!over.IsCancellationRequested && cuts < most)
            {
                var (proxy, toward) = (random.Next(4)) switch
                {
                    0 => (two.SourceProxy, Toward.Client),
                    1 => (two.SourceProxy, Toward.Server),
                    2 => (two.TargetProxy, Toward.Client),
                    _ => (two.TargetProxy, Toward.Server),
                };
                proxy.CutAfter(random.Next(1, toward == Toward.Client == (proxy == two.SourceProxy) ? 900_000 : 2_000), toward, reset: random.Next(2) == 0);
                cuts++;
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 120)), TimeProvider.System, CancellationToken.None);
            }
        }

        var cutting = CutAsync();
        var result = await two.CopyAsync(options);
        await over.CancelAsync();
        await cutting;
        two.SourceProxy.Heal();
        two.TargetProxy.Heal();
        if (result.Outcome == TransferOutcome.Interrupted) result = await two.CopyAsync(options);
        Assert.True(result.Counts.AddUp);
        Assert.Equal(TransferOutcome.Complete, result.Outcome);
        Assert.Empty(await two.DifferencesAsync());
    }

    [Fact]
    public async Task A_cut_after_the_last_octet_of_a_batch_and_before_its_answer_sends_nothing_twice()
    {
        // 40 messages in one folder: the answer to the first MULTIAPPEND is the only thing of its size that comes back late.
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 100, 41));
        for (var bytes = 600; bytes < 3_000; bytes += 300)
        {
            two.TargetProxy.CutAfter(bytes, Toward.Client);
            await two.CopyAsync();
            two.TargetProxy.Heal();
            if (bytes % 900 == 0) continue;
            await two.NewHost.EmptyAsync(two.To, CancellationToken.None);
            foreach (var file in Directory.GetFiles(two.Journal)) File.Delete(file);
        }

        var result = await two.CopyAsync();
        Assert.Equal(TransferOutcome.Complete, result.Outcome);
        Assert.Empty(await two.DifferencesAsync());
    }

    [Fact]
    public async Task A_black_hole_is_noticed_and_the_run_can_be_resumed()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 300, 42));
        var options = new MailboxTransferOptions
        {
            Idle = TimeSpan.FromMilliseconds(500),
            Patience = TimeSpan.FromSeconds(1),
            BytesPerSecond = 2_000_000,
            ProgressEvery = TimeSpan.FromMilliseconds(1),
            Progress = now => two.TargetProxy.BlackHole |= now.Items > 20,
        };
        var result = await two.CopyAsync(options);
        Assert.Equal(TransferOutcome.Interrupted, result.Outcome);
        Assert.True(result.Counts.AddUp);
        two.TargetProxy.Heal();
        Assert.Equal(TransferOutcome.Complete, (await two.CopyAsync()).Outcome);
        Assert.Empty(await two.DifferencesAsync());
    }

    [Theory]
    [Trait("Requirement", "mail-R27")]
    [InlineData("")]
    [InlineData("MULTIAPPEND")]
    public async Task A_run_that_is_stuck_in_the_middle_of_a_batch_can_be_cancelled_at_once_and_leaves_no_torn_message(string without)
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 400, 43));
        using var stop = new CancellationTokenSource();
        var options = new MailboxTransferOptions
        {
            WithoutCapabilities = [without],
            ProgressEvery = TimeSpan.FromMilliseconds(1),
            Progress = now => two.TargetProxy.BlackHole |= now.Items > 20,
        };
        var running = two.CopyAsync(options, stop.Token);
        await Lab.Eventually.TrueAsync("the target takes nothing any more", () => two.TargetProxy.BlackHole);
        var asked = TimeProvider.System.GetTimestamp();
        await stop.CancelAsync();
        var result = await running;
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked).TotalSeconds, 0, 2);
        Assert.Equal(TransferOutcome.Interrupted, result.Outcome);
        two.TargetProxy.Heal();
        Assert.Equal(TransferOutcome.Complete, (await two.CopyAsync()).Outcome);
        Assert.Empty(await two.DifferencesAsync());
    }

    [Fact]
    public async Task Large_messages_cut_in_the_middle_arrive_once()
    {
        var maker = new LetterMaker(9);
        var date = maker.Date(2015, 2016);
        SeedMessage[] letters = [.. Enumerable.Range(0, 6).Select(i => new SeedMessage(["INBOX"], maker.Letter(i % 2 == 0 ? 3_000_000 : 9_000, date), date, "S"))];
        await using var two = await TwoMailboxes.StartAsync(new("big", [new(["INBOX"])], letters));
        two.TargetProxy.CutAfter(1_500_000, Toward.Server);
        two.SourceProxy.CutAfter(7_000_000, Toward.Client, reset: true);
        var result = await two.CopyAsync();
        Assert.Equal(TransferOutcome.Complete, result.Outcome);
        Assert.Equal(6, result.Counts.Copied);
        Assert.Empty(await two.DifferencesAsync());
    }
}
