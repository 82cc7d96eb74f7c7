using Cassiopea.Imap.Commands;

namespace Cassiopea.Imap.Mailbox;

/// <summary>The folders of an account and how their names are written.</summary>
/// <param name="Style">Prefix and separator.</param>
/// <param name="Own">Folders of the personal namespace.</param>
/// <param name="Others">Shared and other people's folders.</param>
internal sealed record AccountFolders(NameStyle Style, IReadOnlyList<ListedFolder> Own, IReadOnlyList<ListedFolder> Others)
{
    /// <summary>Reads them: one round trip where the server has LIST-STATUS, else two.</summary>
    public static async Task<AccountFolders> ReadAsync(ImapConnection connection, bool sizes, CancellationToken token)
    {
        var asked = connection.Capabilities.Namespace ? connection.BeginLine("NAMESPACE") : 0;
        var listing = connection.BeginList(sizes);
        var namespaces = asked == 0 ? null : await connection.EndNamespaceAsync(asked, token);
        var all = await connection.EndListAsync(listing, token);
        var foreign = namespaces?.Others.Where(static other => other.Prefix.Length > 0).Select(static other => other.Prefix).ToList() ?? [];
        bool IsForeign(ListedFolder folder) => foreign.Exists(prefix =>
            folder.Name.StartsWith(prefix, StringComparison.Ordinal) || string.Equals(folder.Name, prefix.TrimEnd(namespaces!.Personal.Separator ?? '/'), StringComparison.Ordinal));
        var own = all.Where(folder => NameStyle.IsInbox(folder.Name) || !IsForeign(folder)).ToList();
        var others = all.Except(own).ToList();
        foreach (var folder in others) folder.Foreign = true;
        return new(NameStyle.Of(namespaces, own), own, others);
    }

    public ListedFolder? Find(string name) =>
        Own.FirstOrDefault(folder => folder.Name.Equals(name, StringComparison.Ordinal) || (NameStyle.IsInbox(name) && NameStyle.IsInbox(folder.Name)));
}
