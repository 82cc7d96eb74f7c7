using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Mail.Tests;

[Trait("Category", "Servers")]
[Trait("Requirement", "mail-R28")]
public sealed class TransferSettingsTests
{
    private const string Filter = "require [\"fileinto\"];\r\nif header :contains \"List-Id\" \"adherents\" { fileinto \"Trash\"; }\r\n";

    [Fact]
    public async Task Filters_rights_and_annotations_go_with_the_mailbox_and_what_cannot_is_listed()
    {
        await using var old = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Maildir, ManageSieve = true, Acl = true }, CancellationToken.None);
        await using var fresh = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Mdbox, ManageSieve = true, Acl = true }, CancellationToken.None);
        await using var host = await MailHost.StartAsync(
            ("Mail:SourceSievePort", old.ManageSievePort!.Value.ToString(CultureInfo.InvariantCulture)), ("Mail:TargetSievePort", fresh.ManageSievePort!.Value.ToString(CultureInfo.InvariantCulture)));
        var mailbox = await MakeAsync(host, old, fresh);

        var moved = await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer(), e => e.ItemId == mailbox.Item);
        Assert.Equal(mailbox.Messages, moved.Counts.Copied);
        var listed = Assert.Single(moved.Exceptions);
        Assert.Equal(("INBOX ; acl ; anyone", FailureCode.NotExpressible), (listed.Item, listed.Failure.Code));
        Assert.Equal("filtre ACTIVE", (await fresh.DoveadmAsync(CancellationToken.None, "sieve", "list", "-u", mailbox.To.User)).Trim());
        Assert.Contains("user=paul@example.org", await fresh.DoveadmAsync(CancellationToken.None, "acl", "get", "-u", mailbox.To.User, "Trash"), StringComparison.Ordinal);
        Assert.Equal("une note", (await fresh.DoveadmAsync(CancellationToken.None, "mailbox", "metadata", "get", "-u", mailbox.To.User, "Trash", "/private/comment")).Trim());

        // a filter that people wrote at the new place stays
        await File.WriteAllTextAsync(Path.Combine(mailbox.To.Home, "sieve", "filtre.sieve"), Filter + "stop;\r\n");
        var second = await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer(2, Bucket.CutOver), e => e.ItemId == mailbox.Item && e.Pass == 2);
        Assert.Contains(second.Exceptions, static one => one.Item == "sieve ; filtre");
        Assert.Equal(Filter + "stop;\r\n", await File.ReadAllTextAsync(Path.Combine(mailbox.To.Home, "sieve", "filtre.sieve")));
    }

    [Fact]
    public async Task An_archive_holds_the_filters_and_an_index_that_can_be_read_without_a_mail_program()
    {
        await using var old = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Maildir, ManageSieve = true, Acl = true }, CancellationToken.None);
        await using var host = await MailHost.StartAsync(
            ("Mail:SourceSievePort", old.ManageSievePort!.Value.ToString(CultureInfo.InvariantCulture)), ("Mail:TargetSievePort", "4190"));
        var mailbox = await MakeAsync(host, old, await DovecotServer.SharedNewAsync());
        var archived = await host.AskAsync<ArchiveMailbox, ItemArchived>(mailbox.Archive(), e => e.ItemId == mailbox.Item);
        Assert.True(archived.Archive.Equal);
        var folder = Path.Combine(host.Archives, mailbox.Migration.ToString("N"), mailbox.Item.ToString("N"), "parts");
        List<string> names = [];
        foreach (var part in archived.Archive.Parts)
        {
            await using var file = File.OpenRead(Path.Combine(folder, part.Name));
            await using var tar = new System.Formats.Tar.TarReader(file);
            while (await tar.GetNextEntryAsync(cancellationToken: TestContext.Current.CancellationToken) is { } entry) names.Add(entry.Name);
        }

        Assert.Contains("index.html", names);
        Assert.Contains("settings/filtre.sieve", names);
        Assert.Contains(names, static name => name.StartsWith("index/", StringComparison.Ordinal));
    }

    private static async Task<MailboxCase> MakeAsync(MailHost host, DovecotServer old, DovecotServer fresh)
    {
        var (from, to) = (old.AddUniqueAccount("old"), fresh.AddUniqueAccount("new"));
        var mail = MailSets.Ordinary("o", 40, 151);
        await MaildirWriter.WriteAsync(from, mail, CancellationToken.None);
        var folder = Directory.CreateDirectory(Path.Combine(from.Home, "sieve")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "filtre.sieve"), Filter);
        File.CreateSymbolicLink(Path.Combine(from.Home, ".dovecot.sieve"), "sieve/filtre.sieve");
        DovecotServer.Chown(from.Home);
        await old.DoveadmAsync(CancellationToken.None, "acl", "set", "-u", from.User, "INBOX.Trash", "user=paul@example.org", "lookup", "read");
        await old.DoveadmAsync(CancellationToken.None, "acl", "set", "-u", from.User, "INBOX", "anyone", "lookup");
        await old.DoveadmAsync(CancellationToken.None, "mailbox", "metadata", "set", "-u", from.User, "INBOX.Trash", "/private/comment", "une note");
        return new MailboxCase(old, from, fresh, to, host.Vault, mail.Messages.Count);
    }
}
