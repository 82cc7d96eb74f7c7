using System.Security.Cryptography.X509Certificates;
using Cassiopea.Imap.Driver;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Tests.Mailbox;
using Cassiopea.Lab;
using Cassiopea.Lab.Manifest;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Driver;

/// <summary>What every driver keeps, on real servers.</summary>
[Trait("Category", "Servers")]
public abstract class MailboxDriverContract
{
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);

    /// <summary>The driver that is judged.</summary>
    protected abstract IMailboxDriver Driver { get; }

    [Fact]
    [Trait("Requirement", "mail-R1")]
    [Trait("Requirement", "mail-R3")]
    public async Task A_mailbox_arrives_octet_for_octet_with_dates_flags_keywords_order_and_subscriptions_and_the_source_is_only_read()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 100, 81));
        var before = await two.SourceManifestAsync();
        var result = await CopyAsync(two);
        Assert.Null(result.Failure);
        Assert.Equal((TransferOutcome.Complete, 100L, 100L), (result.Outcome, result.Counts.Source, result.Counts.Copied));
        Assert.True(result.Counts.AddUp);
        Assert.Empty(await DifferencesAsync(two));
        var after = await two.SourceManifestAsync();
        Assert.Equal(before.Folders.SelectMany(static folder => folder.Value.Messages), after.Folders.SelectMany(static folder => folder.Value.Messages));
        Assert.DoesNotContain(DovecotServer.ChangesIn(two.OldHost.Root), change => change.Contains(two.From.User, StringComparison.Ordinal));
        var verified = await VerifyAsync(two);
        Assert.Equal((true, 100L, 0L), (verified.Equal, verified.Compared, verified.Extra));
    }

    [Fact]
    [Trait("Requirement", "mail-R4")]
    public async Task Every_unusual_message_arrives_unchanged_or_is_listed()
    {
        await using var two = await TwoMailboxes.StartAsync(OddMail.Kept());
        var result = await CopyAsync(two);
        Assert.Null(result.Failure);
        Assert.True(result.Counts.AddUp);
        Assert.Equal(0, result.Counts.Remaining);
        var missing = (await DifferencesAsync(two)).Where(static difference => difference.What != "order").ToList();
        Assert.All(missing, static difference => Assert.Equal("missing", difference.What));
        Assert.Equal(result.Counts.Refused, missing.Count);
        Assert.Equal(result.Counts.Refused, result.Exceptions.Count(static exception => exception.Kind != TransferFailureKind.Passing));
        Assert.Equal(result.Counts.Refused == 0 ? TransferOutcome.Complete : TransferOutcome.Exceptions, result.Outcome);
    }

    [Fact]
    [Trait("Requirement", "mail-R9")]
    [Trait("Requirement", "mail-R10")]
    [Trait("Requirement", "mail-R11")]
    public async Task A_later_pass_carries_over_what_is_new_and_leaves_what_people_did_at_the_target()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 100, 82));
        await CopyAsync(two);
        var same = await CopyAsync(two);
        Assert.Equal((TransferOutcome.Complete, 0L, 100L), (same.Outcome, same.Counts.Copied, same.Counts.AlreadyThere));

        await MaildirWriter.DeliverAsync(two.From, ["INBOX"], "Subject: late\r\n\r\nx\r\n"u8.ToArray(), CancellationToken.None);
        await two.OldHost.DoveadmAsync(CancellationToken.None, "flags", "add", "-u", two.From.User, "Suivi \\Flagged", "mailbox", "INBOX", "uid", "2");
        await two.NewHost.DoveadmAsync(CancellationToken.None, "expunge", "-u", two.To.User, "mailbox", "INBOX", "uid", "3");
        await two.NewHost.DoveadmAsync(CancellationToken.None, "flags", "add", "-u", two.To.User, "Ici", "mailbox", "INBOX", "uid", "4");
        var later = await CopyAsync(two);
        Assert.Equal((TransferOutcome.Complete, 101L, 1L), (later.Outcome, later.Counts.Source, later.Counts.Copied));
        var there = (await two.TargetManifestAsync()).Folders["INBOX"].Messages;
        var here = (await two.SourceManifestAsync()).Folders["INBOX"].Messages;
        Assert.Equal(here.Count - 1, there.Count);
        Assert.DoesNotContain(there, static message => message.Uid == 3);
        Assert.Contains("Suivi", there.Single(static message => message.Uid == 2).Keywords, StringComparison.Ordinal);
        Assert.Contains("Ici", there.Single(static message => message.Uid == 4).Keywords, StringComparison.Ordinal);

        var verified = await VerifyAsync(two);
        Assert.False(verified.Equal);
        Assert.Equal([TransferCode.ItemMissing, TransferCode.NotExpressible], verified.Differences.Select(static difference => difference.Code).Order(StringComparer.Ordinal));
    }

    [Theory]
    [Trait("Requirement", "mail-R12")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cut_at_either_end_the_same_run_or_the_next_completes_without_loss_or_double(bool atSource)
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 100, 83));
        for (var cut = 300_000; cut < 1_200_000; cut += 400_000)
        {
            if (atSource) two.SourceProxy.CutAfter(cut, Toward.Client, reset: true);
            else two.TargetProxy.CutAfter(cut, Toward.Server, reset: true);
            await CopyAsync(two);
        }

        var result = await CopyAsync(two);
        Assert.Equal(TransferOutcome.Complete, result.Outcome);
        Assert.DoesNotContain(await DifferencesAsync(two), static difference => difference.What != "order");
    }

    [Fact]
    [Trait("Requirement", "mail-R27")]
    public async Task Cancelled_it_says_what_was_done_and_the_next_run_completes()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 100, 84));
        using var stop = new CancellationTokenSource();
        var options = new MailboxTransferOptions
        {
            BytesPerSecond = 400_000,
            ProgressEvery = TimeSpan.FromMilliseconds(1),
            Progress = now =>
            {
                if (now.Items > 0) stop.Cancel();
            },
        };
        var result = await CopyAsync(two, options, stop.Token);
        Assert.Equal(TransferOutcome.Interrupted, result.Outcome);
        Assert.True(result.Counts.AddUp);
        Assert.InRange(result.Counts.Remaining, 1, 99);
        Assert.Equal(TransferOutcome.Complete, (await CopyAsync(two)).Outcome);
        Assert.Empty(await DifferencesAsync(two));
    }

    [Fact]
    [Trait("Requirement", "mail-R15")]
    public async Task A_full_target_stops_the_account()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 500, 85), await DovecotServer.SharedSmallAsync());
        var result = await CopyAsync(two);
        Assert.Equal((TransferOutcome.Stopped, TransferCode.OverQuota), (result.Outcome, result.Failure?.Code));
        Assert.True(result.Counts.AddUp);
        Assert.InRange(result.Counts.Remaining, 1, 500);
    }

    [Fact]
    [Trait("Requirement", "mail-R20")]
    public async Task A_survey_needs_the_right_certificate_and_the_right_password()
    {
        using var authority = new LabCertificates();
        await using var server = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Quota, Certificates = authority }, CancellationToken.None);
        var account = server.AddUniqueAccount();
        await MaildirWriter.DeliverAsync(account, ["INBOX"], "Subject: one\r\n\r\nx\r\n"u8.ToArray(), CancellationToken.None);
        ImapAccount At(string host, ImapTls tls, string password, string? pin = null) => ImapAccount.WithPassword(
            new(host, tls == ImapTls.Implicit ? server.ImapsPort!.Value : server.ImapPort, tls, account.User, pin, System.Net.IPAddress.Loopback), password);
        var trusting = new MailboxTransferOptions { TrustedRoots = [X509Certificate2.CreateFromPem(authority.AuthorityPem)] };
        foreach (var tls in (ImapTls[])[ImapTls.Implicit, ImapTls.StartTls])
        {
            var found = await SurveyAsync(At("localhost", tls, account.Password), trusting);
            Assert.Equal((1L, 3_145_728L), (found.Messages, found.QuotaLimitBytes));
            Assert.NotNull(found.NewestReceivedAt);
            await SurveyAsync(At("any.example", tls, account.Password, server.CertificatePin), new());
            Assert.Equal(TransferCode.CertificateRefused, (await RefusedAsync(At("localhost", tls, account.Password), new())).Code);
            Assert.Equal(TransferCode.CertificateRefused, (await RefusedAsync(At("other.example", tls, account.Password), trusting)).Code);
            var wrong = await RefusedAsync(At("localhost", tls, "secret-canary"), trusting);
            Assert.Equal((TransferCode.AuthenticationFailed, TransferFailureKind.Refused, TransferSide.Source), (wrong.Code, wrong.Kind, wrong.Side));
            Assert.DoesNotContain("secret-canary", wrong.ToString(), StringComparison.Ordinal);
        }
    }

    private async Task<MailboxTransferResult> CopyAsync(TwoMailboxes two, MailboxTransferOptions? options = null, CancellationToken token = default)
    {
        var result = await Driver.CopyAsync(two.Source, two.Target, two.Journal, options ?? new(), token);
        _made.UnionWith(result.Exceptions.Where(static exception => exception.Text.StartsWith("An empty folder was made", StringComparison.Ordinal)).Select(static exception => exception.Item.Split(" ; ")[0]));
        return result;
    }

    /// <summary>What differs, but for empty folders of which the driver said that it must make them.</summary>
    private async Task<IReadOnlyList<ManifestDifference>> DifferencesAsync(TwoMailboxes two) =>
        [.. (await two.DifferencesAsync()).Where(difference => !(difference.What == "extra" && difference.Detail.StartsWith("folder with 0 messages", StringComparison.Ordinal) && _made.Contains(difference.Folder)))];

    private Task<MailboxVerificationResult> VerifyAsync(TwoMailboxes two) => Driver.VerifyAsync(two.Source, two.Target, two.Journal, null, new(), CancellationToken.None);

    private Task<MailboxSurveyResult> SurveyAsync(ImapAccount account, MailboxTransferOptions options) => Driver.SurveyAsync(account, TransferSide.Source, options, CancellationToken.None);

    private Task<ImapException> RefusedAsync(ImapAccount account, MailboxTransferOptions options) => Assert.ThrowsAsync<ImapException>(() => SurveyAsync(account, options));
}

/// <summary>The engine of this library.</summary>
public sealed class EngineDriverTests : MailboxDriverContract
{
    protected override IMailboxDriver Driver { get; } = new EngineDriver(TimeProvider.System);

    [Fact]
    public void A_driver_that_this_build_does_not_have_is_not_replaced_by_another()
    {
        Assert.Equal("engine", MailboxDrivers.Names[0]);
        Assert.All(MailboxDrivers.Names, static name => Assert.Equal(name, MailboxDrivers.Named(name, TimeProvider.System)?.Name));
        Assert.Null(MailboxDrivers.Named("other", TimeProvider.System));
    }
}
