using System.Text;
using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Wire;
using MailKit;
using MailKit.Net.Imap;

namespace Cassiopea.Imap.Driver.Kit;

/// <summary>The folders of an account as MailKit lists them, in the form that mapping and planning know.</summary>
internal static class KitFolders
{
    public static Task<AccountFolders> ReadAsync(KitConnection connection, bool sizes, CancellationToken token) => connection.DoAsync(async () =>
    {
        var client = connection.Client;
        var has = client.Capabilities;
        var items = StatusItems.Count | StatusItems.UidNext | StatusItems.UidValidity;
        if (has.HasFlag(MailKit.Net.Imap.ImapCapabilities.CondStore)) items |= StatusItems.HighestModSeq;
        if (sizes && has.HasFlag(MailKit.Net.Imap.ImapCapabilities.StatusSize)) items |= StatusItems.Size;
        var personal = client.PersonalNamespaces.Count > 0 ? client.PersonalNamespaces[0] : new FolderNamespace('/', "");
        var separator = personal.DirectorySeparator == '\0' ? client.Inbox.DirectorySeparator : personal.DirectorySeparator;
        var own = await ListAsync(client, personal, items, token);
        if (!own.Exists(static folder => NameStyle.IsInbox(folder.Name)))
        {
            await client.Inbox.StatusAsync(items, token);
            own.Insert(0, Of(client.Inbox, separator));
        }

        var subscribed = (await client.GetFoldersAsync(personal, StatusItems.None, subscribedOnly: true, token)).Select(static folder => WireOf(folder.FullName)).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in own) folder.Subscribed = subscribed.Contains(folder.Name) || (NameStyle.IsInbox(folder.Name) && client.Inbox.IsSubscribed);
        var others = new List<ListedFolder>();
        foreach (var foreign in client.OtherNamespaces.Concat(client.SharedNamespaces)) others.AddRange(await ListAsync(client, foreign, StatusItems.None, token));
        var prefix = personal.Path.Length == 0 ? "" : personal.Path.TrimEnd(separator) + separator;
        others.RemoveAll(other => own.Exists(folder => folder.Name == other.Name));
        foreach (var folder in others) folder.Foreign = true;
        return new AccountFolders(new(WireOf(prefix), separator == '\0' ? null : separator), own, others);
    }, token);

    /// <summary>The folder of a name on the wire.</summary>
    public static Task<IMailFolder> OpenAsync(KitConnection connection, string wire, FolderAccess access, CancellationToken token) => connection.DoAsync(async () =>
    {
        var folder = NameStyle.IsInbox(wire) ? connection.Client.Inbox : await connection.Client.GetFolderAsync(FullNameOf(wire), token);
        await folder.OpenAsync(access, token);
        return folder;
    }, token);

    /// <summary>
    /// Makes a folder. MailKit makes one level at a time: levels above that are missing are made as names only, or, where the server does not take
    /// such, as folders, which <paramref name="made"/> is told.
    /// </summary>
    public static Task<IMailFolder> MakeAsync(KitConnection connection, NameStyle style, string wire, Action<string> made, CancellationToken token) => connection.DoAsync(async () =>
    {
        var (name, client) = (FullNameOf(wire), connection.Client);
        var cut = style.Separator is { } separator ? name.LastIndexOf(separator) : -1;
        IMailFolder above = client.PersonalNamespaces.Count > 0 ? client.GetFolder(client.PersonalNamespaces[0]) : client.Inbox;
        if (cut > style.Prefix.Length - 1)
        {
            try
            {
                above = await client.GetFolderAsync(name[..cut], token);
            }
            catch (FolderNotFoundException)
            {
                above = await MakeNameAsync(client, style, name[..cut], made, token);
            }
        }

        return await above.CreateAsync(name[(cut + 1)..], isMessageFolder: true, token) ?? throw new FolderNotFoundException(name);
    }, token);

    public static string WireOf(string fullName) => NameStyle.IsInbox(fullName) ? "INBOX" : ModifiedUtf7.Encode(fullName);

    public static string FullNameOf(string wire) => ModifiedUtf7.TryDecode(Encoding.Latin1.GetBytes(wire), out var name) ? name : wire;

    private static async Task<IMailFolder> MakeNameAsync(ImapClient client, NameStyle style, string name, Action<string> made, CancellationToken token)
    {
        var cut = name.LastIndexOf(style.Separator!.Value);
        IMailFolder above = client.GetFolder(client.PersonalNamespaces[0]);
        if (cut > style.Prefix.Length - 1)
        {
            try
            {
                above = await client.GetFolderAsync(name[..cut], token);
            }
            catch (FolderNotFoundException)
            {
                above = await MakeNameAsync(client, style, name[..cut], made, token);
            }
        }

        try
        {
            return await above.CreateAsync(name[(cut + 1)..], isMessageFolder: false, token) ?? throw new FolderNotFoundException(name);
        }
        catch (ImapCommandException)
        {
            var folder = await above.CreateAsync(name[(cut + 1)..], isMessageFolder: true, token) ?? throw new FolderNotFoundException(name);
            made(name);
            return folder;
        }
    }

    private static async Task<List<ListedFolder>> ListAsync(ImapClient client, FolderNamespace space, StatusItems items, CancellationToken token) =>
        [.. (await client.GetFoldersAsync(space, items, subscribedOnly: false, token)).Where(static folder => folder.FullName.Length > 0).Select(static folder => Of(folder, folder.DirectorySeparator))];

    private static ListedFolder Of(IMailFolder folder, char separator) => new(WireOf(folder.FullName), separator == '\0' ? null : separator)
    {
        Selectable = (folder.Attributes & (FolderAttributes.NoSelect | FolderAttributes.NonExistent)) == FolderAttributes.None,
        Exists = !folder.Attributes.HasFlag(FolderAttributes.NonExistent),
        Use = UseOf(folder.Attributes),
        Status = folder.UidValidity == 0 ? null : new(folder.UidValidity, folder.UidNext?.Id ?? 0, folder.Count, folder.HighestModSeq, (long?)folder.Size ?? -1),
    };

    private static SpecialUse UseOf(FolderAttributes attributes) =>
        attributes.HasFlag(FolderAttributes.Sent) ? SpecialUse.Sent
        : attributes.HasFlag(FolderAttributes.Drafts) ? SpecialUse.Drafts
        : attributes.HasFlag(FolderAttributes.Trash) ? SpecialUse.Trash
        : attributes.HasFlag(FolderAttributes.Junk) ? SpecialUse.Junk
        : attributes.HasFlag(FolderAttributes.Archive) ? SpecialUse.Archive
        : SpecialUse.None;
}
