using Cassiopea.Imap.Commands;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>Enters a mailbox and measures it; nothing is written.</summary>
public static class MailboxSurvey
{
    /// <summary>Logs in, lists folders with counts and sizes, and asks for quota and limits: about eight round trips.</summary>
    /// <param name="account">The mailbox.</param>
    /// <param name="side">Whose side a failure is on.</param>
    /// <param name="options">Timeouts and trust as of a transfer.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="TransferException">Unreachable, TLS or authentication.</exception>
    public static async Task<MailboxSurveyResult> RunAsync(ImapAccount account, TransferSide side, MailboxTransferOptions options, CancellationToken token)
    {
        await using var connection = await ImapConnection.OpenAsync(account, side, new()
        {
            Idle = options.Idle,
            TrustedRoots = options.TrustedRoots,
            WithoutCapabilities = options.WithoutCapabilities,
        }, token);
        var folders = await AccountFolders.ReadAsync(connection, sizes: true, token);
        var quota = await connection.QuotaAsync("INBOX", token);
        var newest = await NewestAsync(connection, token);
        var software = await connection.IdAsync(token);
        var own = folders.Own.Where(static folder => folder is { Selectable: true, Exists: true }).ToList();
        var limit = connection.Capabilities.AppendLimit;
        await connection.LogoutAsync(token);
        var surveyed = own.Select(folder => new SurveyedFolder(
                NameStyle.Path(folders.Style.Levels(folder.Name)), folder.Status?.Messages ?? 0, folder.Status is { Size: >= 0 } status ? status.Size : null,
                folder.Subscribed, folder.Use == SpecialUse.None ? "" : folder.Use.ToString().ToLowerInvariant()))
            .OrderByDescending(static folder => folder.Bytes ?? folder.Messages).ThenBy(static folder => folder.Path, StringComparer.Ordinal).ToList();
        return new(
            surveyed, [.. folders.Others.Select(other => NameStyle.Path(folders.Style.Levels(other.Name)))], surveyed.Sum(static folder => folder.Messages),
            surveyed.TrueForAll(static folder => folder.Bytes is not null) ? surveyed.Sum(static folder => folder.Bytes) : null,
            newest, quota?.UsedBytes, quota?.LimitBytes, limit, software);
    }

    private static async Task<DateTimeOffset?> NewestAsync(ImapConnection connection, CancellationToken token)
    {
        var inbox = await connection.ExamineAsync("INBOX", token);
        if (inbox.Messages == 0) return null;
        var newest = InternalDate.Unknown;
        var tag = connection.BeginLine("FETCH * (UID INTERNALDATE)");
        await connection.EndFactsAsync(tag, (in FetchItems items) => newest = InternalDate.Parse(items.InternalDate), token);
        return newest.IsKnown ? DateTimeOffset.FromUnixTimeSeconds(newest.Seconds) : null;
    }
}
