using System.Security.Cryptography.X509Certificates;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Lab;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests;

/// <summary>TLS, login and hostile servers (security S6, S12, S13; facts R20, R21).</summary>
[Trait("Requirement", "mail-R20")]
[Trait("Requirement", "sec-S6")]
public sealed class ImapSecurityTests : IDisposable
{
    private const string Secret = "s3cret-canary-é";
    private readonly LabCertificates _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    [Trait("Category", "Servers")]
    public async Task TLS_is_verified_by_name_and_authority_and_a_pin_accepts_one_key_only()
    {
        await using var server = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Mdbox, Certificates = _authority }, CancellationToken.None);
        var account = server.AddUniqueAccount();
        ImapAccount At(string host, ImapTls tls, string? pin = null) => ImapAccount.WithPassword(
            new(host, tls == ImapTls.Implicit ? server.ImapsPort!.Value : server.ImapPort, tls, account.User, pin, System.Net.IPAddress.Loopback), account.Password);
        var trusting = new MailboxTransferOptions { TrustedRoots = [X509Certificate2.CreateFromPem(_authority.AuthorityPem)] };
        foreach (var tls in (ImapTls[])[ImapTls.Implicit, ImapTls.StartTls])
        {
            await SurveyAsync(At("localhost", tls), trusting);
            await SurveyAsync(At("anything.example", tls, server.CertificatePin), new());
            Assert.Equal(TransferCode.CertificateRefused, (await RefusedAsync(At("localhost", tls), new())).Code);
            Assert.Equal(TransferCode.CertificateRefused, (await RefusedAsync(At("other.example", tls), trusting)).Code);
            var wrong = await RefusedAsync(At("localhost", tls, Convert.ToBase64String(new byte[32])), trusting);
            Assert.Equal((TransferCode.CertificateRefused, TransferFailureKind.Refused), (wrong.Code, wrong.Kind));
        }
    }

    [Fact]
    public async Task A_server_that_hides_STARTTLS_never_sees_the_password()
    {
        await using var peer = ScriptedPeer.Start("S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\neof");
        var refused = await RefusedAsync(Account(peer.Port, ImapTls.StartTls), new());
        Assert.Equal(TransferCode.TlsNotOffered, refused.Code);
        Assert.DoesNotContain(peer.Received, static line => line.Contains("LOGIN", StringComparison.Ordinal) || line.Contains("AUTHENTICATE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_greeting_that_says_PREAUTH_before_STARTTLS_is_refused()
    {
        await using var peer = ScriptedPeer.Start("S: * PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hello\neof");
        Assert.Equal(TransferCode.TlsNotOffered, (await RefusedAsync(Account(peer.Port, ImapTls.StartTls), new())).Code);
    }

    [Fact]
    public async Task What_is_injected_in_clear_behind_STARTTLS_is_thrown_away()
    {
        var issued = _authority.Issue("localhost");
        using var certificate = X509CertificateLoader.LoadPkcs12(X509Certificate2.CreateFromPem(issued.CertificatePem, issued.KeyPem).Export(X509ContentType.Pkcs12), null);
        await using var peer = ScriptedPeer.Start(certificate, """
            S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hello
            C: $t STARTTLS
            S: $t OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=INJECTED
            tls
            C: $t CAPABILITY
            S: * CAPABILITY IMAP4rev1 LOGINDISABLED
            S: $t OK done
            eof
            """);
        var options = new MailboxTransferOptions { TrustedRoots = [X509Certificate2.CreateFromPem(_authority.AuthorityPem)] };
        var refused = await RefusedAsync(Account(peer.Port, ImapTls.StartTls, "localhost"), options);
        Assert.Equal(TransferCode.AuthenticationFailed, refused.Code);
        Assert.Empty(peer.Deviations);
    }

    [Fact]
    public async Task LOGINDISABLED_is_honoured()
    {
        await using var peer = ScriptedPeer.Start("S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hello\neof");
        Assert.Equal(TransferCode.AuthenticationFailed, (await RefusedAsync(Account(peer.Port, ImapTls.None), new())).Code);
        Assert.Empty(peer.Received);
    }

    [Theory]
    [InlineData("NO [AUTHENTICATIONFAILED] wrong", TransferCode.AuthenticationFailed, TransferFailureKind.Refused)]
    [InlineData("NO wrong", TransferCode.AuthenticationFailed, TransferFailureKind.Refused)]
    [InlineData("NO [UNAVAILABLE] later", TransferCode.Throttled, TransferFailureKind.Passing)]
    [InlineData("BAD what", TransferCode.AuthenticationFailed, TransferFailureKind.Refused)]
    public async Task A_refused_login_says_why_and_never_shows_the_secret(string answer, string code, TransferFailureKind kind)
    {
        await using var peer = ScriptedPeer.Start($"S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello\nC: $t AUTHENTICATE PLAIN *\nS: $t {answer}\neof");
        var refused = await RefusedAsync(Account(peer.Port, ImapTls.None), new());
        Assert.Equal((code, kind, TransferSide.Source), (refused.Code, refused.Kind, refused.Side));
        Assert.DoesNotContain(Secret, refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Secret)), refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, new ImapCredential(Secret).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Requirement", "mail-R21")]
    [InlineData("S- * OK ")]
    [InlineData("S: HTTP/1.1 400 Bad Request")]
    [InlineData("S: * BYE go away")]
    [InlineData("S: * OK [CAPABILITY IMAP4rev1] hi\nC: $t LOGIN *\nS: X1 OK another tag\neof")]
    [InlineData("S: * OK [CAPABILITY IMAP4rev1] hi\nC: $t LOGIN *\nS: * LIST () \".\" {999999999}\neof")]
    [InlineData("S: * OK [CAPABILITY IMAP4rev1] hi\nC: $t LOGIN *\nS: $t OK [CAPABILITY IMAP4rev1] in\nC: $t LIST *\nC: $u LSUB *\nS: * LIST (\\\\X \".\" a\neof")]
    [InlineData("S: * OK [CAPABILITY IMAP4rev1] hi\ncut")]
    public async Task A_peer_that_does_not_speak_IMAP_gives_a_failure_with_side_and_kind(string transcript)
    {
        await using var peer = ScriptedPeer.Start(transcript);
        var failed = await RefusedAsync(Account(peer.Port, ImapTls.None), new() { Idle = TimeSpan.FromMilliseconds(400) });
        Assert.Equal(TransferSide.Source, failed.Side);
    }

    private static ImapAccount Account(int port, ImapTls tls, string host = "127.0.0.1") =>
        ImapAccount.WithPassword(new(host, port, tls, "user", Address: System.Net.IPAddress.Loopback), Secret);

    private static Task<MailboxSurveyResult> SurveyAsync(ImapAccount account, MailboxTransferOptions options) =>
        MailboxSurvey.RunAsync(account, TransferSide.Source, options, CancellationToken.None);

    private static Task<ImapException> RefusedAsync(ImapAccount account, MailboxTransferOptions options) =>
        Assert.ThrowsAsync<ImapException>(() => SurveyAsync(account, options));
}
