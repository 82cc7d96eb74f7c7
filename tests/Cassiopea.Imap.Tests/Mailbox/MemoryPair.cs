using System.Text;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Lab.Peers;

namespace Cassiopea.Imap.Tests.Mailbox;

/// <summary>Two servers in memory that misbehave on demand, and a journal.</summary>
internal sealed class MemoryPair(MemoryImap from, MemoryImap to) : IAsyncDisposable
{
    public MemoryImap From { get; } = from;

    public MemoryImap To { get; } = to;

    public string Journal { get; } = Directory.CreateTempSubdirectory("cassiopea-imap-").FullName;

    public static MemoryPair Start(string source = "IMAP4rev1", string target = "IMAP4rev1") => new(MemoryImap.Start(source), MemoryImap.Start(target));

    public static byte[] Letter(int number, int size = 300) => Encoding.Latin1.GetBytes(
        $"From: p{number}@asbl.example\r\nSubject: letter {number}\r\nMessage-ID: <{number}@asbl.example>\r\n\r\n".PadRight(Math.Max(90, size - 2), 'x') + "\r\n");

    /// <summary>Fills a folder of the source with letters of different content.</summary>
    public MemoryPair With(int letters, string folder = "INBOX", int size = 300)
    {
        for (var i = 0; i < letters; i++) From.Add(folder, Letter((folder.Length * 1000) + i, size), flags: i % 2 == 0 ? "\\Seen" : "");
        return this;
    }

    public Task<MailboxTransferResult> CopyAsync(MailboxTransferOptions? options = null, CancellationToken token = default) => new MailboxTransfer(TimeProvider.System).RunAsync(
        Account(From, "from"), Account(To, "to"), Journal, options ?? new() { Settle = TimeSpan.FromMilliseconds(100) }, token);

    public Task<MailboxVerificationResult> VerifyAsync(MailboxTransferOptions? options = null) => new MailboxVerification(TimeProvider.System).RunAsync(
        Account(From, "from"), Account(To, "to"), Journal, null, options ?? new(), CancellationToken.None);

    /// <summary>What a folder of the target holds, in its order.</summary>
    public List<MemoryMessage> There(string folder = "INBOX")
    {
        lock (To.Lock) return [.. To.Folders.Where(one => one.Name == folder).SelectMany(static one => one.Messages)];
    }

    /// <summary>True when a folder of the target holds the octets of one of the source, each once, in the same order.</summary>
    public bool IsSame(string folder = "INBOX") =>
        There(folder).Select(static message => Convert.ToHexString(message.Octets)).SequenceEqual(From.Folder(folder).Messages.Select(static message => Convert.ToHexString(message.Octets)));

    public async ValueTask DisposeAsync()
    {
        await From.DisposeAsync();
        await To.DisposeAsync();
        Directory.Delete(Journal, recursive: true);
    }

    public static ImapAccount Account(MemoryImap server, string user) => ImapAccount.WithPassword(new("127.0.0.1", server.Port, ImapTls.None, user), "secret");
}
