using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Preflight;

/// <summary>What was received in one year.</summary>
/// <param name="Year">The year in UTC; 0 = the date is not known.</param>
/// <param name="Messages">Messages.</param>
/// <param name="Bytes">Their bytes.</param>
public sealed record YearFigures(int Year, long Messages, long Bytes);

/// <summary>The years of one folder.</summary>
/// <param name="Path">Path, <c>/</c> between levels.</param>
/// <param name="Years">Oldest first.</param>
public sealed record FolderAges(string Path, IReadOnlyList<YearFigures> Years);

/// <summary>What it means to keep the last years online and to archive the rest.</summary>
/// <param name="Years">Years kept online.</param>
/// <param name="Since">From when messages stay online, UTC: the value for <see cref="MailboxTransferOptions.OnlineSince"/>.</param>
/// <param name="OnlineMessages">Messages that stay online.</param>
/// <param name="OnlineBytes">Their bytes.</param>
/// <param name="ArchivedMessages">Messages for the archive.</param>
/// <param name="ArchivedBytes">Bytes that this frees at the target.</param>
public sealed record KeptOnline(int Years, DateTimeOffset Since, long OnlineMessages, long OnlineBytes, long ArchivedMessages, long ArchivedBytes);

/// <summary>How old a mailbox is.</summary>
/// <param name="Years">All folders together, oldest year first.</param>
/// <param name="Folders">Folder by folder, largest first.</param>
/// <param name="Keeping">What keeping the last 1, 2, 3, 5 and 10 years online would leave and free.</param>
/// <param name="Unreadable">Folders that the server does not let be opened.</param>
public sealed record MailboxAgesResult(IReadOnlyList<YearFigures> Years, IReadOnlyList<FolderAges> Folders, IReadOnlyList<KeptOnline> Keeping, IReadOnlyList<string> Unreadable);

/// <summary>Measures age and size of every message, so that a member can decide what stays online. Nothing is written.</summary>
public static class MailboxAges
{
    private static readonly int[] Choices = [1, 2, 3, 5, 10];

    /// <summary>Reads date and size of each message, two round trips a folder; an old server may read each message for its size.</summary>
    /// <param name="account">The mailbox.</param>
    /// <param name="side">Whose side a failure is on.</param>
    /// <param name="asOf">Now: the years count back from here.</param>
    /// <param name="options">Timeouts, trust and excluded folders as of a transfer.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="TransferException">Unreachable, TLS, authentication, or a connection lost on the way.</exception>
    public static async Task<MailboxAgesResult> RunAsync(ImapAccount account, TransferSide side, DateTimeOffset asOf, MailboxTransferOptions options, CancellationToken token)
    {
        await using var connection = await ImapConnection.OpenAsync(account, side, new() { Idle = options.Idle, TrustedRoots = options.TrustedRoots, WithoutCapabilities = options.WithoutCapabilities }, token);
        var listed = await AccountFolders.ReadAsync(connection, sizes: false, token);
        var (folders, unreadable) = (new List<FolderAges>(), new List<string>());
        var keeping = Choices.Select(years => new KeptOnline(years, asOf.ToUniversalTime().AddYears(-years), 0, 0, 0, 0)).ToArray();
        foreach (var folder in listed.Own.Where(static folder => folder is { Selectable: true, Exists: true }))
        {
            var path = NameStyle.Path(listed.Style.Levels(folder.Name));
            if (options.ExcludedFolders.Any(excluded => path.Equals(excluded, StringComparison.Ordinal) || path.StartsWith(excluded + "/", StringComparison.Ordinal))) continue;
            var years = new SortedDictionary<int, YearFigures>();
            try
            {
                await FolderFacts.ReadAsync(connection, folder.Name, message => Count(years, keeping, message), token);
                folders.Add(new(path, [.. years.Values]));
            }
            catch (ImapException refused) when (refused.ConnectionUsable)
            {
                unreadable.Add(path);
            }
        }

        await connection.LogoutAsync(token);
        var all = folders.SelectMany(static folder => folder.Years).GroupBy(static year => year.Year)
            .Select(static year => new YearFigures(year.Key, year.Sum(static one => one.Messages), year.Sum(static one => one.Bytes))).OrderBy(static year => year.Year);
        return new([.. all], [.. folders.OrderByDescending(static folder => folder.Years.Sum(static year => year.Bytes)).ThenBy(static folder => folder.Path, StringComparer.Ordinal)], keeping, unreadable);
    }

    private static void Count(SortedDictionary<int, YearFigures> years, KeptOnline[] keeping, MessageFacts message)
    {
        var year = message.Date.IsKnown ? DateTimeOffset.FromUnixTimeSeconds(message.Date.Seconds).Year : 0;
        var before = years.GetValueOrDefault(year) ?? new(year, 0, 0);
        years[year] = before with { Messages = before.Messages + 1, Bytes = before.Bytes + message.Size };
        for (var i = 0; i < keeping.Length; i++)
        {
            var kept = keeping[i];
            keeping[i] = message.Date.IsBefore(kept.Since)
                ? kept with { ArchivedMessages = kept.ArchivedMessages + 1, ArchivedBytes = kept.ArchivedBytes + message.Size }
                : kept with { OnlineMessages = kept.OnlineMessages + 1, OnlineBytes = kept.OnlineBytes + message.Size };
        }
    }
}
