using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Driver;

/// <summary>
/// What a service or a command needs of whatever moves mailboxes. The engine of this library is one driver; MailKit is another in a build with
/// <c>MailKit=true</c>, for servers whose login mechanism the engine does not speak. Which one is used is written down, never guessed.
/// </summary>
public interface IMailboxDriver
{
    /// <summary>Its name: <c>engine</c> or <c>mailkit</c>.</summary>
    string Name { get; }

    /// <summary>Enters a mailbox and measures it; writes nothing.</summary>
    /// <param name="account">The mailbox.</param>
    /// <param name="side">Whose side a failure is on.</param>
    /// <param name="options">Timeouts and trust as of a copy.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="TransferException">Unreachable, TLS or authentication.</exception>
    Task<MailboxSurveyResult> SurveyAsync(ImapAccount account, TransferSide side, MailboxTransferOptions options, CancellationToken token);

    /// <summary>Copies a mailbox, or what changed since the last run with the same journal. See <see cref="MailboxTransfer"/> for what it promises.</summary>
    /// <param name="source">The old mailbox; only read.</param>
    /// <param name="target">The new mailbox.</param>
    /// <param name="journalDirectory">One directory per pair of accounts, held by one run at a time.</param>
    /// <param name="options">How.</param>
    /// <param name="token">Cancels; the result says what was done.</param>
    /// <exception cref="TransferException">The journal cannot be opened.</exception>
    Task<MailboxTransferResult> CopyAsync(ImapAccount source, ImapAccount target, string journalDirectory, MailboxTransferOptions options, CancellationToken token);

    /// <summary>Reads both ends again and compares every message by SHA-256, date, flags and number.</summary>
    /// <param name="source">The old mailbox.</param>
    /// <param name="target">The new mailbox.</param>
    /// <param name="journalDirectory">The copy's journal, to know which folder went where; null = folders are mapped anew.</param>
    /// <param name="manifestPath">Where the manifest is written; null = only its hash is made.</param>
    /// <param name="options">The same as of the copy.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="TransferException">An end cannot be reached or read.</exception>
    Task<MailboxVerificationResult> VerifyAsync(
        ImapAccount source, ImapAccount target, string? journalDirectory, string? manifestPath, MailboxTransferOptions options, CancellationToken token);
}
