using Cassiopea.Imap.Archive;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Preflight;
using Cassiopea.Imap.Tests.Mailbox;
using Cassiopea.Lab.Seed;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Archive;

/// <summary>What is recent goes online, the rest into a local archive: each message in exactly one of the two.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "mail-R24")]
public sealed class MailboxSplitTests
{
    private static readonly DateTimeOffset Since = new(2018, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Each_message_is_in_exactly_one_of_target_and_archive_and_the_survey_foretold_how_many()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 300, 41));
        var ages = await MailboxAges.RunAsync(two.Source, TransferSide.Source, Since.AddYears(3), new(), CancellationToken.None);
        Assert.Equal(300, ages.Years.Sum(static year => year.Messages));
        Assert.Equal(ages.Years.Sum(static year => year.Bytes), ages.Folders.Sum(static folder => folder.Years.Sum(static year => year.Bytes)));
        var foretold = Assert.Single(ages.Keeping, static kept => kept.Years == 3);
        Assert.Equal(Since, foretold.Since);

        var archive = Path.Combine(two.Journal, "archive");
        var options = new MailboxTransferOptions { OnlineSince = foretold.Since, ArchiveDirectory = archive };
        var split = await SplitAsync(two, archive, options);
        Assert.Equal(TransferOutcome.Complete, split.Outcome);
        Assert.Equal((300, 300, 0), (split.Counts.Source, split.Counts.Copied, split.Counts.Excluded));
        Assert.True(split.Counts.AddUp);
        Assert.Equal((foretold.OnlineMessages, foretold.ArchivedMessages, foretold.ArchivedBytes), (split.Online.Counts.Copied, split.Archived.Counts.Copied, split.Archived.Bytes));
        Assert.Equal(foretold.OnlineMessages, (await two.TargetManifestAsync()).Messages);

        var whole = await two.VerifyAsync(options);
        Assert.Empty(whole.Differences);
        Assert.Equal((true, 300L, 0L), (whole.Equal, whole.Compared, whole.Extra));

        var again = await SplitAsync(two, archive, options);
        Assert.Equal((TransferOutcome.Complete, 0L, 300L), (again.Outcome, again.Counts.Copied, again.Counts.AlreadyThere));
    }

    [Fact]
    public async Task A_verification_of_the_whole_finds_what_the_archive_lost_changed_and_what_is_in_both()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 100, 42));
        var archive = Path.Combine(two.Journal, "archive");
        var options = new MailboxTransferOptions { OnlineSince = Since, ArchiveDirectory = archive };
        await SplitAsync(two, archive, options);
        var files = Directory.GetFiles(Path.Combine(archive, "cur")).Order(StringComparer.Ordinal).ToList();
        File.Delete(files[0]);
        await File.AppendAllTextAsync(files[1], "x");
        var different = await two.VerifyAsync(options);
        Assert.Equal([TransferCode.ItemMissing, TransferCode.ItemMissing], different.Differences.Select(static difference => difference.Code));
        Assert.All(different.Differences, static difference => Assert.StartsWith("INBOX ; ", difference.Item, StringComparison.Ordinal));

        // a later date: the archive takes what the target has already
        var later = options with { OnlineSince = Since.AddYears(2) };
        await SplitAsync(two, archive, later);
        var both = await two.VerifyAsync(later);
        Assert.False(both.Equal);
        Assert.Contains(both.Differences, static difference => difference.Text.StartsWith("The message is in both places.", StringComparison.Ordinal));
    }

    private static Task<MailboxSplitResult> SplitAsync(TwoMailboxes two, string archive, MailboxTransferOptions options) =>
        new MailboxSplit(TimeProvider.System).RunAsync(two.Source, two.Target, two.Journal, archive, options, CancellationToken.None);
}
