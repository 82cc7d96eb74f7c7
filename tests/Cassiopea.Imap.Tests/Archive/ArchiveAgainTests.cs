using System.Security.Cryptography;
using Cassiopea.Imap.Archive;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Tests.Mailbox;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Seed;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Archive;

/// <summary>Later runs into the same archive.</summary>
[Trait("Requirement", "mail-R24")]
public sealed class ArchiveAgainTests
{
    [Fact]
    [Trait("Category", "Servers")]
    [Trait("Requirement", "mail-R13")]
    public async Task R13_R24_New_UIDs_at_the_source_archive_nothing_twice_and_lose_nothing()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 200, 73));
        var root = Path.Combine(two.Journal, "archive");
        Assert.Equal(TransferOutcome.Complete, (await RunAsync(two.Source, root)).Outcome);
        await ArchivePacking.PackAsync(root, ArchiveFormat.Maildir, 1_000_000, CancellationToken.None);
        var parts = Directory.GetFiles(root, "*.zip").Length;
        await MaildirWriter.DeliverAsync(two.From, ["INBOX"], "Subject: late\n\nx\n"u8.ToArray(), CancellationToken.None);
        await two.OldHost.ResetUidValidityAsync(two.From, CancellationToken.None);
        for (var pass = 0; pass < 2; pass++) // the second one knows the new UIDs
        {
            var result = await RunAsync(two.Source, root);
            Assert.Equal((TransferOutcome.Complete, 1 - pass, 200 + pass), (result.Outcome, result.Counts.Copied, result.Counts.AlreadyThere));
            Assert.True(result.Counts.AddUp);
            Assert.Equal(await HashesOfSourceAsync(two), Hashes(root));
            Assert.Equal(201, ArchiveManifest.Read(root).Count);
        }

        await ArchivePacking.PackAsync(root, ArchiveFormat.Maildir, 1_000_000, CancellationToken.None);
        Assert.Equal(parts + 1, Directory.GetFiles(root, "*.zip").Length);
        Assert.Single(ArchivePacking.ReadManifest(ArchivePacking.Parts(root).Last()));
    }

    [Fact]
    [Trait("Requirement", "mail-R13")]
    public async Task R13_R24_Equal_messages_stay_as_many_as_they_are_and_NULs_are_known_again()
    {
        await using var pair = new MemoryPair(MemoryImap.Start("IMAP4rev1 BINARY"), MemoryImap.Start());
        var root = Path.Combine(pair.Journal, "archive");
        for (var i = 0; i < 3; i++) pair.From.Add("INBOX", MemoryPair.Letter(1));
        pair.From.Add("INBOX", MemoryPair.Letter(1), date: "18-Jul-2016 02:44:25 +0200");
        pair.From.Add("INBOX", [.. MemoryPair.Letter(2), 0, 1, 0, .. "\r\n"u8]);
        var source = MemoryPair.Account(pair.From, "from");
        Assert.Equal(5, (await RunAsync(source, root)).Counts.Copied);
        var before = Hashes(root);

        pair.From.UidValidity = 8;
        pair.From.Add("INBOX", MemoryPair.Letter(1));
        var again = await RunAsync(source, root);
        Assert.Equal((TransferOutcome.Complete, 1L, 5L), (again.Outcome, again.Counts.Copied, again.Counts.AlreadyThere));
        Assert.Equal(6, ArchiveManifest.Read(root).Count);
        Assert.Equal([.. before.Append(before.GroupBy(static hash => hash).MaxBy(static group => group.Count())!.Key).Order(StringComparer.Ordinal)], Hashes(root));

        pair.From.UidValidity = 7; // and back, as with servers that number anew for each session
        var third = await RunAsync(source, root);
        Assert.Equal((TransferOutcome.Complete, 0L, 6L), (third.Outcome, third.Counts.Copied, third.Counts.AlreadyThere));
    }

    [Theory]
    [Trait("Requirement", "mail-R21")]
    [InlineData("Tab\there")]
    [InlineData("Two\nlines")]
    [InlineData("Return\rhere")]
    [InlineData("back\\slash\\n")]
    public async Task A_folder_s_name_with_a_control_character_or_a_backslash_comes_back_as_it_was(string name)
    {
        await using var pair = MemoryPair.Start().With(1);
        var wire = MaildirName.Folder([name])[1..];
        pair.From.Add(wire, MemoryPair.Letter(3));
        pair.From.Folder(wire + "/" + wire);
        var root = Path.Combine(pair.Journal, "archive");
        for (var pass = 0; pass < 2; pass++)
            Assert.Equal((TransferOutcome.Complete, 2L), await RunAsync(MemoryPair.Account(pair.From, "from"), root) is var done ? (done.Outcome, done.Counts.Copied + done.Counts.AlreadyThere) : default);
        Assert.Equal(["INBOX", name], ArchiveManifest.Read(root).Select(static line => line.Folder).Order(StringComparer.Ordinal));
        await using (var store = ArchiveStore.Open(root))
            Assert.Equal(["INBOX", name, $"{name}/{name}"], (await store.FoldersAsync(CancellationToken.None)).Select(static folder => string.Join('/', folder.Levels)).Order(StringComparer.Ordinal));

        await ArchivePacking.PackAsync(root, ArchiveFormat.Mbox, ArchivePacking.DefaultPartSize, CancellationToken.None);
        await using (var store = ArchiveStore.Open(Assert.Single(Directory.GetFiles(root, "*.zip"))))
            Assert.Contains(await store.FoldersAsync(CancellationToken.None), folder => folder.Levels.SequenceEqual([name]) && folder.Messages == 1);
        var line = new ArchivedLine(name, 7, 1, "unknown", "\\Seen", 3, new string('a', 64));
        Assert.Equal(line, ArchivedLine.Parse(line.ToString()));
    }

    [Fact]
    public async Task Half_a_line_of_a_run_that_was_killed_is_written_again_whole()
    {
        await using var pair = MemoryPair.Start().With(3);
        var (root, source) = (Path.Combine(pair.Journal, "archive"), MemoryPair.Account(pair.From, "from"));
        await RunAsync(source, root);
        var manifest = Path.Combine(root, "manifest.tsv");
        var whole = await File.ReadAllTextAsync(manifest);
        await File.WriteAllTextAsync(manifest, whole[..^20]);
        pair.With(1);
        await RunAsync(source, root);
        Assert.Equal(4, ArchiveManifest.Read(root).Count);
    }

    [Fact]
    [Trait("Requirement", "mail-R16")]
    public async Task A_throttled_source_of_an_archive_is_asked_again_and_no_message_is_blamed()
    {
        await using var pair = MemoryPair.Start().With(20);
        var throttled = 0;
        pair.From.Answer = command => command.StartsWith("UID FETCH", StringComparison.Ordinal) && throttled++ < 2 ? "NO [THROTTLED] slow down" : null;
        var result = await RunAsync(MemoryPair.Account(pair.From, "from"), Path.Combine(pair.Journal, "archive"));
        Assert.Equal((TransferOutcome.Complete, 20L, 0L), (result.Outcome, result.Counts.Copied, result.ExceptionCount));
    }

    private static Task<MailboxTransferResult> RunAsync(ImapAccount source, string root) =>
        new MailboxArchive(TimeProvider.System).RunAsync(source, root, new(), CancellationToken.None);

    private static async Task<IEnumerable<string>> HashesOfSourceAsync(TwoMailboxes two) =>
        (await two.SourceManifestAsync()).Folders.SelectMany(static folder => folder.Value.Messages).Select(static message => message.Sha256).Order(StringComparer.Ordinal);

    private static List<string> Hashes(string root) =>
        [.. Directory.EnumerateFiles(root, "*.cassiopea*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Select(static file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))).Order(StringComparer.Ordinal)];
}
