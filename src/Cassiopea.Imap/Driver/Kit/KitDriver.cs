using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer;
using MailKit;

namespace Cassiopea.Imap.Driver.Kit;

/// <summary>
/// Mailboxes by MailKit: one connection to each end, one message at a time, with the journal, the mapping and the comparison of the engine.
/// Slower than the engine and holds a message in memory, but speaks every login mechanism that MailKit speaks.
/// </summary>
internal sealed class KitDriver(TimeProvider time) : IMailboxDriver
{
    public string Name => "mailkit";

    public async Task<MailboxSurveyResult> SurveyAsync(ImapAccount account, TransferSide side, MailboxTransferOptions options, CancellationToken token)
    {
        await using var connection = await KitConnection.OpenAsync(account, side, options, token);
        var client = connection.Client;
        var folders = await KitFolders.ReadAsync(connection, sizes: true, token);
        var surveyed = folders.Own.Where(static folder => folder is { Selectable: true, Exists: true }).Select(folder => new SurveyedFolder(
                NameStyle.Path(folders.Style.Levels(folder.Name)), folder.Status?.Messages ?? 0, folder.Status is { Size: >= 0 } status ? status.Size : null,
                folder.Subscribed, folder.Use == SpecialUse.None ? "" : folder.Use.ToString().ToLowerInvariant()))
            .OrderByDescending(static folder => folder.Bytes ?? folder.Messages).ThenBy(static folder => folder.Path, StringComparer.Ordinal).ToList();
        var (newest, quota, software) = await connection.DoAsync(async () =>
        {
            var inbox = client.Inbox;
            await inbox.OpenAsync(FolderAccess.ReadOnly, token);
            var last = inbox.Count == 0 ? null : (await inbox.FetchAsync(inbox.Count - 1, inbox.Count - 1, new FetchRequest(MessageSummaryItems.UniqueId | MessageSummaryItems.InternalDate), token)).FirstOrDefault();
            var room = client.Capabilities.HasFlag(MailKit.Net.Imap.ImapCapabilities.Quota) ? await inbox.GetQuotaAsync(token) : null;
            var who = client.Capabilities.HasFlag(MailKit.Net.Imap.ImapCapabilities.Id) ? await client.IdentifyAsync(null!, token) : null;
            return (last?.InternalDate, room, $"{who?.Name} {who?.Version}".Trim());
        }, token);
        return new(
            surveyed, [.. folders.Others.Select(other => NameStyle.Path(folders.Style.Levels(other.Name)))], surveyed.Sum(static folder => folder.Messages),
            surveyed.TrueForAll(static folder => folder.Bytes is not null) ? surveyed.Sum(static folder => folder.Bytes) : null,
            newest?.ToUniversalTime(), quota?.StorageLimit is null ? null : (quota.CurrentStorageSize ?? 0) * 1024L, quota?.StorageLimit * 1024L, client.AppendLimit, software);
    }

    public Task<MailboxTransferResult> CopyAsync(ImapAccount source, ImapAccount target, string journalDirectory, MailboxTransferOptions options, CancellationToken token) =>
        new MailboxTransfer(time).RunAsync(source, target, journalDirectory, options, run => new KitAttempt(run, source, target), token);

    public Task<MailboxVerificationResult> VerifyAsync(
        ImapAccount source, ImapAccount target, string? journalDirectory, string? manifestPath, MailboxTransferOptions options, CancellationToken token) =>
        new MailboxVerification(time).RunAsync(new KitVerification(source, target, journalDirectory, options).RunAsync, static () => 0, manifestPath, token);
}
