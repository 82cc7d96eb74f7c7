using System.Security.Cryptography;
using System.Text;
using Cassiopea.Imap.Driver;
using Cassiopea.Imap.Driver.Kit;
using Cassiopea.Imap.Tests.Mailbox;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Driver.Kit;

/// <summary>MailKit, while our engine throws whenever it is asked to connect.</summary>
public sealed class KitDriverTests : MailboxDriverContract
{
    public KitDriverTests() => ImapConnection.Fault.Value = new InvalidOperationException("The engine was used.");

    protected override IMailboxDriver Driver { get; } = MailboxDrivers.Named("mailkit", TimeProvider.System)!;

    [Fact]
    public async Task The_engine_really_throws_here() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => new EngineDriver(TimeProvider.System).SurveyAsync(
            ImapAccount.WithPassword(new("127.0.0.1", 1, ImapTls.None, "u"), "p"), TransferSide.Source, new(), CancellationToken.None));

    [Fact]
    [Trait("Requirement", "mail-R20")]
    public async Task A_server_with_a_mechanism_that_the_engine_does_not_speak_is_entered()
    {
        await using var odd = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Maildir, Mechanisms = "digest-md5" }, CancellationToken.None);
        var newHost = await DovecotServer.SharedNewAsync();
        var (from, to) = (odd.AddUniqueAccount("old"), newHost.AddUniqueAccount("new"));
        foreach (var number in Enumerable.Range(1, 3)) await MaildirWriter.DeliverAsync(from, ["INBOX"], Encoding.ASCII.GetBytes($"Subject: {number}\r\n\r\nx\r\n"), CancellationToken.None);
        var (source, target) = (TwoMailboxes.Account(odd.ImapPort, from), TwoMailboxes.Account(newHost.ImapPort, to));
        ImapConnection.Fault.Value = null;
        var refused = await Assert.ThrowsAsync<ImapException>(() => new EngineDriver(TimeProvider.System).SurveyAsync(source, TransferSide.Source, new(), CancellationToken.None));
        Assert.Equal(TransferCode.AuthenticationFailed, refused.Code);

        var journal = Directory.CreateTempSubdirectory("cassiopea-kit-").FullName;
        var copied = await Driver.CopyAsync(source, target, journal, new(), CancellationToken.None);
        Assert.Equal((TransferOutcome.Complete, 3L), (copied.Outcome, copied.Counts.Copied));
        Assert.True((await Driver.VerifyAsync(source, target, journal, null, new(), CancellationToken.None)).Equal);
        Directory.Delete(journal, recursive: true);
    }

    [Theory]
    [InlineData("Subject: a\r\n\r\nbody\r\n", true)]
    [InlineData("Subject: a\r\nContent-Type: text/plain\r\nX:  folded\r\n\tmore\r\nTo:x\r\n\r\nno end of line", true)]
    [InlineData("Subject: caf\u00e9\r\nDate: nonsense\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nbare\nlf\0nul\r\n--b--\r\n", true)]
    [InlineData("Subject : a\r\nSubject: again\r\n\r\n", true)]
    [InlineData("no header at all", false)]
    [InlineData("\r\n\r\nbody only\r\n", false)]
    public void A_message_is_sent_as_it_is_or_not_at_all(string text, bool exact)
    {
        var octets = Encoding.Latin1.GetBytes(text);
        Assert.Equal(exact, ExactMessage.TryMake(octets, out var message));
        if (message is null) return;
        using var written = new MemoryStream();
        message.WriteTo(new MimeKit.FormatOptions { NewLineFormat = MimeKit.NewLineFormat.Dos, EnsureNewLine = true }, written);
        Assert.Equal(SHA256.HashData(octets), SHA256.HashData(written.ToArray()));
    }
}
