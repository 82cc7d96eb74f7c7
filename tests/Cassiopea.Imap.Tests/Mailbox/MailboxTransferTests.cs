using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Mailbox;

[Trait("Category", "Servers")]
public sealed class MailboxTransferTests
{
    [Fact]
    [Trait("Requirement", "mail-R1")]
    public async Task An_ordinary_mailbox_arrives_octet_for_octet_with_dates_flags_keywords_order_and_subscriptions()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 600, 5));
        var result = await two.CopyAsync();
        Assert.Equal(TransferOutcome.Complete, result.Outcome);
        Assert.True(result.Counts.AddUp);
        Assert.Equal((600, 600), (result.Counts.Source, result.Counts.Copied));
        Assert.Empty(await two.DifferencesAsync());
    }

    [Fact]
    [Trait("Requirement", "mail-R1")]
    [Trait("Requirement", "mail-R6")]
    public async Task Every_unusual_thing_that_a_server_can_keep_arrives_unchanged()
    {
        await using var two = await TwoMailboxes.StartAsync(OddMail.Kept());
        var result = await two.CopyAsync();
        Assert.Null(result.Failure);
        Assert.Empty(result.Exceptions);
        Assert.Equal(TransferOutcome.Complete, result.Outcome);
        Assert.Empty(await two.DifferencesAsync());
    }

    [Fact]
    [Trait("Requirement", "mail-R2")]
    [Trait("Requirement", "mail-R4")]
    public async Task What_the_target_refuses_or_alters_is_listed_and_the_rest_arrives_with_its_NULs()
    {
        await using var two = await TwoMailboxes.StartAsync(OddMail.All());
        var result = await two.CopyAsync();
        Assert.Equal(TransferOutcome.Exceptions, result.Outcome);
        Assert.True(result.Counts.AddUp);
        Assert.Equal((1, 2), (result.Counts.Refused, result.Counts.Altered));
        Assert.Equal([TransferCode.ItemRefused, TransferCode.ItemAltered, TransferCode.ItemAltered, TransferCode.NotExpressible], result.Exceptions.Select(static exception => exception.Code));

        // The empty message is missing, CR CR LF became CR LF, the date of 2037 became today, and a keyword with a bracket is no atom, so that no client can send it; nothing else, no NUL.
        Assert.Equal(["date", "extra", "keywords", "missing", "missing"], (await two.DifferencesAsync()).Select(static difference => difference.What).Order());
    }

    [Fact]
    [Trait("Requirement", "mail-R3")]
    public async Task The_source_is_only_read()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 200, 6));
        var before = await two.SourceManifestAsync();
        await two.CopyAsync();
        await two.VerifyAsync();
        var after = await two.SourceManifestAsync();
        Assert.Equal(before.Folders.SelectMany(static folder => folder.Value.Messages), after.Folders.SelectMany(static folder => folder.Value.Messages));
        Assert.DoesNotContain(DovecotServer.ChangesIn(two.OldHost.Root), change => change.Contains(two.From.User, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "mail-R5")]
    public async Task A_message_that_breaks_the_source_is_isolated_and_its_neighbours_arrive()
    {
        await using var two = await TwoMailboxes.StartAsync(OddMail.Poisoned());
        var result = await two.CopyAsync();
        Assert.Equal(TransferOutcome.Exceptions, result.Outcome);
        Assert.Equal((9, 8, 1), (result.Counts.Source, result.Counts.Copied, result.Counts.Refused));
        Assert.Equal(TransferCode.ItemUnreadable, Assert.Single(result.Exceptions).Code);
        Assert.Equal(8, (await two.TargetManifestAsync()).Messages);

        // A later pass tries it again and counts it again; nothing is sent twice.
        var again = await two.CopyAsync();
        Assert.Equal((9, 0, 8, 1), (again.Counts.Source, again.Counts.Copied, again.Counts.AlreadyThere, again.Counts.Refused));
        Assert.Equal(8, (await two.TargetManifestAsync()).Messages);
    }

    [Fact]
    [Trait("Requirement", "mail-R9")]
    public async Task A_pass_without_changes_sends_nothing_and_costs_few_round_trips()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 500, 7));
        await two.CopyAsync();
        var sent = two.TargetProxy.Bytes(Lab.Peers.Toward.Server) + two.SourceProxy.Bytes(Lab.Peers.Toward.Client);
        var result = await two.CopyAsync();
        Assert.Equal((TransferOutcome.Complete, 500L, 0L, 500L), (result.Outcome, result.Counts.Source, result.Counts.Copied, result.Counts.AlreadyThere));
        Assert.InRange(result.RoundTrips, 1, 10);
        Assert.InRange(two.TargetProxy.Bytes(Lab.Peers.Toward.Server) + two.SourceProxy.Bytes(Lab.Peers.Toward.Client) - sent, 1, 8_000);
    }

    [Fact]
    [Trait("Requirement", "mail-R15")]
    public async Task A_full_target_stops_the_account_and_a_later_run_goes_on()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 500, 8), await DovecotServer.SharedSmallAsync());
        var result = await two.CopyAsync();
        Assert.Equal(TransferOutcome.Stopped, result.Outcome);
        Assert.Equal(TransferCode.OverQuota, result.Failure!.Code);
        Assert.True(result.Counts.AddUp);
        Assert.Equal((500, 500), (result.Counts.Source, result.Counts.Remaining));
    }

    [Fact]
    [Trait("Requirement", "mail-R15")]
    public async Task A_message_larger_than_the_target_takes_is_refused_alone()
    {
        var maker = new LetterMaker(4);
        var date = maker.Date(2015, 2016);
        SeedMessage Letter(int size) => new(["INBOX"], maker.Letter(size, date), date, "S");
        await using var two = await TwoMailboxes.StartAsync(new("l", [new(["INBOX"])], [Letter(5_000), Letter(1_200_000), Letter(6_000)]), await DovecotServer.SharedSmallAsync());
        var result = await two.CopyAsync();
        Assert.Equal((TransferOutcome.Exceptions, 2L, 1L), (result.Outcome, result.Counts.Copied, result.Counts.Refused));
        Assert.Equal(TransferCode.TooBig, Assert.Single(result.Exceptions).Code);
    }

    [Theory]
    [Trait("Requirement", "mail-R18")]
    [InlineData("MULTIAPPEND")]
    [InlineData("MULTIAPPEND LITERAL+")]
    [InlineData("MULTIAPPEND UIDPLUS")]
    [InlineData("LIST-STATUS CONDSTORE QRESYNC ESEARCH")]
    [InlineData("LITERAL+ MULTIAPPEND UIDPLUS CONDSTORE QRESYNC ESEARCH LIST-EXTENDED LIST-STATUS NAMESPACE SPECIAL-USE BINARY SASL-IR UNSELECT STATUS=SIZE QUOTA ID")]
    public async Task A_poorer_server_gets_the_same_mailbox(string without)
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 300, 9));
        var options = new Cassiopea.Imap.Mailbox.MailboxTransferOptions { WithoutCapabilities = without.Split(' ') };
        var result = await two.CopyAsync(options);
        Assert.Empty(result.Exceptions);
        Assert.Equal((TransferOutcome.Complete, 300L), (result.Outcome, result.Counts.Copied));
        Assert.Empty(await two.DifferencesAsync());
        var again = await two.CopyAsync(options);
        Assert.Equal((TransferOutcome.Complete, 0L, 300L), (again.Outcome, again.Counts.Copied, again.Counts.AlreadyThere));
        Assert.Empty(await two.DifferencesAsync());
    }

    [Fact]
    [Trait("Requirement", "mail-R14")]
    public async Task Two_runs_never_share_a_journal()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 20, 10));
        using var held = new FileStream(Path.Combine(two.Journal, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var refused = await Assert.ThrowsAsync<TransferException>(() => two.CopyAsync());
        Assert.Equal((TransferSide.Us, TransferFailureKind.Passing), (refused.Side, refused.Kind));
    }

    [Fact]
    [Trait("Requirement", "mail-R27")]
    public async Task Cancelling_answers_within_two_seconds_with_counts_that_add_up_and_the_next_run_completes()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 500, 12));
        using var stop = new CancellationTokenSource();
        var asked = 0L;
        var options = new Cassiopea.Imap.Mailbox.MailboxTransferOptions
        {
            BytesPerSecond = 1_000_000,
            ProgressEvery = TimeSpan.FromMilliseconds(1),
            Progress = now =>
            {
                if (now.Items == 0 || asked != 0) return;
                asked = TimeProvider.System.GetTimestamp();
                stop.Cancel();
            },
        };
        var result = await two.CopyAsync(options, stop.Token);
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked).TotalSeconds, 0, 2);
        Assert.Equal(TransferOutcome.Interrupted, result.Outcome);
        Assert.True(result.Counts.AddUp);
        Assert.InRange(result.Counts.Remaining, 1, 499);
        Assert.Equal(TransferOutcome.Complete, (await two.CopyAsync()).Outcome);
        Assert.Empty(await two.DifferencesAsync());
    }

    [Fact]
    [Trait("Requirement", "mail-R25")]
    public async Task A_verification_finds_what_is_missing_changed_and_more()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 100, 13));
        await two.CopyAsync();
        var equal = await two.VerifyAsync();
        Assert.True(equal.Equal);
        Assert.Equal((100, 0), (equal.Compared, equal.Extra));

        await two.NewHost.DoveadmAsync(CancellationToken.None, "expunge", "-u", two.To.User, "mailbox", "INBOX", "uid", "3");
        await two.NewHost.DoveadmAsync(CancellationToken.None, "flags", "add", "-u", two.To.User, "Touched", "mailbox", "INBOX", "uid", "4");
        await MaildirWriter.DeliverAsync(two.From, ["INBOX"], "Subject: late\n\nx\n"u8.ToArray(), CancellationToken.None);
        var different = await two.VerifyAsync();
        Assert.False(different.Equal);
        Assert.Equal(3, different.DifferenceCount);
        Assert.Equal([TransferCode.ItemMissing, TransferCode.ItemMissing, TransferCode.NotExpressible], different.Differences.Select(static difference => difference.Code).Order(StringComparer.Ordinal));
    }
}
