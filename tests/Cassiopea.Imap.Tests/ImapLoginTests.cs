using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Tests.Mailbox;
using Cassiopea.Lab;
using Cassiopea.Lab.Manifest;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests;

/// <summary>Access tokens that end during a run, masters who enter for others, exceptions for certificates.</summary>
[Trait("Requirement", "mail-R20")]
public sealed class ImapLoginTests
{
    [Theory]
    [Trait("Category", "Servers")]
    [InlineData("")]
    [InlineData("AUTH=OAUTHBEARER")]
    public async Task A_token_that_ends_during_a_run_is_asked_for_anew_and_the_run_completes(string without)
    {
        await using var tokens = TokenServer.Start();
        await using var host = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Maildir, TokenLookup = tokens.Url }, CancellationToken.None);
        var (from, newHost) = (host.AddUniqueAccount("old"), await DovecotServer.SharedNewAsync());
        await MaildirWriter.WriteAsync(from, MailSets.Ordinary("o", 400, 61), CancellationToken.None);
        var to = newHost.AddUniqueAccount("new");
        string[] current = [tokens.Issue(from.User)];
        var asked = new List<string>();
        var stale = 0;
        ImapAccount source = new(new("127.0.0.1", host.ImapPort, ImapTls.None, from.User), _ =>
        {
            // once after the end the cache still gives the old token, as a token file does that is written a moment later
            lock (asked)
            {
                asked.Add(current.Length > 1 && stale++ == 0 ? current[0] : current[^1]);
                return ValueTask.FromResult(new ImapCredential(asked[^1], IsToken: true));
            }
        });
        var ended = false;
        var options = new MailboxTransferOptions
        {
            BytesPerSecond = 2_000_000,
            ProgressEvery = TimeSpan.FromMilliseconds(1),
            WithoutCapabilities = without.Split(' '),
            Progress = now =>
            {
                if (now.Items == 0 || ended) return;
                ended = true;
                lock (asked) current = [current[0], tokens.Issue(from.User)];
                host.KickAsync(from, CancellationToken.None).GetAwaiter().GetResult();
            },
        };
        var journal = Directory.CreateTempSubdirectory("cassiopea-token-").FullName;
        var result = await new MailboxTransfer(TimeProvider.System).RunAsync(source, TwoMailboxes.Account(newHost.ImapPort, to), journal, options, CancellationToken.None);
        Assert.Null(result.Failure);
        Assert.Equal((TransferOutcome.Complete, 400L), (result.Outcome, result.Counts.Copied));
        Assert.True(ended);
        Assert.Equal(2, asked.Distinct(StringComparer.Ordinal).Count());
        Assert.InRange(tokens.Refused, 1, 10);
        Assert.Empty(ManifestComparison.Compare(await MailManifest.ReadAsync(ImapAccess.To(host, from), CancellationToken.None), await MailManifest.ReadAsync(ImapAccess.To(newHost, to), CancellationToken.None)));
        Directory.Delete(journal, recursive: true);
    }

    [Fact]
    [Trait("Category", "Servers")]
    public async Task A_token_that_nobody_renews_ends_the_run_as_a_refused_login()
    {
        await using var tokens = TokenServer.Start();
        await using var host = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Maildir, TokenLookup = tokens.Url }, CancellationToken.None);
        var account = host.AddUniqueAccount();
        var old = tokens.Issue(account.User);
        tokens.Issue(account.User);
        var refused = await Assert.ThrowsAsync<ImapException>(() => MailboxSurvey.RunAsync(
            new(new("127.0.0.1", host.ImapPort, ImapTls.None, account.User), _ => ValueTask.FromResult(new ImapCredential(old, IsToken: true))), TransferSide.Source, new(), CancellationToken.None));
        Assert.Equal((TransferCode.AuthenticationFailed, TransferFailureKind.Refused), (refused.Code, refused.Kind));
        Assert.DoesNotContain(old, refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, tokens.Refused);
    }

    [Theory]
    [InlineData(true, TransferFailureKind.Passing)]
    [InlineData(false, TransferFailureKind.Refused)]
    public async Task A_server_that_says_EXPIRED_in_the_middle_asks_for_a_new_login_only_where_a_token_was_used(bool byToken, TransferFailureKind kind)
    {
        await using var peer = ScriptedPeer.Start("S: * OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR AUTH=PLAIN] hi\nC: $t AUTHENTICATE *\nS: $t OK [CAPABILITY IMAP4rev1] in\nC: $t LIST *\nC: $u LSUB *\nS: $t NO [EXPIRED] over\neof");
        var account = new ImapAccount(new("127.0.0.1", peer.Port, ImapTls.None, "u"), _ => ValueTask.FromResult(new ImapCredential("x", byToken)));
        Assert.Equal(kind, (await Assert.ThrowsAsync<ImapException>(() => MailboxSurvey.RunAsync(account, TransferSide.Source, new(), CancellationToken.None))).Kind);
    }

    [Fact]
    [Trait("Category", "Servers")]
    public async Task A_master_enters_the_mailbox_of_another_as_user_star_master()
    {
        await using var host = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Maildir, MasterPassword = "m-secret" }, CancellationToken.None);
        var from = host.AddUniqueAccount("old");
        await MaildirWriter.WriteAsync(from, MailSets.Ordinary("o", 100, 62), CancellationToken.None);
        var master = ImapAccount.WithPassword(new("127.0.0.1", host.ImapPort, ImapTls.None, from.User + "*master"), "m-secret");
        Assert.Equal(100, (await MailboxSurvey.RunAsync(master, TransferSide.Source, new(), CancellationToken.None)).Messages);
        var wrong = ImapAccount.WithPassword(master.Endpoint, "wrong");
        Assert.Equal(TransferCode.AuthenticationFailed, (await Assert.ThrowsAsync<ImapException>(() => MailboxSurvey.RunAsync(wrong, TransferSide.Source, new(), CancellationToken.None))).Code);
    }

    [Fact]
    [Trait("Category", "Servers")]
    [Trait("Requirement", "sec-S6")]
    public async Task A_certificate_exception_holds_for_its_key_until_its_end_and_then_says_so()
    {
        using var authority = new LabCertificates();
        await using var server = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Mdbox, Certificates = authority, CertificateExpired = true }, CancellationToken.None);
        var account = server.AddUniqueAccount();
        var now = TimeProvider.System.GetUtcNow();
        ImapAccount Until(DateTimeOffset? until) => ImapAccount.WithPassword(
            new("localhost", server.ImapsPort!.Value, ImapTls.Implicit, account.User, server.CertificatePin, System.Net.IPAddress.Loopback, "old host renews no more", until), account.Password);
        await MailboxSurvey.RunAsync(Until(now.AddDays(1)), TransferSide.Source, new(), CancellationToken.None);
        var ended = await Assert.ThrowsAsync<ImapException>(() => MailboxSurvey.RunAsync(Until(now.AddDays(-1)), TransferSide.Source, new(), CancellationToken.None));
        Assert.Equal((TransferCode.CertificateRefused, TransferFailureKind.Refused), (ended.Code, ended.Kind));
        Assert.Contains("old host renews no more", ended.Message, StringComparison.Ordinal);
        Assert.Contains(now.AddDays(-1).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), ended.Message, StringComparison.Ordinal);
    }
}
