using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Preflight;
using Cassiopea.Lab.Peers;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Mailbox;

/// <summary>A source that shows one message in as many folders as it has labels.</summary>
[Trait("Requirement", "mail-R30")]
public sealed class GmailTests
{
    private const string Capabilities = "IMAP4rev1 SPECIAL-USE LIST-EXTENDED X-GM-EXT-1";

    [Theory]
    [InlineData(GmailLabels.Keywords)]
    [InlineData(GmailLabels.Folders)]
    public async Task Each_message_is_copied_once_with_its_labels(GmailLabels policy)
    {
        await using var pair = Source();
        var options = new MailboxTransferOptions { GmailLabels = policy, Settle = TimeSpan.FromMilliseconds(100) };
        var result = await pair.CopyAsync(options);
        Assert.Equal((TransferOutcome.Complete, 5L), (result.Outcome, result.Counts.Copied));
        Assert.True(result.Counts.AddUp);
        var all = pair.To.Folders.SelectMany(static folder => folder.Messages.Select(message => (folder.Name, Octets: Convert.ToHexString(message.Octets), message.Flags))).ToList();
        Assert.Equal(5, all.Count);
        Assert.Equal(5, all.DistinctBy(static message => message.Octets).Count());
        (string Folder, string Flags) Where(int letter) => all.Where(message => message.Octets == Convert.ToHexString(MemoryPair.Letter(letter))).Select(static message => (message.Name, message.Flags)).Single();
        Assert.Equal(("INBOX", "Jardin_partag&AOk-"), Where(1));
        Assert.Equal(("Sent Mail", ""), Where(2));
        Assert.Equal(("Archive", "Important"), Where(4));
        Assert.Equal(("Spam", ""), Where(5));
        Assert.Equal(policy == GmailLabels.Keywords ? ("Archive", "Jardin_partag&AOk- Projets/Toit") : ("Jardin partag&AOk-", "Projets/Toit"), Where(3));
        Assert.True((await pair.VerifyAsync(options)).Equal);
        var again = await pair.CopyAsync(options);
        Assert.Equal((TransferOutcome.Complete, 0L), (again.Outcome, again.Counts.Copied));
    }

    [Theory]
    [Trait("Requirement", "mail-R26")]
    [InlineData(GmailLabels.Keywords)]
    [InlineData(GmailLabels.Folders)]
    public async Task A_dry_run_foretells_each_message_once(GmailLabels policy)
    {
        await using var pair = Source();
        var found = await new MailboxPreflight(TimeProvider.System).RunAsync(MemoryPair.Account(pair.From, "from"), MemoryPair.Account(pair.To, "to"), null, new() { GmailLabels = policy }, CancellationToken.None);
        Assert.Empty(found.Problems);
        Assert.Equal(5, found.Prediction.Items);
        Assert.True(found.ToReport("x", "a", "b").Counts.AddUp);
    }

    [Fact]
    public async Task A_message_that_was_archived_between_two_passes_is_not_copied_again()
    {
        await using var pair = Source();
        await pair.CopyAsync();
        lock (pair.From.Lock) pair.From.Folder("INBOX").Messages.Clear();
        pair.From.Add("[Gmail]/All Mail", MemoryPair.Letter(6), gmailId: 106);
        var result = await pair.CopyAsync();
        Assert.Equal(1, result.Counts.Copied);
        Assert.Equal(6, pair.To.Folders.Sum(static folder => folder.Messages.Count));
    }

    /// <summary>1: inbox and label; 2: sent; 3: two labels; 4: archived and important; 5: spam.</summary>
    private static MemoryPair Source()
    {
        var pair = new MemoryPair(MemoryImap.Start(Capabilities), MemoryImap.Start());
        pair.From.Folder("[Gmail]/All Mail", "\\All");
        pair.From.Folder("[Gmail]/Sent Mail", "\\Sent");
        pair.From.Folder("[Gmail]/Spam", "\\Junk");
        pair.From.Folder("[Gmail]/Important", "\\Important");
        pair.From.Folder("[Gmail]/Starred", "\\Flagged");
        const string Garden = "\"Jardin partag&AOk-\"";
        void Put(int letter, string labels, params string[] folders)
        {
            foreach (var folder in folders) pair.From.Add(folder, MemoryPair.Letter(letter), gmailId: 100 + (ulong)letter, labels: labels);
        }

        Put(1, Garden + " \"\\\\Inbox\"", "INBOX", "[Gmail]/All Mail", "Jardin partag&AOk-");
        Put(2, "\"\\\\Sent\"", "[Gmail]/Sent Mail", "[Gmail]/All Mail");
        Put(3, Garden + " Projets/Toit", "[Gmail]/All Mail", "Jardin partag&AOk-", "Projets/Toit");
        Put(4, "\"\\\\Important\"", "[Gmail]/All Mail", "[Gmail]/Important");
        Put(5, "", "[Gmail]/Spam");
        return pair;
    }
}
