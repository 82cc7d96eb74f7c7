using Cassiopea.Imap.Archive;
using Cassiopea.Imap.Journal;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer;
using MailKit;

namespace Cassiopea.Imap.Driver.Kit;

/// <summary>Reads both ends by MailKit and compares them as the engine's verification does.</summary>
internal sealed class KitVerification(ImapAccount source, ImapAccount target, string? journalDirectory, MailboxTransferOptions options)
{
    private readonly ArchivedMessages? _archive = options is { OnlineSince: not null, ArchiveDirectory: { } directory } ? new(directory) : null;

    public async Task<List<ComparedFolder>> RunAsync(CancellationToken token)
    {
        await using var from = await KitConnection.OpenAsync(source, TransferSide.Source, options, token);
        await using var to = await KitConnection.OpenAsync(target, TransferSide.Target, options, token);
        var (listed, known) = (await KitFolders.ReadAsync(from, sizes: false, token), await KitFolders.ReadAsync(to, sizes: false, token));
        var mapped = Map(listed, known);
        var compared = new List<ComparedFolder>();
        foreach (var folder in mapped)
        {
            var there = known.Find(folder.Target) is { Selectable: true };
            var sent = await ReadAsync(from, folder.Source.Name, token);
            compared.AddRange(await ComparedFolder.CompareAsync(
                folder, there, sent, there ? await ReadAsync(to, folder.Target, token) : [], options.OnlineSince, _archive, token));
        }

        return compared;
    }

    private List<MappedFolder> Map(AccountFolders listed, AccountFolders known)
    {
        bool IsMapped(Commands.ListedFolder folder) => FolderMapping.IsMapped(options, NameStyle.Path(FolderMapping.LevelsOf(listed.Style, folder)));
        var copied = listed.Own.Concat(listed.Others.Where(IsMapped)).Where(static folder => folder is { Selectable: true, Exists: true, Status: not null }).ToList();
        using var journal = journalDirectory is not null && Directory.Exists(journalDirectory)
            ? AccountJournal.Open(journalDirectory, MailboxTransfer.Key(source), MailboxTransfer.Key(target))
            : null;
        var mapped = new FolderMapping(options, listed.Style, known.Style, known.Own, gmail: false).Map(copied, name => journal?.Find(name));
        mapped.RemoveAll(static folder => folder.Excluded);
        return mapped;
    }

    private static async Task<List<ScannedMessage>> ReadAsync(KitConnection connection, string name, CancellationToken token)
    {
        var folder = await KitFolders.OpenAsync(connection, name, FolderAccess.ReadOnly, token);
        return await KitMessages.ScanAsync(connection, folder, await KitMessages.ListAsync(connection, folder, token), token);
    }
}
