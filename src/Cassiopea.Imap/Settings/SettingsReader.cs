using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Sieve;

namespace Cassiopea.Imap.Settings;

/// <summary>Reads the settings of one end. Nothing is written there.</summary>
internal sealed class SettingsReader(ImapConnection imap, SieveConnection? sieve, AccountFolders folders)
{
    private static readonly string[] Hidden = ["/private/vendor/vendor.dovecot/pvt", "/shared/vendor/vendor.dovecot/pvt"];

    public async Task<MailboxSettings> ReadAsync(string login, CancellationToken token)
    {
        List<string> missing = [];
        if (sieve is null) missing.Add("sieve");
        if (!imap.Capabilities.Acl) missing.Add("acl");
        if (!imap.Capabilities.Metadata) missing.Add("metadata");
        var scripts = sieve is null ? [] : await sieve.ScriptsAsync(token);
        var (rights, annotations) = (new List<FolderRights>(), new List<Annotation>());
        if (imap.Capabilities.MetadataServer) Take(annotations, "", await imap.EndGetMetadataAsync(imap.BeginGetMetadata(""), token));
        foreach (var some in folders.Own.Where(static folder => folder is { Selectable: true, Exists: true }).Chunk(50)) await ReadAsync(some, login, rights, annotations, token);
        return new(scripts, rights, annotations, missing);
    }

    private async Task ReadAsync(ListedFolder[] some, string login, List<FolderRights> rights, List<Annotation> annotations, CancellationToken token)
    {
        var asked = some.Select(folder => (
            Path: NameStyle.Path(folders.Style.Levels(folder.Name)),
            Acl: imap.Capabilities.Acl ? imap.BeginGetAcl(folder.Name) : 0,
            Metadata: imap.Capabilities.Metadata ? imap.BeginGetMetadata(folder.Name) : 0)).ToList();
        foreach (var (path, acl, metadata) in asked)
        {
            if (acl != 0 && await imap.EndGetAclAsync(acl, token) is { } given)
                rights.AddRange(given.Where(one => !IsOwner(one.Identifier, login)).Select(one => new FolderRights(path, one.Identifier, Rights.New(one.Rights))));
            if (metadata != 0) Take(annotations, path, await imap.EndGetMetadataAsync(metadata, token));
        }
    }

    /// <summary>The owner's own rights follow from owning; they are not carried over.</summary>
    private static bool IsOwner(string identifier, string login) =>
        identifier.Equals("owner", StringComparison.OrdinalIgnoreCase) || identifier.Equals(login.Split('*')[0], StringComparison.OrdinalIgnoreCase); // user*master is user

    private static void Take(List<Annotation> annotations, string path, List<(string Entry, byte[] Value)>? found)
    {
        foreach (var (entry, value) in found ?? [])
        {
            // the use of a folder is carried over by the mapping of folders (RFC 6154 §5.4), Dovecot's private space is its own
            if (entry.EndsWith("/specialuse", StringComparison.OrdinalIgnoreCase) || Array.Exists(Hidden, hidden => entry.StartsWith(hidden, StringComparison.OrdinalIgnoreCase))) continue;
            annotations.Add(new(path, entry, value));
        }
    }
}
