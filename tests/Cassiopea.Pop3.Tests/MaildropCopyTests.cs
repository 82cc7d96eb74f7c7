using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Pop3.Tests;

[Trait("Category", "Servers")]
[Trait("Requirement", "mail-R22")]
public sealed class MaildropCopyTests
{
    [Fact]
    [Trait("Requirement", "mail-R23")]
    public async Task R22_every_message_of_a_maildrop_arrives_once_with_its_octets_in_its_order_and_stays_at_the_source()
    {
        await using var drop = await OldMaildrop.StartAsync(MailSets.Ordinary("pop", 300, 81));
        var before = await drop.SourceInboxAsync();
        var result = await drop.CopyAsync();
        Assert.Equal((TransferOutcome.Complete, (long)before.Count, (long)before.Count), (result.Outcome, result.Counts.Source, result.Counts.Copied));
        var there = await drop.TargetInboxAsync();
        Assert.Equal(before.Select(static message => message.Sha256), there.Select(static message => message.Sha256));
        Assert.Equal(before.Count, (await drop.SourceInboxAsync()).Count);
    }

    [Fact]
    public async Task R22_a_second_run_knows_messages_by_UIDL_and_copies_only_the_new_one()
    {
        await using var drop = await OldMaildrop.StartAsync(MailSets.Ordinary("pop", 100, 82));
        var first = await drop.CopyAsync();
        await MaildirWriter.DeliverAsync(drop.From, ["INBOX"], "Subject: late\r\nDate: 2 Feb 2015 01:02:03 +0000\r\n\r\nx\r\n"u8.ToArray(), CancellationToken.None);
        drop.OpenMapAgain();
        var second = await drop.CopyAsync();
        Assert.Equal((TransferOutcome.Complete, 1L, first.Counts.Copied), (second.Outcome, second.Counts.Copied, second.Counts.AlreadyThere));
        Assert.Equal(first.Counts.Copied + 1, (await drop.TargetInboxAsync()).Count);
    }

    [Fact]
    public async Task R22_without_UIDL_messages_are_known_again_by_their_content_and_equal_ones_stay_as_many()
    {
        var seed = MailSets.Ordinary("pop", 100, 83);
        var twin = seed.Messages.First(static message => message.Folder is ["INBOX"]);
        await using var drop = await OldMaildrop.StartAsync(seed with { Messages = [.. seed.Messages, twin, twin] });
        var options = new Pop3Options { WithoutCapabilities = ["UIDL"] };
        var first = await drop.CopyAsync(options);
        var second = await drop.CopyAsync(options);
        Assert.Equal((TransferOutcome.Complete, TransferOutcome.Complete, 0L), (first.Outcome, second.Outcome, second.Counts.Copied));
        Assert.Equal(first.Counts.Copied, second.Counts.AlreadyThere);
        Assert.Equal(3, (await drop.TargetInboxAsync()).GroupBy(static message => message.Sha256, StringComparer.Ordinal).Max(static group => group.Count()));
    }

    [Theory]
    [InlineData(50_000)]
    [InlineData(400_000)]
    public async Task R22_a_cut_connection_is_resumed_and_nothing_arrives_twice(int after)
    {
        await using var drop = await OldMaildrop.StartAsync(MailSets.Ordinary("pop", 200, 84));
        drop.Proxy.CutAfter(after, Toward.Client, reset: true);
        var result = await drop.CopyAsync();
        Assert.Equal(TransferOutcome.Complete, result.Outcome);
        Assert.Equal((await drop.SourceInboxAsync()).Select(static message => message.Sha256), (await drop.TargetInboxAsync()).Select(static message => message.Sha256));
    }

    [Fact]
    public async Task R22_without_PIPELINING_one_RETR_follows_the_other()
    {
        await using var drop = await OldMaildrop.StartAsync(MailSets.Ordinary("pop", 50, 85));
        var result = await drop.CopyAsync(new() { WithoutCapabilities = ["PIPELINING"] });
        Assert.Equal((TransferOutcome.Complete, 14L), (result.Outcome, result.Counts.Copied));
    }

    [Fact]
    [Trait("Requirement", "mail-R20")]
    public async Task STLS_is_demanded_and_a_wrong_password_is_told_as_such()
    {
        await using var drop = await OldMaildrop.StartAsync(MailSets.Ordinary("pop", 10, 86));
        var map = Transfer.Messages.UidMap.Open(null, TimeProvider.System);
        var secured = drop.Account with { Endpoint = drop.Account.Endpoint with { Tls = Pop3Tls.StartTls } };
        var stripped = await Assert.ThrowsAsync<TransferException>(() => Pop3Store.OpenAsync(secured, new(), map, TimeProvider.System, CancellationToken.None));
        Assert.Equal(TransferCode.TlsNotOffered, stripped.Code);
        var wrong = Pop3Account.WithPassword(drop.Account.Endpoint, "not-the-password");
        var refused = await Assert.ThrowsAsync<TransferException>(() => Pop3Store.OpenAsync(wrong, new(), map, TimeProvider.System, CancellationToken.None));
        Assert.Equal((TransferCode.AuthenticationFailed, TransferFailureKind.Refused), (refused.Code, refused.Kind));
        Assert.DoesNotContain("not-the-password", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "mail-R3")]
    public async Task No_DELE_is_ever_said()
    {
        var old = await DovecotServer.SharedOldAsync();
        await using var drop = await OldMaildrop.StartAsync(MailSets.Ordinary("pop", 30, 87));
        await drop.CopyAsync();
        Assert.DoesNotContain(DovecotServer.ChangesIn(old.Root), line => line.Contains($"({drop.From.User})", StringComparison.Ordinal) && line.Contains("expunge", StringComparison.Ordinal));
    }
}
