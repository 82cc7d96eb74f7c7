using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;
using Cassiopea.Lab.Seed;

namespace Cassiopea.Mail.Tests;

[Trait("Category", "Servers")]
[Trait("Requirement", "mail-R24")]
public sealed class ArchiveMailboxTests
{
    [Fact]
    public async Task A_mailbox_is_archived_in_parts_that_hold_every_message_and_grow_with_what_arrives()
    {
        await using var host = await MailHost.StartAsync(("Mail:ArchivePartBytes", "200000"));
        var mail = MailSets.Ordinary("ordinary", 120, 141);
        var mailbox = await MailboxCase.MakeAsync(host, mail);
        var first = await host.AskAsync<ArchiveMailbox, ItemArchived>(mailbox.Archive(), e => e.ItemId == mailbox.Item);
        Assert.True(first.Archive.Equal);
        Assert.Equal((mailbox.Messages, mailbox.Messages), (first.Archive.Messages, first.Added));
        Assert.True(first.Archive.Parts.Count > 2, $"{first.Archive.Parts.Count} parts");
        Assert.Empty(first.Exceptions);
        var unpacked = await UnpackAsync(host, mailbox, first.Archive);
        Assert.Equal(mail.Messages.Select(m => Hex(AsSent(m.Content))).Order(StringComparer.Ordinal), unpacked);

        var later = MailSets.Ordinary("later", 9, 142);
        await MaildirWriter.WriteAsync(mailbox.From, later, default);
        var second = await host.AskAsync<ArchiveMailbox, ItemArchived>(mailbox.Archive(2, Bucket.CutOver), e => e.ItemId == mailbox.Item && e.Pass == 2);
        Assert.Equal((true, (long)later.Messages.Count, (long)mailbox.Messages + later.Messages.Count), (second.Archive.Equal, second.Added, second.Archive.Messages));
        Assert.Equal(first.Archive.Parts, second.Archive.Parts.Take(first.Archive.Parts.Count));

        var third = await host.AskAsync<ArchiveMailbox, ItemArchived>(mailbox.Archive(3), e => e.ItemId == mailbox.Item && e.Pass == 3);
        Assert.Equal(0, third.Added);
        Assert.Equal(second.Archive.Parts, third.Archive.Parts);
    }

    [Fact]
    public async Task What_was_received_since_a_date_goes_online_the_rest_to_the_archive_and_the_whole_is_verified()
    {
        await using var host = await MailHost.StartAsync();
        var mail = MailSets.Ordinary("ordinary", 80, 143);
        var mailbox = await MailboxCase.MakeAsync(host, mail);
        DateTimeOffset since = new(2018, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var moved = await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer() with { OnlineSince = since }, e => e.ItemId == mailbox.Item);
        Assert.Equal((mailbox.Messages, mailbox.Messages, 0L, 0L), (moved.Counts.Source, moved.Counts.Copied, moved.Counts.Excluded, moved.Counts.Remaining));
        var verified = await host.AskAsync<VerifyMailbox, ItemVerified>(mailbox.Verify() with { OnlineSince = since }, e => e.ItemId == mailbox.Item);
        Assert.Equal((true, mailbox.Messages, Grade.Perfect), (verified.Equal, verified.Compared, verified.Grade));
        var archived = await host.WaitAsync<ItemArchived>(e => e.ItemId == mailbox.Item);
        Assert.True(archived.Archive is { Equal: true, Before: { } before } && before == since);
        Assert.InRange(archived.Archive.Messages, 1, mailbox.Messages - 1);
        Assert.Equal(archived.Archive.Messages, (await UnpackAsync(host, mailbox, archived.Archive)).Count);
    }

    [Fact]
    public async Task An_archive_that_rotted_on_the_disk_is_not_called_equal()
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 12, 144));
        var first = await host.AskAsync<ArchiveMailbox, ItemArchived>(mailbox.Archive(), e => e.ItemId == mailbox.Item);
        Assert.True(first.Archive.Equal);
        var folder = Path.Combine(host.Archives, mailbox.Migration.ToString("N"), mailbox.Item.ToString("N"));
        Directory.Delete(Path.Combine(folder, "parts"), recursive: true);
        var file = Directory.EnumerateFiles(Path.Combine(folder, "tree"), "*cassiopea*", SearchOption.AllDirectories).First();
        await File.AppendAllTextAsync(file, "x");
        var second = await host.AskAsync<ArchiveMailbox, ItemArchived>(mailbox.Archive(2), e => e.ItemId == mailbox.Item && e.Pass == 2);
        Assert.False(second.Archive.Equal);
    }

    [Fact]
    public async Task A_source_that_cannot_be_entered_is_told()
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 5, 145));
        host.Vault.Store("wrong", mailbox.Source.CredentialId);
        var failed = await host.AskAsync<ArchiveMailbox, ItemTransferFailed>(mailbox.Archive(), e => e.ItemId == mailbox.Item);
        Assert.Equal((FailureSide.Source, FailureCode.AuthenticationFailed), (failed.Failure.Side, failed.Failure.Code));
    }

    [Fact]
    public async Task When_the_migration_is_over_all_that_was_kept_goes_and_is_told()
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 12, 146));
        var other = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 3, 147));
        await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer() with { OnlineSince = new DateTimeOffset(2018, 1, 1, 0, 0, 0, TimeSpan.Zero) }, e => e.ItemId == mailbox.Item);
        await host.AskAsync<VerifyMailbox, ItemVerified>(mailbox.Verify(), e => e.ItemId == mailbox.Item);
        await host.AskAsync<ArchiveMailbox, ItemArchived>(mailbox.Archive(2), e => e.ItemId == mailbox.Item && e.Pass == 2);
        await host.AskAsync<ArchiveMailbox, ItemArchived>(other.Archive(), e => e.ItemId == other.Item);

        var erased = await host.AskAsync<MigrationEnded, WorkErased>(new MigrationEnded(mailbox.Migration, MigrationState.Completed), e => e.MigrationId == mailbox.Migration);
        Assert.Equal(("mail", 1), (erased.Service, erased.Items));
        Assert.True(erased is { Files: > 12, Bytes: > 0, Rows: > 0 }, erased.ToString());
        Assert.DoesNotContain(Directory.EnumerateDirectories(host.Journals), d => d.Contains(mailbox.Item.ToString("N"), StringComparison.Ordinal));
        Assert.Equal([other.Migration.ToString("N")], Directory.EnumerateDirectories(host.Archives).Select(d => Path.GetFileName(d)));
        Assert.Equal(0, await host.QueryAsync(db => Task.FromResult(db.Manifests.Count(m => m.ItemId == mailbox.Item))));
    }

    private static async Task<List<string>> UnpackAsync(MailHost host, MailboxCase mailbox, ItemArchive archive)
    {
        List<string> found = [];
        foreach (var part in archive.Parts)
        {
            var path = Path.Combine(host.Archives, mailbox.Migration.ToString("N"), mailbox.Item.ToString("N"), "parts", part.Name);
            Assert.Equal((part.Bytes, part.Sha256), (new FileInfo(path).Length, Hex(await File.ReadAllBytesAsync(path))));
            await using var tar = new TarReader(File.OpenRead(path));
            while (await tar.GetNextEntryAsync() is { } entry)
            {
                if (entry.Name.Contains("cassiopea", StringComparison.Ordinal))
                    found.Add(Convert.ToHexStringLower(await SHA256.HashDataAsync(entry.DataStream!)));
            }
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    // a Maildir keeps bare LF, IMAP sends CRLF
    private static byte[] AsSent(byte[] file) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(file).Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal));

    private static string Hex(byte[] octets) => Convert.ToHexStringLower(SHA256.HashData(octets));
}
