using System.Security.Cryptography;
using Cassiopea.Imap.Archive;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Tests.Mailbox;
using Cassiopea.Lab.Manifest;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Archive;

[Trait("Requirement", "mail-R24")]
public sealed class MailboxArchiveTests
{
    [Fact]
    [Trait("Category", "Servers")]
    public async Task An_archive_is_a_Maildir_that_a_server_shows_as_the_same_mailbox()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 200, 71));
        var reader = await DovecotServer.SharedOldAsync();
        var shown = reader.AddUniqueAccount("archive");
        var root = Path.Combine(shown.Home, "Maildir");
        var result = await new MailboxArchive(TimeProvider.System).RunAsync(two.Source, root, new(), CancellationToken.None);
        Assert.Equal((TransferOutcome.Complete, 200L, 200L), (result.Outcome, result.Counts.Source, result.Counts.Copied));
        Assert.True(result.Counts.AddUp);
        Assert.Equal(200, File.ReadLines(Path.Combine(root, "manifest.tsv")).Count());

        DovecotServer.Chown(shown.Home);
        var there = await MailManifest.ReadAsync(ImapAccess.To(reader, shown), CancellationToken.None);
        var differences = ManifestComparison.Compare(await two.SourceManifestAsync(), there);
        Assert.All(differences, static difference => Assert.True(difference.What is "subscription" or "order", difference.ToString()));
    }

    [Fact]
    [Trait("Category", "Servers")]
    public async Task Cut_and_run_again_it_holds_each_message_once_and_the_manifest_names_each_once()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 200, 72));
        var root = Path.Combine(two.Journal, "archive");
        two.SourceProxy.CutAfter(700_000, Lab.Peers.Toward.Client, reset: true);
        await new MailboxArchive(TimeProvider.System).RunAsync(two.Source, root, new(), CancellationToken.None);
        File.Delete(Path.Combine(root, "manifest.tsv")); // as if the first run had been killed before it wrote any line
        await MaildirWriter.DeliverAsync(two.From, ["INBOX"], "Subject: late\n\nx\n"u8.ToArray(), CancellationToken.None);
        var result = await new MailboxArchive(TimeProvider.System).RunAsync(two.Source, root, new(), CancellationToken.None);
        Assert.Equal((TransferOutcome.Complete, 1L, 200L), (result.Outcome, result.Counts.Copied, result.Counts.AlreadyThere));
        var lines = File.ReadLines(Path.Combine(root, "manifest.tsv")).Select(static line => line.Split('\t')).ToList();
        Assert.Equal(201, lines.Select(static line => string.Join('\t', line.Take(3))).Distinct(StringComparer.Ordinal).Count());
        var hashes = Directory.EnumerateFiles(root, "*cassiopea*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Select(static file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))).Order(StringComparer.Ordinal);
        Assert.Equal(hashes, lines.Select(static line => line[6]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [Trait("Requirement", "mail-R21")]
    [InlineData("..")]
    [InlineData("../../etc/passwd")]
    [InlineData("a/b")]
    [InlineData("a.b")]
    [InlineData("nul\0ctl\r\n")]
    [InlineData("éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé")]
    public void A_folder_s_name_never_leaves_the_tree(string level)
    {
        var name = MaildirName.Folder([level, "x"]);
        Assert.StartsWith(".", name, StringComparison.Ordinal);
        Assert.DoesNotContain('/', name);
        Assert.DoesNotContain("..", name[1..], StringComparison.Ordinal);
        Assert.False(name.AsSpan().ContainsAnyExceptInRange(' ', '~'));
        Assert.InRange(name.Length, 2, 200);
        Assert.NotEqual(MaildirName.Folder([level + "y", "x"]), name);
    }

    [Fact]
    public void A_file_s_name_tells_UID_UIDVALIDITY_and_flags()
    {
        var keywords = new KeywordLetters();
        var file = MaildirName.File(7, 9, new(1_500_000_000, 120), 123, FlagSet.FromText("\\Seen \\Flagged $Forwarded"), keywords);
        Assert.Equal("1500000000.U7V9.cassiopea,S=123:2,FSa", file);
        Assert.True(MaildirName.TryRead(file, out var uid, out var validity));
        Assert.Equal((7u, 9u), (uid, validity));
        Assert.Equal("$Forwarded \\Flagged \\Seen", MaildirName.Flags(file, keywords.Known).Text);
        Assert.False(MaildirName.TryRead("1000000001.M1P1.lab,S=1:2,S", out _, out _));
    }
}
