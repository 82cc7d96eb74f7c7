using Cassiopea.Lab.Seed;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Mailbox;

/// <summary>Later passes: what changed at the source arrives, what people did at the target stays.</summary>
[Trait("Category", "Servers")]
public sealed class MailboxDeltaTests
{
    [Fact]
    [Trait("Requirement", "mail-R10")]
    [Trait("Requirement", "mail-R11")]
    public async Task Changes_on_both_sides_meet_without_harm()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 300, 21));
        await two.CopyAsync();
        var none = CancellationToken.None;

        // At the source: flags and a keyword come and go, messages go, move and arrive, a folder is new.
        await two.OldHost.DoveadmAsync(none, "flags", "add", "-u", two.From.User, "\\Flagged Relu", "mailbox", "INBOX", "uid", "1:10");
        await two.OldHost.DoveadmAsync(none, "flags", "replace", "-u", two.From.User, "\\Answered", "mailbox", "INBOX", "uid", "11:12");
        await two.OldHost.DoveadmAsync(none, "expunge", "-u", two.From.User, "mailbox", "INBOX", "uid", "20:24");
        await two.OldHost.DoveadmAsync(none, "move", "-u", two.From.User, "INBOX.Trash", "mailbox", "INBOX", "uid", "30:33");
        await MaildirWriter.DeliverAsync(two.From, ["INBOX"], "Subject: late 1\n\nx\n"u8.ToArray(), none);
        await MaildirWriter.DeliverAsync(two.From, ["Nouveau"], "Subject: late 2\n\nx\n"u8.ToArray(), none);

        // At the target: people set and clear flags, delete a message, and one is delivered.
        await two.NewHost.DoveadmAsync(none, "flags", "add", "-u", two.To.User, "Mine", "mailbox", "INBOX", "uid", "1:3");
        await two.NewHost.DoveadmAsync(none, "expunge", "-u", two.To.User, "mailbox", "INBOX", "uid", "5");
        await two.NewHost.DoveadmAsync(none, "copy", "-u", two.To.User, "INBOX", "mailbox", "Trash", "uid", "1");

        var result = await two.CopyAsync();
        Assert.True(result.Counts.AddUp);
        Assert.Equal((6, 9), (result.Counts.Copied, result.Counts.DeletedAtSource));
        var there = (await two.TargetManifestAsync()).Folders["INBOX"].Messages.ToDictionary(static message => message.Uid);
        foreach (var uid in (uint[])[1, 2, 3, 4, 6, 7, 8, 9, 10])
        {
            Assert.Contains("\\Flagged", there[uid].Flags, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("Relu", there[uid].Keywords, StringComparison.Ordinal);
        }

        Assert.All((uint[])[1, 2, 3], uid => Assert.Contains("Mine", there[uid].Keywords, StringComparison.Ordinal));
        Assert.All((uint[])[11, 12], uid => Assert.Equal("\\answered", there[uid].Flags.ToLowerInvariant()));
        Assert.DoesNotContain(5u, there.Keys);
        Assert.All((uint[])[20, 24, 30, 33], uid => Assert.Contains(uid, there.Keys));
        Assert.Single((await two.TargetManifestAsync()).Folders["Nouveau"].Messages);

        var again = await two.CopyAsync();
        Assert.Equal((TransferOutcome.Complete, 0L), (again.Outcome, again.Counts.Copied));
    }

    [Fact]
    [Trait("Requirement", "mail-R32")]
    [Trait("Requirement", "mail-R11")]
    public async Task Passes_after_the_change_of_MX_bring_the_stragglers_and_leave_the_new_mailbox_to_its_owner()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 150, 27));
        var none = CancellationToken.None;
        await two.CopyAsync();
        for (var pass = 1; pass <= 3; pass++)
        {
            // The new server lives: mail comes in, people read, file and delete. The old one still gets a straggler.
            await two.NewHost.DoveadmAsync(none, "copy", "-u", two.To.User, "INBOX", "mailbox", "Trash", "uid", $"{pass}");
            await two.NewHost.DoveadmAsync(none, "flags", "add", "-u", two.To.User, "\\Seen Lu", "mailbox", "INBOX", "uid", $"{10 + pass}");
            await two.NewHost.DoveadmAsync(none, "expunge", "-u", two.To.User, "mailbox", "INBOX", "uid", $"{20 + pass}");
            await MaildirWriter.DeliverAsync(two.From, ["INBOX"], System.Text.Encoding.ASCII.GetBytes($"Subject: straggler {pass}\n\nx\n"), none);
            var before = await two.TargetManifestAsync();
            var result = await two.CopyAsync();
            var after = await two.TargetManifestAsync();
            Assert.Equal((TransferOutcome.Complete, 1L), (result.Outcome, result.Counts.Copied));
            Assert.Equal(before.Messages + 1, after.Messages);
            Assert.Equal(before.Folders["INBOX"].Messages, after.Folders["INBOX"].Messages.Take(before.Folders["INBOX"].Messages.Count));
        }

        // Silence: nothing is sent any more.
        var last = await two.CopyAsync();
        Assert.Equal((TransferOutcome.Complete, 0L), (last.Outcome, last.Counts.Copied));
    }

    [Fact]
    [Trait("Requirement", "mail-R11")]
    public async Task A_folder_that_people_deleted_at_the_target_does_not_come_back()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 200, 22));
        await two.CopyAsync();
        var none = CancellationToken.None;
        await two.NewHost.DoveadmAsync(none, "mailbox", "delete", "-u", two.To.User, "Comptabilité");
        var quiet = await two.CopyAsync();
        Assert.Equal(0, quiet.Counts.Copied);
        Assert.DoesNotContain("Comptabilité", (await two.TargetManifestAsync()).Folders.Keys);

        // A new message there makes the folder again, with that message only.
        await MaildirWriter.DeliverAsync(two.From, ["Comptabilité"], "Subject: late\n\nx\n"u8.ToArray(), none);
        var result = await two.CopyAsync();
        Assert.Equal(1, result.Counts.Copied);
        Assert.Single((await two.TargetManifestAsync()).Folders["Comptabilité"].Messages);
    }

    [Fact]
    [Trait("Requirement", "mail-R13")]
    [Trait("Requirement", "rel-F17")]
    public async Task New_UIDs_at_the_source_give_no_duplicate_and_no_loss()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 200, 23));
        await two.CopyAsync();
        await two.OldHost.DoveadmAsync(CancellationToken.None, "expunge", "-u", two.From.User, "mailbox", "INBOX", "uid", "1:3");
        await MaildirWriter.DeliverAsync(two.From, ["INBOX"], "Subject: late\n\nx\n"u8.ToArray(), CancellationToken.None);
        await two.OldHost.ResetUidValidityAsync(two.From, CancellationToken.None);
        var result = await two.CopyAsync();
        Assert.True(result.Counts.AddUp);
        Assert.Equal((1, 197), (result.Counts.Copied, result.Counts.AlreadyThere));
        Assert.Equal(201, (await two.TargetManifestAsync()).Messages);
        Assert.Contains(result.Exceptions, static exception => exception.Item.EndsWith("UIDVALIDITY", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "mail-R13")]
    public async Task A_target_that_was_made_anew_gets_everything_again()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 200, 24));
        await two.CopyAsync();
        await two.NewHost.EmptyAsync(two.To, CancellationToken.None);
        var result = await two.CopyAsync();
        Assert.Equal((200, 200), (result.Counts.Source, result.Counts.Copied));
        Assert.Empty(await two.DifferencesAsync());
    }

    [Fact]
    [Trait("Requirement", "mail-R13")]
    public async Task Without_its_journal_a_run_knows_what_is_there_by_its_octets()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 200, 25));
        await two.CopyAsync();
        foreach (var file in Directory.GetFiles(two.Journal)) File.Delete(file);
        await MaildirWriter.DeliverAsync(two.From, ["INBOX"], "Subject: late\n\nx\n"u8.ToArray(), CancellationToken.None);
        var result = await two.CopyAsync();
        Assert.Equal((1, 200), (result.Counts.Copied, result.Counts.AlreadyThere));
        Assert.Empty(await two.DifferencesAsync());
    }
}
