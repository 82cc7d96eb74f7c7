using System.Text;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Stores;
using Cassiopea.Imap.Stores.Files;
using Cassiopea.Imap.Tests.Mailbox;
using Cassiopea.Lab.Seed;
using Cassiopea.Transfer;
using Cassiopea.Transfer.Messages;

namespace Cassiopea.Imap.Tests.Stores;

public sealed class FileStoreTests
{
    [Fact]
    [Trait("Category", "Servers")]
    [Trait("Requirement", "mail-R1")]
    public async Task A_Maildir_tree_is_copied_as_its_server_would_give_it_and_a_second_run_copies_nothing()
    {
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 200, 91));
        using var map = UidMap.Open(Path.Combine(two.Journal, "uids.map"), TimeProvider.System);
        var root = Path.Combine(two.From.Home, "Maildir");
        using var stored = new StoredMailbox(_ => Task.FromResult(MaildirStore.Open(root, map)));
        var source = ImapAccount.OfStore("maildir:" + root, "", stored);
        var transfer = new MailboxTransfer(TimeProvider.System);
        var first = await transfer.RunAsync(source, two.Target, two.Journal, new(), CancellationToken.None);
        Assert.Equal((TransferOutcome.Complete, 200L), (first.Outcome, first.Counts.Copied));
        var second = await transfer.RunAsync(source, two.Target, two.Journal, new(), CancellationToken.None);
        Assert.Equal((TransferOutcome.Complete, 200L), (second.Outcome, second.Counts.AlreadyThere));
        Assert.All(await two.DifferencesAsync(), static difference => Assert.True(difference.What is "subscription", difference.ToString()));
        var verified = await new MailboxVerification(TimeProvider.System).RunAsync(source, two.Target, two.Journal, null, new(), CancellationToken.None);
        Assert.True(verified.Equal);
    }

    [Fact]
    public async Task Mbox_files_of_every_kind_are_read()
    {
        const string Text = "From a@b Mon Jan  2 03:04:05 2012\nDate: 1 Feb 2012 00:00:00 +0000\nStatus: RO\n\n>From me\n>>From him\nFrom now on\n\n"
            + "From - Tue Jan  3 03:04:05 2012\nX-Mozilla-Status: 0005\nContent-Length: 34\n\nFrom x Mon Jan  2 03:04:05 2012\n.\n\nFrom c@d Wed Jan  4 00:00:00 2012\n\nlast, without an end";
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Text);
        var (folder, messages, bodies) = await ReadAsync(file);
        Assert.Equal(3, folder.Messages);
        Assert.Equal("Date: 1 Feb 2012 00:00:00 +0000\r\nStatus: RO\r\n\r\nFrom me\r\n>From him\r\nFrom now on\r\n", bodies[0]);
        Assert.Equal("X-Mozilla-Status: 0005\r\nContent-Length: 34\r\n\r\nFrom x Mon Jan  2 03:04:05 2012\r\n.\r\n", bodies[1]);
        Assert.Equal("\r\nlast, without an end", bodies[2]);
        Assert.Equal(["\\Seen", "\\Seen \\Flagged", ""], messages.Select(static message => message.Flags));
        Assert.Equal(["2012-02-01", "2012-01-03", "2012-01-04"], messages.Select(static message => message.Received!.Value.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)));
        File.Delete(file);
    }

    [Fact]
    [Trait("Requirement", "mail-R21")]
    public async Task Twenty_thousand_mbox_inputs_give_messages_that_lie_within_the_file()
    {
        var random = new Random(4155);
        string[] pieces = ["From a Mon Jan  2 03:04:05 2012\n", "From x\n", "\n", "\r\n", ">From y\n", "Content-Length: 5\n", "Content-Length: 99999999999\n", "Subject: s\n", "text", "\0", "From "];
        for (var round = 0; round < 20_000; round++)
        {
            var octets = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, random.Next(14)).Select(_ => pieces[random.Next(pieces.Length)])));
            using var file = new MemoryStream(octets);
            long end = 0;
            foreach (var message in await new MboxReader(file).ReadAsync(CancellationToken.None))
            {
                Assert.InRange(message.Offset, end, octets.Length);
                end = message.Offset + message.Length;
                Assert.InRange(end, message.Offset, octets.Length);
            }
        }
    }

    [Fact]
    [Trait("Requirement", "mail-R24")]
    public void R24_quoting_is_undone_exactly_for_twenty_thousand_messages()
    {
        var random = new Random(24);
        string[] pieces = [">", "From ", "Fro", "\n", "\r\n", "\r", "x", " ", "\0", "m "];
        for (var round = 0; round < 20_000; round++)
        {
            var message = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => pieces[random.Next(pieces.Length)])));
            var quoted = Convert(message, FromLines.Quote, random);
            Assert.False(Encoding.Latin1.GetString(quoted).StartsWith("From ", StringComparison.Ordinal));
            Assert.DoesNotContain("\nFrom ", Encoding.Latin1.GetString(quoted), StringComparison.Ordinal);
            Assert.Equal(message, Convert(quoted, FromLines.Unquote, random));
        }
    }

    private static byte[] Convert(byte[] message, FromLines from, Random random)
    {
        var conversion = new LineConversion(from, crlf: false);
        using var made = new MemoryStream();
        var into = new byte[LineConversion.Most(8)];
        for (var at = 0; at < message.Length;)
        {
            var part = Math.Min(random.Next(1, 8), message.Length - at);
            made.Write(into.AsSpan(0, conversion.Convert(message.AsSpan(at, part), into)));
            at += part;
        }

        made.Write(into.AsSpan(0, conversion.End(into)));
        return made.ToArray();
    }

    private static async Task<(StoredFolder Folder, IReadOnlyList<StoredMessage> Messages, List<string> Bodies)> ReadAsync(string file)
    {
        using var map = UidMap.Open(null, TimeProvider.System);
        await using var store = MboxStore.Open(file, map);
        var folder = Assert.Single(await store.FoldersAsync(CancellationToken.None));
        var messages = await store.MessagesAsync(folder, CancellationToken.None);
        var bodies = new List<string>();
        await foreach (var content in store.ReadAsync(folder, messages, CancellationToken.None))
        {
            using var whole = new MemoryStream();
            await content.Octets!.CopyToAsync(whole);
            Assert.Equal(content.Size, whole.Length);
            bodies.Add(Encoding.Latin1.GetString(whole.ToArray()));
        }

        return (folder, messages, bodies);
    }
}
