using System.Security.Cryptography;
using Cassiopea.Contracts;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Mail.Tests;

[Trait("Category", "Servers")]
public sealed class TransferMailboxTests
{
    [Fact]
    [Trait("Requirement", "mail-R1")]
    public async Task A_mailbox_is_copied_completely_and_verified_as_equal()
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("ordinary", 300, 7));

        var moved = await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer(), e => e.ItemId == mailbox.Item);
        Assert.Equal((mailbox.Messages, mailbox.Messages, 0, 0, 0), (moved.Counts.Source, moved.Counts.Copied, moved.Counts.AlreadyThere, moved.Counts.Refused, moved.Counts.Remaining));
        Assert.True(moved.Bytes > 1000 * mailbox.Messages);
        Assert.Empty(moved.Exceptions);
        Assert.Empty(await mailbox.DifferencesAsync());

        var verified = await host.AskAsync<VerifyMailbox, ItemVerified>(mailbox.Verify(), e => e.ItemId == mailbox.Item);
        Assert.True(verified.Equal);
        Assert.Equal((Grade.Perfect, mailbox.Messages, 0), (verified.Grade, verified.Compared, verified.DifferenceCount));
        Assert.Matches("^[0-9a-f]{64}$", verified.ManifestSha256);
        var kept = await host.QueryAsync(db => db.Manifests.SingleAsync());
        Assert.Equal((verified.ManifestSha256, Grade.Perfect, (long)mailbox.Messages), (kept.Sha256, kept.Grade, kept.Compared));
        var manifest = Directory.GetFiles(host.Journals, "manifest-1.tsv", SearchOption.AllDirectories).Single();
        Assert.Equal(verified.ManifestSha256, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(manifest))));
        Assert.Equal(mailbox.Messages, (await File.ReadAllLinesAsync(manifest)).Length);
        Assert.Equal(0, host.Vault.OpenLeases);
        Assert.Contains("read-source", host.Vault.Purposes);
        Assert.Contains("write-target", host.Vault.Purposes);
    }

    [Fact]
    [Trait("Requirement", "mail-R22")]
    public async Task A_maildrop_is_copied_from_POP3_and_a_second_pass_brings_only_what_came_since()
    {
        await using var host = await MailHost.StartAsync();
        var some = MailSets.Ordinary("maildrop", 60, 11);
        var mailbox = await MailboxCase.MakeAsync(host, some with { Messages = [.. some.Messages.Select(static one => one with { Folder = ["INBOX"] })] });
        var old = await DovecotServer.SharedOldAsync();
        mailbox.Source = mailbox.Source with { Protocol = "pop3", Port = old.Pop3Port };

        var moved = await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer(), e => e.ItemId == mailbox.Item && e.Pass == 1);
        Assert.Equal((mailbox.Messages, mailbox.Messages), (moved.Counts.Source, moved.Counts.Copied));
        await MaildirWriter.DeliverAsync(mailbox.From, [], new LetterMaker(98).Letter(3000, new DateTimeOffset(2026, 1, 5, 8, 0, 0, TimeSpan.Zero)), default);
        var second = await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer(2), e => e.ItemId == mailbox.Item && e.Pass == 2);
        Assert.Equal((1, mailbox.Messages), (second.Counts.Copied, second.Counts.AlreadyThere));
        var verified = await host.AskAsync<VerifyMailbox, ItemVerified>(mailbox.Verify(2), e => e.ItemId == mailbox.Item);
        Assert.True(verified.Equal, string.Join('\n', verified.Differences));
        Assert.Equal(mailbox.Messages + 1, verified.Compared);
    }

    [Fact]
    [Trait("Requirement", "mail-R10")]
    public async Task A_second_pass_brings_only_what_came_since()
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("ordinary", 120, 8));
        await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer(), e => e.ItemId == mailbox.Item && e.Pass == 1);

        await MaildirWriter.DeliverAsync(mailbox.From, [], new LetterMaker(99).Letter(3000, new DateTimeOffset(2026, 1, 5, 8, 0, 0, TimeSpan.Zero)), default);
        var second = await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer(2, Bucket.CutOver), e => e.ItemId == mailbox.Item && e.Pass == 2);

        Assert.Equal((mailbox.Messages + 1, 1, mailbox.Messages), (second.Counts.Source, second.Counts.Copied, second.Counts.AlreadyThere));
        Assert.Empty(await mailbox.DifferencesAsync());
        var verified = await host.AskAsync<VerifyMailbox, ItemVerified>(mailbox.Verify(2, Bucket.CutOver), e => e.ItemId == mailbox.Item);
        Assert.True(verified.Equal);
    }

    [Fact]
    public async Task The_same_command_twice_is_one_pass()
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("ordinary", 40, 9));
        await host.SendAsync(mailbox.Transfer());
        await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer(), e => e.ItemId == mailbox.Item);
        await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer(2), e => e.ItemId == mailbox.Item && e.Pass == 2);
        Assert.Single(host.Events.OfType<ItemTransferred>(), e => e.Pass == 1);
        Assert.Empty(await mailbox.DifferencesAsync());
    }

    [Fact]
    public async Task A_lost_journal_brings_nothing_twice()
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("ordinary", 80, 10));
        await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer(), e => e.ItemId == mailbox.Item);
        Directory.Delete(host.Journals, recursive: true);

        var second = await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer(2), e => e.ItemId == mailbox.Item && e.Pass == 2);
        Assert.Equal((mailbox.Messages, 0, mailbox.Messages), (second.Counts.Source, second.Counts.Copied, second.Counts.AlreadyThere));
        Assert.Empty(await mailbox.DifferencesAsync());
    }

    [Fact]
    public async Task A_message_that_the_target_refuses_is_listed_and_the_others_arrive()
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("ordinary", 20, 11), await DovecotServer.SharedSmallAsync());
        var letters = new LetterMaker(5);
        await MaildirWriter.DeliverAsync(mailbox.From, [], letters.Letter(1_200_000, letters.Date(2020, 2021)), default);

        var moved = await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer(), e => e.ItemId == mailbox.Item);
        Assert.Equal((mailbox.Messages + 1, mailbox.Messages, 1), (moved.Counts.Source, moved.Counts.Copied, moved.Counts.Refused));
        var refused = Assert.Single(moved.Exceptions);
        Assert.Equal(FailureSide.Target, refused.Failure.Side);
        Assert.True(refused.Failure.Code is FailureCode.TooBig or FailureCode.ItemRefused, refused.Failure.Code);
        Assert.Equal(1, await host.QueryAsync(db => db.PassExceptions.CountAsync(x => x.Step == PassStep.Transfer)));

        var verified = await host.AskAsync<VerifyMailbox, ItemVerified>(mailbox.Verify(), e => e.ItemId == mailbox.Item);
        Assert.False(verified.Equal);
        Assert.Equal((Grade.Investigate, 1), (verified.Grade, verified.DifferenceCount));
    }

    [Fact]
    public async Task Progress_is_told_while_it_goes_on()
    {
        await using var host = await MailHost.StartAsync(("Mail:BytesPerSecond", "2000000"));
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("ordinary", 300, 12));
        await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer(), e => e.ItemId == mailbox.Item);
        var told = host.Events.OfType<ItemTransferAdvanced>().Where(e => e.ItemId == mailbox.Item).ToList();
        Assert.NotEmpty(told);
        Assert.All(told, e => Assert.InRange(e.Done, 0, e.Total));
    }
}
