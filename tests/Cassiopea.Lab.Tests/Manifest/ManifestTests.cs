using Cassiopea.Lab.Manifest;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab.Tests.Manifest;

[Trait("Category", "Servers")]
public sealed class ManifestTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_seeded_mailbox_stands_on_the_old_host_as_it_was_made()
    {
        var mailbox = MailSets.Ordinary("x", 200, 5);
        var (server, account) = await SeedAsync(mailbox);
        var manifest = await MailManifest.ReadAsync(ImapAccess.To(server, account), Token);
        Assert.Equal(mailbox.Messages.Count, manifest.Messages);
        foreach (var folder in mailbox.Folders)
        {
            var path = string.Join('\u001f', folder.Path);
            Assert.Contains(path, manifest.Folders.Keys);
            Assert.Contains(path, manifest.Subscribed);
            var wanted = mailbox.Messages.Where(m => m.Folder.SequenceEqual(folder.Path, StringComparer.Ordinal)).ToArray();
            var got = manifest.Folders[path].Messages;
            Assert.Equal(wanted.Select(m => m.InternalDate), got.Select(m => m.InternalDate));
            Assert.Equal(wanted.Select(m => string.Join(' ', m.Keywords)), got.Select(m => m.Keywords));
            Assert.Equal(wanted.Select(m => m.Flags.Contains('S')), got.Select(m => m.Flags.Contains("\\seen", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task The_odd_mailbox_can_be_read_and_keeps_its_NULs_and_its_empty_message()
    {
        var mailbox = OddMail.All();
        var (server, account) = await SeedAsync(mailbox);
        var manifest = await MailManifest.ReadAsync(ImapAccess.To(server, account), Token);
        Assert.Equal(mailbox.Messages.Count, manifest.Messages);
        Assert.Equal(mailbox.Folders.Select(f => string.Join('\u001f', f.Path)).Order(StringComparer.Ordinal), manifest.Folders.Keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain("non abonné", manifest.Subscribed);
        Assert.Contains(manifest.Folders["INBOX"].Messages, m => m.Size == 0);
        var nul = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("Subject: NUL\r\n\r\navant\0après\r\n"u8));
        Assert.Contains(manifest.Folders["INBOX"].Messages, m => m.BinarySha256 == nul && m.Sha256 != nul);
    }

    [Fact]
    public async Task Reading_a_manifest_changes_nothing()
    {
        var server = await DovecotServer.SharedOldAsync();
        var account = server.AddUniqueAccount();
        await MaildirWriter.WriteAsync(account, MailSets.Ordinary("x", 50, 5), Token);
        var first = await MailManifest.ReadAsync(ImapAccess.To(server, account), Token);
        var second = await MailManifest.ReadAsync(ImapAccess.To(server, account), Token);
        Assert.Empty(ManifestComparison.Compare(first, second));
        Assert.DoesNotContain(DovecotServer.ChangesIn(server.Root), line => line.Contains(account.User, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_poisoned_message_breaks_the_connection()
    {
        var (server, account) = await SeedAsync(OddMail.Poisoned());
        await Assert.ThrowsAnyAsync<Exception>(() => MailManifest.ReadAsync(ImapAccess.To(server, account), Token));
    }

    [Theory]
    [InlineData("byte", "missing", "extra")]
    [InlineData("NUL", "NUL")]
    [InlineData("flag", "flags")]
    [InlineData("keyword", "keywords")]
    [InlineData("date", "date")]
    [InlineData("lost", "missing")]
    [InlineData("twice", "extra")]
    [InlineData("unsubscribed", "subscription")]
    public async Task One_change_is_seen(string change, params string[] seen)
    {
        var mailbox = MailSets.Ordinary("x", 100, 6);
        var victim = mailbox.Messages[42];
        var (server, account) = await SeedAsync(
            change == "NUL" ? Replace(mailbox, victim, [victim with { Content = [.. victim.Content[..^1], 0, (byte)'\n'] }]) : mailbox);
        var changed = change switch
        {
            "byte" => Replace(mailbox, victim, [victim with { Content = [.. victim.Content[..^2], (byte)'!', (byte)'\n'] }]),
            "NUL" => Replace(mailbox, victim, [victim with { Content = [.. victim.Content[..^1], 0x80, (byte)'\n'] }]),
            "flag" => Replace(mailbox, victim, [victim with { Flags = victim.Flags.Contains('F') ? "" : "F" + victim.Flags }]),
            "keyword" => Replace(mailbox, victim, [victim with { Keywords = ["Autre"] }]),
            "date" => Replace(mailbox, victim, [victim with { InternalDate = victim.InternalDate.AddSeconds(1) }]),
            "lost" => Replace(mailbox, victim, []),
            "twice" => Replace(mailbox, victim, [victim, victim]),
            _ => mailbox with { Folders = [.. mailbox.Folders.Select(f => f.Path[0] == "Junk" ? f with { Subscribed = false } : f)] },
        };
        var (otherServer, other) = await SeedAsync(changed);
        var differences = ManifestComparison.Compare(
            await MailManifest.ReadAsync(ImapAccess.To(server, account), Token), await MailManifest.ReadAsync(ImapAccess.To(otherServer, other), Token));
        Assert.Equal(seen, differences.Select(d => d.What));
    }

    private static SeedMailbox Replace(SeedMailbox mailbox, SeedMessage victim, SeedMessage[] by)
        => mailbox with { Messages = [.. mailbox.Messages.SelectMany(m => ReferenceEquals(m, victim) ? by : [m])] };

    private static async Task<(DovecotServer Server, MailAccount Account)> SeedAsync(SeedMailbox mailbox)
    {
        var server = await DovecotServer.SharedOldAsync();
        var account = server.AddUniqueAccount();
        await MaildirWriter.WriteAsync(account, mailbox, Token);
        return (server, account);
    }
}
