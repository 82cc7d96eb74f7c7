namespace Cassiopea.Transfer.Messages;

/// <summary>
/// A mailbox to read from that is no IMAP server: POP3, Maildir, mbox, an archive. One session; used by one task at a time. Nothing is ever
/// changed in it. Failures are thrown as <see cref="TransferException"/>.
/// </summary>
public interface IMessageStore : IAsyncDisposable
{
    /// <summary>Its folders as they are now.</summary>
    /// <param name="token">Cancels.</param>
    ValueTask<IReadOnlyList<StoredFolder>> FoldersAsync(CancellationToken token);

    /// <summary>The messages of a folder, ascending by UID.</summary>
    /// <param name="folder">One of <see cref="FoldersAsync"/>.</param>
    /// <param name="token">Cancels.</param>
    ValueTask<IReadOnlyList<StoredMessage>> MessagesAsync(StoredFolder folder, CancellationToken token);

    /// <summary>When messages were received, of those for which <see cref="MessagesAsync"/> did not say it; in their order.</summary>
    /// <param name="folder">Their folder.</param>
    /// <param name="messages">Ascending by UID.</param>
    /// <param name="token">Cancels.</param>
    IAsyncEnumerable<DateTimeOffset?> DatesAsync(StoredFolder folder, IReadOnlyList<StoredMessage> messages, CancellationToken token);

    /// <summary>Messages one after another, in their order; each content is valid until the next is asked for.</summary>
    /// <param name="folder">Their folder.</param>
    /// <param name="messages">Ascending by UID.</param>
    /// <param name="token">Cancels.</param>
    IAsyncEnumerable<StoredContent> ReadAsync(StoredFolder folder, IReadOnlyList<StoredMessage> messages, CancellationToken token);
}

/// <summary>One folder of a store.</summary>
/// <param name="Levels">Its path, a name per level in Unicode; INBOX is the one level <c>INBOX</c>.</param>
/// <param name="UidValidity">Another value means that all UIDs are new.</param>
/// <param name="UidNext">No message has this UID or a larger one.</param>
/// <param name="Messages">Messages.</param>
/// <param name="Bytes">Their octets; null when not known without reading them.</param>
/// <param name="Use"><c>\Sent</c> and the like; empty when not known.</param>
public sealed record StoredFolder(IReadOnlyList<string> Levels, uint UidValidity, uint UidNext, long Messages, long? Bytes, string Use = "");

/// <summary>One message of a store.</summary>
/// <param name="Uid">Its number in the folder.</param>
/// <param name="Flags">Flags and keywords as IMAP names them, with a space between.</param>
/// <param name="Size">Octets; null when not known without reading it.</param>
/// <param name="Received">When received; null when not known without reading it.</param>
/// <param name="Place">Where the store finds it again.</param>
public sealed record StoredMessage(uint Uid, string Flags, long? Size, DateTimeOffset? Received, string Place);

/// <summary>The octets of one message.</summary>
/// <param name="Message">Which.</param>
/// <param name="Received">When received; null when nothing tells.</param>
/// <param name="Size">Octets, exactly.</param>
/// <param name="Octets">The octets; null when the store cannot give the message.</param>
/// <param name="Problem">Why it cannot.</param>
public sealed record StoredContent(StoredMessage Message, DateTimeOffset? Received, long Size, Stream? Octets, string Problem = "");
