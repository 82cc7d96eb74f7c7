using System.Security.Cryptography;
using Cassiopea.Lab.Servers;
using Cassiopea.Sympa.Host;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa.Tests;

/// <summary>A key that is only in memory opens a real sshd, and a Sympa behind it.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "lists-34")]
public sealed class SshKeyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_Sympa_is_entered_over_ssh_with_a_key_that_no_disk_and_no_command_line_holds()
    {
        await using var sshd = await SshdServer.StartAsync(Token);
        await using var sympa = await SympaServer.StartAsync("lists.oldhost.test", Token);
        await sympa.AddListAsync("infos", "subject Infos\n\n", "email zoe@skynet.example\n\n", "email chef@asbl.example\nprofile privileged\n\n", token: Token);
        var secret = await File.ReadAllTextAsync(sshd.Key, Token);
        File.Delete(sshd.Key);
        await using var key = await SshKey.OpenAsync(TransferSide.Source, secret, await File.ReadAllTextAsync(sshd.KnownHosts, Token), Token);
        var shell = SympaShell.Ssh(TransferSide.Source, $"{sshd.Login}@127.0.0.1", sshd.Port, key);

        var host = await SympaHost.OpenAsync(shell, sympa.Configuration, sympa.Library, Token);

        Assert.Equal("infos@lists.oldhost.test", Assert.Single(await host.ListsAsync("lists.oldhost.test", Token)).Address.ToString());
        var line = secret.Split('\n')[1];
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), "cassiopea-ssh-*"))
            Assert.DoesNotContain(Directory.EnumerateFiles(folder).Where(static file => Path.GetFileName(file) != "agent"), file => File.ReadAllText(file).Contains(line, StringComparison.Ordinal));
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(static folder => int.TryParse(Path.GetFileName(folder), out _)))
            Assert.DoesNotContain(line, CommandLine(process), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_the_server_does_not_know_an_unknown_server_and_what_is_no_key_are_refused()
    {
        await using var sshd = await SshdServer.StartAsync(Token);
        var known = await File.ReadAllTextAsync(sshd.KnownHosts, Token);
        using var other = RSA.Create(2048);
        await using (var stranger = await SshKey.OpenAsync(TransferSide.Target, other.ExportRSAPrivateKeyPem(), known, Token))
        {
            var refused = await Assert.ThrowsAsync<TransferException>(() => SympaShell.Ssh(TransferSide.Target, $"{sshd.Login}@127.0.0.1", sshd.Port, stranger).TextAsync("true", Token));
            Assert.Equal((TransferSide.Target, TransferCode.AuthenticationFailed), (refused.Side, refused.Code));
        }

        await using (var key = await SshKey.OpenAsync(TransferSide.Target, await File.ReadAllTextAsync(sshd.Key, Token), "[127.0.0.1]:1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGrkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", Token))
        {
            var refused = await Assert.ThrowsAsync<TransferException>(() => SympaShell.Ssh(TransferSide.Target, $"{sshd.Login}@127.0.0.1", sshd.Port, key).TextAsync("true", Token));
            Assert.Equal(TransferCode.CertificateRefused, refused.Code);
        }

        var none = await Assert.ThrowsAsync<TransferException>(() => SshKey.OpenAsync(TransferSide.Source, "hunter2", known, Token));
        Assert.Equal(TransferCode.AuthenticationFailed, none.Code);
        Assert.DoesNotContain("hunter2", none.Message, StringComparison.Ordinal);
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return ""; // it ended meanwhile
        }
    }
}
