using Cassiopea.Imap.Mailbox;
using Cassiopea.Lab.Seed;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Mailbox;

/// <summary>A line that swallows a batch whole and delivers it when we have long given it up.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "mail-R12")]
public sealed class LateArrivalTests
{
    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "MULTIAPPEND")]
    [InlineData(3, "UIDPLUS")]
    public async Task A_batch_that_arrives_while_we_wait_is_found_and_not_sent_again(int seed, string without)
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 300, 60 + seed));
        var running = two.CopyAsync(Holding(two, without, TimeSpan.FromSeconds(20)));
        var before = await HeldAsync(two);
        await Lab.Eventually.TrueAsync("it is there again and waits", () => two.TargetProxy.Accepted > before);
        two.TargetProxy.Release();
        var result = await running;
        Assert.Equal(TransferOutcome.Complete, result.Outcome);
        Assert.DoesNotContain(result.Exceptions, static exception => exception.Code == TransferCode.ItemDoubled);
        Assert.Empty(await two.DifferencesAsync());
    }

    [Theory]
    [InlineData(4, "")]
    [InlineData(5, "MULTIAPPEND")]
    [InlineData(6, "MULTIAPPEND LITERAL+")]
    public async Task A_batch_that_arrives_when_it_was_sent_again_is_taken_away_by_the_next_pass(int seed, string without)
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 300, 60 + seed));
        var options = Holding(two, without, TimeSpan.FromMilliseconds(300));
        Assert.Equal(TransferOutcome.Complete, (await two.CopyAsync(options)).Outcome);
        await DeliverLateAsync(two);

        var result = await two.CopyAsync(options with { Progress = null });
        Assert.Equal((TransferOutcome.Complete, 0L), (result.Outcome, result.Counts.Copied));
        Assert.Contains(result.Exceptions, static exception => exception.Code == TransferCode.ItemDoubled);
        Assert.Empty(await two.DifferencesAsync());
        Assert.Empty((await two.CopyAsync(options with { Progress = null })).Exceptions);
    }

    [Fact]
    public async Task A_copy_that_people_touched_or_that_the_target_cannot_name_alone_is_listed_and_stays()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 300, 67));
        var options = Holding(two, "UIDPLUS", TimeSpan.FromMilliseconds(300));
        Assert.Equal(TransferOutcome.Complete, (await two.CopyAsync(options)).Outcome);
        var extra = await DeliverLateAsync(two);
        var poor = await two.CopyAsync(options with { Progress = null });
        Assert.Equal(TransferOutcome.Exceptions, poor.Outcome);
        Assert.Equal(extra, poor.Exceptions.Count(static exception => exception.Code == TransferCode.ItemDoubled));

        await two.NewHost.DoveadmAsync(CancellationToken.None, "flags", "add", "-u", two.To.User, "Mine", "mailbox", "INBOX", "all");
        var touched = await two.CopyAsync(options with { Progress = null, WithoutCapabilities = [] });
        Assert.Equal(TransferOutcome.Exceptions, touched.Outcome);
        Assert.Equal(300 + extra, (await two.TargetManifestAsync()).Messages);
    }

    [Fact]
    public async Task A_second_copy_that_people_made_themselves_stays()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 300, 68));
        var options = Holding(two, "", TimeSpan.FromMilliseconds(300));
        Assert.Equal(TransferOutcome.Complete, (await two.CopyAsync(options)).Outcome);
        await two.NewHost.DoveadmAsync(CancellationToken.None, "copy", "-u", two.To.User, "Trash", "mailbox", "INBOX", "uid", "1:3");
        two.TargetProxy.CutNow(reset: true); // what was held never arrives
        var result = await two.CopyAsync(options with { Progress = null });
        Assert.Equal(TransferOutcome.Complete, result.Outcome);
        Assert.Equal(303, (await two.TargetManifestAsync()).Messages);
    }

    /// <summary>Holds the line when the first messages have arrived, just before the last octet of the next batch goes out.</summary>
    private static MailboxTransferOptions Holding(TwoMailboxes two, string without, TimeSpan settle)
    {
        var held = false;
        return new()
        {
            Connections = 1,
            Idle = TimeSpan.FromMilliseconds(700),
            Settle = settle,
            WithoutCapabilities = without.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            ProgressEvery = TimeSpan.Zero,
            Progress = now =>
            {
                if (held || now.Items < 20) return;
                held = true;
                two.TargetProxy.Hold();
            },
        };
    }

    private static async Task<int> HeldAsync(TwoMailboxes two)
    {
        await Lab.Eventually.TrueAsync("the line is held", () => two.TargetProxy.Holding > 0);
        return two.TargetProxy.Accepted;
    }

    /// <summary>Lets the batch arrive and says how many messages there are too many.</summary>
    private static async Task<long> DeliverLateAsync(TwoMailboxes two)
    {
        two.TargetProxy.Release();
        long there = 0;
        await Lab.Eventually.TrueAsync("the batch arrived after all, whole", async () =>
        {
            var before = there;
            there = (await two.TargetManifestAsync()).Messages;
            return there > 300 && there == before && two.TargetProxy.Open == 0;
        });
        return there - 300;
    }
}
