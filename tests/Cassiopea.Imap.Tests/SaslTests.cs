using System.Security.Cryptography;
using System.Text;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Sasl;
using Cassiopea.Lab.Peers;
using Cassiopea.Transfer;
using Cassiopea.Transfer.Sasl;

namespace Cassiopea.Imap.Tests;

[Trait("Requirement", "mail-R20")]
public sealed class SaslTests
{
    [Theory]
    [InlineData("SHA256", "rOprNGfwEbeRWgbNEkqO", "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")]
    [InlineData("SHA1", "fyko+d2lbbFgONRv9qkxdawL", "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096", "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "rmF9pqV8S7suAoZWja4dJRkFsKQ=")]
    public void SCRAM_gives_the_proofs_of_the_RFCs_and_checks_the_server_s(string hash, string nonce, string first, string proof, string server)
    {
        var scram = new Scram(new HashAlgorithmName(hash), "user", "pencil", nonce);
        Assert.Equal($"n,,n=user,r={nonce}", Encoding.UTF8.GetString(scram.Initial()!));
        Assert.EndsWith(",p=" + proof, Encoding.UTF8.GetString(scram.Answer(Encoding.UTF8.GetBytes(first))), StringComparison.Ordinal);
        Assert.Empty(scram.Answer(Encoding.UTF8.GetBytes("v=" + server)));

        var other = new Scram(new HashAlgorithmName(hash), "user", "pencil", nonce);
        other.Answer(Encoding.UTF8.GetBytes(first));
        Assert.Throws<SaslException>(() => other.Answer(Encoding.UTF8.GetBytes("v=" + Convert.ToBase64String(new byte[32]))));
    }

    [Theory]
    [InlineData("r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=abc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=abcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999")]
    [InlineData("r=abcd,s=###,i=4096")]
    [InlineData("x")]
    public void A_server_that_breaks_SCRAM_is_not_answered(string first) =>
        Assert.Throws<SaslException>(() => new Scram(HashAlgorithmName.SHA256, "user", "pencil", "abc").Answer(Encoding.UTF8.GetBytes(first)));

    [Fact]
    public void CRAM_MD5_gives_the_answer_of_the_RFC() =>
        Assert.Equal("tim b913a602c7eda7a495b4e6e7334d3890", Encoding.UTF8.GetString(new CramMd5("tim", "tanstaaftanstaaf").Answer("<1896.697170952@postoffice.reston.mci.net>"u8.ToArray())));

    [Theory]
    [InlineData("AUTH=PLAIN AUTH=SCRAM-SHA-256", ImapTls.Implicit, false, "PLAIN")]
    [InlineData("AUTH=PLAIN AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-1", ImapTls.None, false, "SCRAM-SHA-256")]
    [InlineData("AUTH=SCRAM-SHA-1 LOGINDISABLED", ImapTls.Implicit, false, "SCRAM-SHA-1")]
    [InlineData("AUTH=PLAIN AUTH=CRAM-MD5", ImapTls.None, false, "CRAM-MD5")]
    [InlineData("IMAP4rev1", ImapTls.Implicit, false, "")]
    [InlineData("AUTH=XOAUTH2 AUTH=OAUTHBEARER AUTH=PLAIN", ImapTls.Implicit, true, "OAUTHBEARER")]
    [InlineData("AUTH=XOAUTH2 AUTH=PLAIN", ImapTls.Implicit, true, "XOAUTH2")]
    public void The_mechanism_fits_the_connection_and_the_credential(string offered, ImapTls tls, bool isToken, string name)
    {
        var chosen = SaslMechanism.Choose(ImapCapabilities.Parse(Encoding.ASCII.GetBytes(offered)), new("h", 993, tls, "u"), new("s", isToken));
        Assert.Equal(name, chosen?.Name ?? "");
    }

    [Fact]
    public async Task A_refused_token_ends_as_a_refused_login_with_the_server_s_own_answer()
    {
        await using var peer = ScriptedPeer.Start("""
            S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] hello
            C: $t AUTHENTICATE XOAUTH2 *
            S: + eyJzdGF0dXMiOiI0MDAifQ==
            C:
            S: $t NO [AUTHENTICATIONFAILED] token expired
            eof
            """);
        var account = new ImapAccount(new("127.0.0.1", peer.Port, ImapTls.None, "u"), _ => ValueTask.FromResult(new ImapCredential("tok", IsToken: true)));
        var refused = await Assert.ThrowsAsync<ImapException>(() => MailboxSurvey.RunAsync(account, TransferSide.Target, new(), CancellationToken.None));
        Assert.Equal((TransferCode.AuthenticationFailed, TransferSide.Target), (refused.Code, refused.Side));
        Assert.Contains("token expired", refused.Message, StringComparison.Ordinal);
    }
}
