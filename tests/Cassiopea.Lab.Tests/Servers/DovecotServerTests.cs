using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab.Tests.Servers;

[Trait("Category", "Servers")]
public sealed class DovecotServerTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_old_host_has_a_prefix_and_dots()
    {
        var server = await DovecotServer.SharedOldAsync();
        var account = server.AddUniqueAccount();
        await using var imap = await LineClient.ConnectAsync(server.ImapPort, Token);
        Assert.StartsWith("* OK", await imap.ReadAsync(Token), StringComparison.Ordinal);
        Assert.Contains("a OK", await imap.ImapAsync($"LOGIN {account.User} {account.Password}", Token), StringComparison.Ordinal);
        Assert.Contains("((\"INBOX.\" \".\"))", await imap.ImapAsync("NAMESPACE", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_new_provider_has_no_prefix_and_slashes_and_MULTIAPPEND()
    {
        var server = await DovecotServer.SharedNewAsync();
        var account = server.AddUniqueAccount();
        await using var imap = await LineClient.ConnectAsync(server.ImapPort, Token);
        await imap.ReadAsync(Token);
        await imap.ImapAsync($"LOGIN {account.User} {account.Password}", Token);
        Assert.Contains("((\"\" \"/\"))", await imap.ImapAsync("NAMESPACE", Token), StringComparison.Ordinal);
        Assert.Contains("MULTIAPPEND", await imap.ImapAsync("CAPABILITY", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_small_provider_has_QUOTA_ACL_and_COMPRESS()
    {
        var server = await DovecotServer.SharedSmallAsync();
        var account = server.AddUniqueAccount();
        await using var imap = await LineClient.ConnectAsync(server.ImapPort, Token);
        await imap.ReadAsync(Token);
        await imap.ImapAsync($"LOGIN {account.User} {account.Password}", Token);
        var capability = await imap.ImapAsync("CAPABILITY", Token);
        Assert.All(["QUOTA", "ACL", "COMPRESS=DEFLATE"], word => Assert.Contains(word, capability, StringComparison.Ordinal));
        Assert.Contains("STORAGE 0 3072", await imap.ImapAsync("GETQUOTAROOT INBOX", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TLS_ManageSieve_and_POP3_answer_and_the_certificate_is_of_the_labs_authority()
    {
        using var certificates = new LabCertificates();
        await using var server = await DovecotServer.StartAsync(new() { Certificates = certificates, ManageSieve = true, Layout = DovecotLayout.Mdbox }, Token);
        await using var imaps = await LineClient.ConnectAsync(server.ImapsPort!.Value, Token, tls: true);
        Assert.StartsWith("* OK", await imaps.ReadAsync(Token), StringComparison.Ordinal);
        Assert.Equal("CN=Cassiopea lab", imaps.Issuer);
        await using var pop = await LineClient.ConnectAsync(server.Pop3Port, Token);
        Assert.StartsWith("+OK", await pop.ReadAsync(Token), StringComparison.Ordinal);
        await using var pops = await LineClient.ConnectAsync(server.Pop3sPort!.Value, Token, tls: true);
        Assert.StartsWith("+OK", await pops.ReadAsync(Token), StringComparison.Ordinal);
        await using var sieve = await LineClient.ConnectAsync(server.ManageSievePort!.Value, Token);
        Assert.Contains("IMPLEMENTATION", await sieve.ReadAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_keeps_ports_and_mail_and_the_end_leaves_no_process()
    {
        var server = await DovecotServer.StartAsync(new() { LogChanges = true, RawLog = true }, Token);
        var account = server.AddUniqueAccount();
        await server.DoveadmAsync(Token, "mailbox", "create", "-u", account.User, "INBOX.Projets");
        await server.RestartAsync(Token);
        await using (var imap = await LineClient.ConnectAsync(server.ImapPort, Token))
        {
            await imap.ReadAsync(Token);
            await imap.ImapAsync($"LOGIN {account.User} {account.Password}", Token);
            Assert.Contains("INBOX.Projets", await imap.ImapAsync("LIST \"\" *", Token), StringComparison.Ordinal);
            await imap.ImapAsync("CREATE INBOX.Neuf", Token);
            await imap.ImapAsync("LOGOUT", Token);
        }

        Assert.Contains("Mailbox created: INBOX.Neuf", server.Log, StringComparison.Ordinal);
        Assert.True(DovecotServer.ChangesIn(server.Root).Any(line => line.Contains("INBOX.Neuf", StringComparison.Ordinal)), server.Log);
        Assert.Contains("CREATE INBOX.Neuf", DovecotServer.RawLog(account), StringComparison.Ordinal);
        var pid = server.Pid!.Value;
        await server.DisposeAsync();
        Assert.False(Directory.Exists($"/proc/{pid}"));
    }

    [Fact]
    public async Task A_changed_password_no_longer_opens()
    {
        var server = await DovecotServer.SharedNewAsync();
        var account = server.AddUniqueAccount();
        await server.ChangePasswordAsync(account, Token);
        await using var imap = await LineClient.ConnectAsync(server.ImapPort, Token);
        await imap.ReadAsync(Token);
        Assert.Contains("AUTHENTICATIONFAILED", await imap.ImapAsync($"LOGIN {account.User} {account.Password}", Token), StringComparison.Ordinal);
    }
}
