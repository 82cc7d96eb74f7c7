using System.IO.Compression;
using System.Text;
using Cassiopea.Imap.Archive;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Stores;
using Cassiopea.Imap.Tests.Mailbox;
using Cassiopea.Lab.Seed;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Archive;

[Trait("Requirement", "mail-R24")]
public sealed class ArchiveRestoreTests
{
    [Theory]
    [Trait("Category", "Servers")]
    [InlineData(null)]
    [InlineData(ArchiveFormat.Maildir)]
    [InlineData(ArchiveFormat.Mbox)]
    public async Task R24_an_archive_of_every_unusual_thing_is_restored_to_another_server_as_a_copy_would_be(ArchiveFormat? packed)
    {
        // what a server cannot take or clamps is listed by a direct copy too: its differences are the measure
        await using var two = await TwoMailboxes.StartAsync(OddMail.All());
        await using var direct = await TwoMailboxes.StartAsync(OddMail.All());
        await direct.CopyAsync();
        var root = Path.Combine(two.Journal, "archive");
        await new MailboxArchive(TimeProvider.System).RunAsync(two.Source, root, new(), CancellationToken.None);
        if (packed is { } format)
        {
            var parts = await ArchivePacking.PackAsync(root, format, 200_000, CancellationToken.None);
            Assert.NotEmpty(parts);
            Assert.Empty(await ArchivePacking.PackAsync(root, format, 200_000, CancellationToken.None));
            foreach (var other in Directory.EnumerateFileSystemEntries(root).Where(path => !parts.Contains(path)))
            {
                if (File.Exists(other)) File.Delete(other);
                else Directory.Delete(other, recursive: true);
            }
        }

        using var stored = new StoredMailbox(_ => Task.FromResult(ArchiveStore.Open(root)));
        var source = ImapAccount.OfStore("archive:" + root, "", stored);
        var journal = Path.Combine(two.Journal, "restore");
        var restored = await new MailboxTransfer(TimeProvider.System).RunAsync(source, two.Target, journal, new(), CancellationToken.None);
        Assert.True(restored.Counts.AddUp);
        Assert.Null(restored.Failure);
        var again = await new MailboxTransfer(TimeProvider.System).RunAsync(source, two.Target, journal, new(), CancellationToken.None);
        Assert.Equal(0, again.Counts.Copied);

        var expected = (await direct.DifferencesAsync()).Where(static one => one.What != "subscription").Select(static one => $"{one.Folder} {one.What}").Order(StringComparer.Ordinal);
        var found = (await two.DifferencesAsync()).Where(static one => one.What != "subscription").Select(static one => $"{one.Folder} {one.What}").Order(StringComparer.Ordinal);
        Assert.Equal(expected, found);
    }

    [Fact]
    public void R24_a_damaged_message_is_not_restored_and_a_zip_without_a_manifest_is_refused()
    {
        var root = Directory.CreateTempSubdirectory("cassiopea-archive-").FullName;
        using (var zip = ZipFile.Open(Path.Combine(root, "mail-001.zip"), ZipArchiveMode.Create)) zip.CreateEntry("../../evil");
        Assert.Throws<TransferException>(() => ArchiveStore.Open(root));
        File.WriteAllText(Path.Combine(root, "mail-001.zip"), "PK no zip");
        Assert.Throws<TransferException>(() => ArchiveStore.Open(root));
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    [Trait("Requirement", "mail-R21")]
    public void Twenty_thousand_lines_of_a_manifest_are_read_or_refused()
    {
        var random = new Random(24);
        string[] pieces = ["INBOX", "\t", "1", "0", "99999999999", "../..", "2020-01-01T00:00:00Z", "\\Seen", new('a', 64), "\0", "-1", "x.mbox", ""];
        for (var round = 0; round < 20_000; round++)
        {
            var line = new StringBuilder();
            for (var count = random.Next(20); count > 0; count--) line.Append(pieces[random.Next(pieces.Length)]).Append(random.Next(2) == 0 ? "\t" : "");
            if (ArchivedLine.Parse(line.ToString()) is not { } parsed) continue;
            Assert.Equal(64, parsed.Hash.Length);
            Assert.True(parsed is { Uid: > 0, Size: >= 0, Offset: >= 0, Length: >= 0 });
            Assert.Equal(parsed, ArchivedLine.Parse(parsed.ToString()));
        }
    }
}
