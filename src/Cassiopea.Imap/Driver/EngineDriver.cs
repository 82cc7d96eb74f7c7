using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Driver;

/// <summary>The engine of this library.</summary>
/// <param name="time">The clock of dates and rates.</param>
public sealed class EngineDriver(TimeProvider time) : IMailboxDriver
{
    /// <inheritdoc />
    public string Name => "engine";

    /// <inheritdoc />
    public Task<MailboxSurveyResult> SurveyAsync(ImapAccount account, TransferSide side, MailboxTransferOptions options, CancellationToken token) =>
        MailboxSurvey.RunAsync(account, side, options, token);

    /// <inheritdoc />
    public Task<MailboxTransferResult> CopyAsync(ImapAccount source, ImapAccount target, string journalDirectory, MailboxTransferOptions options, CancellationToken token) =>
        new MailboxTransfer(time).RunAsync(source, target, journalDirectory, options, token);

    /// <inheritdoc />
    public Task<MailboxVerificationResult> VerifyAsync(
        ImapAccount source, ImapAccount target, string? journalDirectory, string? manifestPath, MailboxTransferOptions options, CancellationToken token) =>
        new MailboxVerification(time).RunAsync(source, target, journalDirectory, manifestPath, options, token);
}
