using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;
using Microsoft.Extensions.Options;

namespace Cassiopea.Mail;

/// <summary>The files of one mailbox's archive.</summary>
/// <param name="Tree">The Maildir tree, with its manifest.</param>
/// <param name="Parts">What the member downloads.</param>
internal sealed record ArchiveFiles(string Tree, ArchiveParts Parts);

/// <summary>Where a mailbox's journal and manifests are, under <see cref="MailOptions.JournalDirectory"/>, and its archive, under <see cref="MailOptions.ArchiveDirectory"/>.</summary>
internal sealed class MailboxFiles(IOptions<MailOptions> options)
{
    /// <summary>The engine's journal: one per pair of ends, another target is another journal.</summary>
    public string JournalOf(Guid item, Endpoint source, Endpoint target)
    {
        var ends = $"{source.Host}:{source.Port}/{source.Login}\n{target.Host}:{target.Port}/{target.Login}";
        return Path.Combine(FolderOf(item), "journal-" + ShortHash(ends));
    }

    /// <summary>The numbers that the messages of a maildrop got, which has none of its own; its folder is made.</summary>
    public string UidsOf(Guid item, Endpoint source)
    {
        Directory.CreateDirectory(FolderOf(item));
        return Path.Combine(FolderOf(item), $"uids-{ShortHash($"{source.Host}:{source.Port}/{source.Login}")}.map");
    }

    /// <summary>The list of all source messages as a verification compared them; its folder is made.</summary>
    public string ManifestOf(Guid item, int pass)
    {
        Directory.CreateDirectory(FolderOf(item));
        return Path.Combine(FolderOf(item), string.Create(CultureInfo.InvariantCulture, $"manifest-{pass}.tsv"));
    }

    /// <summary>The archive of a mailbox: <c>MIGRATION/ITEM/tree</c> and <c>MIGRATION/ITEM/parts</c>; the gateway reads the parts only.</summary>
    public ArchiveFiles ArchiveOf(Guid migration, Guid item)
    {
        var folder = Path.Combine(ArchivesOf(migration), item.ToString("N"));
        return new ArchiveFiles(Path.Combine(folder, "tree"), new ArchiveParts(Path.Combine(folder, "tree"), Path.Combine(folder, "parts"), options.Value.ArchivePartBytes));
    }

    /// <summary>Erases all that is kept of a migration; may be called again.</summary>
    public (long Files, long Bytes) Erase(Guid migration, IEnumerable<Guid> items)
    {
        var (files, bytes) = (0L, 0L);
        foreach (var folder in items.Select(FolderOf).Append(ArchivesOf(migration)).Where(Directory.Exists))
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
                (files, bytes) = (files + 1, bytes + file.Length);
            Directory.Delete(folder, recursive: true);
        }

        return (files, bytes);
    }

    private static string ShortHash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4));

    private string ArchivesOf(Guid migration) => Path.Combine(options.Value.ArchiveDirectory, migration.ToString("N"));

    private string FolderOf(Guid item) => Path.Combine(options.Value.JournalDirectory, item.ToString("N"));
}
