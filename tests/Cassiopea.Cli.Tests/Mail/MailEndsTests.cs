using System.Globalization;
using Cassiopea.Cli.Mail;
using Cassiopea.Imap;
using Cassiopea.Lab;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Cli.Tests.Mail;

[Trait("Requirement", "mail-R20")]
public sealed class MailEndsTests
{
    private static readonly Command Copy = MailCommands.All.Single(static command => command.Name == "mail copy");
    private readonly string _password = Write("secret-canary");

    [Theory]
    [InlineData("imap://u@h.example/", 993, ImapTls.Implicit)]
    [InlineData("imap://u@h.example:2993/", 2993, ImapTls.Implicit)]
    [InlineData("imap://u@h.example/?tls=starttls", 143, ImapTls.StartTls)]
    [InlineData("imap://u@h.example/?tls=none", 143, ImapTls.None)]
    public void TLS_is_what_one_gets_without_asking(string url, int port, ImapTls tls)
    {
        var endpoint = Account(url).Endpoint;
        Assert.Equal((port, tls), (endpoint.Port, endpoint.Tls));
    }

    [Fact]
    public async Task A_server_without_TLS_never_sees_the_password_unless_tls_none_was_written()
    {
        await using var peer = ScriptedPeer.Start("S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\nC: *\neof");
        var code = await CommandTable.RunAsync(["mail", "survey", "--from", $"imap://u@127.0.0.1:{peer.Port}/", "--from-password-file", _password, "--quiet"]);
        Assert.NotEqual(ExitCode.Complete, code);
        Assert.DoesNotContain(peer.Received, static line => line.Contains("secret-canary", StringComparison.Ordinal) || line.Contains("AUTHENTICATE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("imap://u@h.example/?pin=abc")]
    [InlineData("imap://u@h.example/?pin=abc&pin-reason=old")]
    [InlineData("imap://u@h.example/?pin=abc&pin-until=2030-01-01")]
    [InlineData("imap://u@h.example/?pin=abc&pin-reason=old&pin-until=soon")]
    [InlineData("imap://u:secret@h.example/")]
    public void An_exception_without_reason_or_end_and_a_password_in_the_address_are_refused(string url) => Assert.Throws<UsageException>(() => Account(url));

    [Fact]
    [Trait("Category", "Servers")]
    [Trait("Requirement", "sec-S6")]
    public async Task A_pinned_key_is_accepted_until_its_last_day_and_then_the_exit_code_is_3()
    {
        using var authority = new LabCertificates();
        await using var server = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Mdbox, Certificates = authority, CertificateExpired = true }, CancellationToken.None);
        var account = server.AddUniqueAccount();
        var password = Write(account.Password);
        var today = TimeProvider.System.GetUtcNow();
        Task<int> SurveyAsync(DateTimeOffset until, string file) => CommandTable.RunAsync([
            "mail", "survey", "--from-password-file", file, "--quiet", "--from",
            $"imap://{account.User}@127.0.0.1:{server.ImapsPort}/?pin={Uri.EscapeDataString(server.CertificatePin!)}&pin-reason=old%20host&pin-until={until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}"]);
        Assert.Equal(ExitCode.Complete, await SurveyAsync(today, password));
        Assert.Equal(ExitCode.Refused, await SurveyAsync(today.AddDays(-1), password));
        Assert.Equal(ExitCode.Authentication, await SurveyAsync(today, _password));
    }

    [Theory]
    [InlineData("outlook")]
    [InlineData("MailKit")]
    public void A_driver_that_this_build_does_not_have_is_refused(string name) =>
        Assert.Throws<UsageException>(() => MailEnds.Driver(CommandLine.Parse(Copy, ["--driver", name])));

    [Fact]
    public void Without_a_name_the_engine_moves_mailboxes() => Assert.Equal("engine", MailEnds.Driver(CommandLine.Parse(Copy, [])).Name);

    [Fact]
    public async Task A_token_is_read_or_made_anew_at_each_login()
    {
        var file = Write("first\n");
        var byFile = Account("imap://u@h.example/", "--from-token-file", file);
        Assert.Equal(("first", true), await SecretAsync(byFile));
        await File.WriteAllTextAsync(file, "second");
        Assert.Equal(("second", true), await SecretAsync(byFile));

        var byCommand = Account("imap://u@h.example/", "--from-token-command", $"cat '{file}'; echo more");
        Assert.Equal(("secondmore", true), await SecretAsync(byCommand));
        await File.WriteAllTextAsync(file, "third\nand more\n");
        Assert.Equal(("third", true), await SecretAsync(byCommand));
        foreach (var wrong in (string[])["echo secret-canary; exit 3", "true"])
        {
            var failed = await Assert.ThrowsAsync<TransferException>(() => SecretAsync(Account("imap://u@h.example/", "--from-token-command", wrong)));
            Assert.Equal(TransferCode.AuthenticationFailed, failed.Code);
            Assert.DoesNotContain("secret-canary", failed.Message, StringComparison.Ordinal);
        }

        Assert.Throws<UsageException>(() => Account("imap://u@h.example/", "--from-token-command", "true", "--from-token-file", file));
    }

    private ImapAccount Account(string url, params string[] more) =>
        MailEnds.Account(CommandLine.Parse(Copy, ["--from", url, "--from-password-file", _password, .. more]), "from");

    private static async Task<(string, bool)> SecretAsync(ImapAccount account)
    {
        var credential = await account.Credential(CancellationToken.None);
        return (credential.Secret, credential.IsToken);
    }

    private static string Write(string text)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("cassiopea-cli-").FullName, "secret");
        File.WriteAllText(file, text);
        return file;
    }
}
