using System.Globalization;
using System.IO.Compression;
using System.Text;
using Cassiopea.Imap.Archive.Index;
using Cassiopea.Transfer;
using Cassiopea.Transfer.Manifests;

namespace Cassiopea.Imap.Archive;

/// <summary>What is inside the zip parts.</summary>
public enum ArchiveFormat
{
    /// <summary>A Maildir tree: a file per message.</summary>
    Maildir,

    /// <summary>A file per folder, mboxrd, which Thunderbird opens.</summary>
    Mbox,
}

/// <summary>
/// Packs the tree of an archive into zip parts for a member: each has the manifest of what it holds and can be read without the others. What is
/// in a finished part is not packed again, so that a later run adds parts.
/// </summary>
public static class ArchivePacking
{
    /// <summary>Largest part unless another size is asked for, bytes.</summary>
    public const long DefaultPartSize = 2_000_000_000;

    internal const string ManifestName = "manifest.tsv";
    internal const string FoldersName = "folders.tsv";
    private const int MostEntries = 60_000; // a zip without ZIP64 has at most 65,535
    private const int PerEntry = 1024; // its place in the list of entries, the line of the manifest, the row of the index

    /// <summary>Packs what is not packed yet.</summary>
    /// <param name="directory">The archive's directory; the parts stand in it.</param>
    /// <param name="format">What is inside.</param>
    /// <param name="partSize">Most bytes of a part; a single message that is larger has a part of its own.</param>
    /// <param name="token">Cancels; a part that is not finished is removed.</param>
    /// <returns>The new parts.</returns>
    /// <exception cref="TransferException">The archive cannot be read or a part cannot be written.</exception>
    public static async Task<IReadOnlyList<string>> PackAsync(string directory, ArchiveFormat format, long partSize, CancellationToken token)
    {
        directory = Path.GetFullPath(directory);
        try
        {
            foreach (var half in Directory.EnumerateFiles(directory, "*.zip.partial")) File.Delete(half);
            var packed = Parts(directory).SelectMany(ReadManifest).Select(static line => line.Key).ToHashSet(StringComparer.Ordinal);
            List<ArchivedLine> left;
            using (var text = File.OpenText(Path.Combine(directory, ManifestName)))
            {
                left = [.. ArchivedLine.Read(text).Where(line => !packed.Contains(line.Key)).OrderBy(static line => line.Folder, StringComparer.Ordinal).ThenBy(static line => line.Validity).ThenBy(static line => line.Uid)];
            }

            var made = new List<string>();
            for (var at = 0; at < left.Count;)
            {
                var path = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"mail-{Parts(directory).Count() + 1:000}.zip"));
                at += await PartAsync(directory, path, format, left, at, partSize, token);
                made.Add(path);
            }

            return made;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new TransferException(TransferSide.Us, TransferFailureKind.Refused, TransferCode.StorageFull, $"The parts cannot be written: {failed.Message}", failed);
        }
    }

    /// <summary>The finished parts of a directory, or those beside a given part.</summary>
    internal static IEnumerable<string> Parts(string path)
    {
        var directory = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
        if (!Directory.Exists(directory)) return [];
        return Directory.EnumerateFiles(directory, "mail-*.zip").Order(StringComparer.Ordinal);
    }

    /// <summary>The manifest of one part.</summary>
    internal static List<ArchivedLine> ReadManifest(string zip) => [.. ArchivedLine.Read(new StringReader(Read(zip, ManifestName)))];

    /// <summary>The folders of an archive, those without a message too.</summary>
    internal static IEnumerable<string> ReadFolders(string root, IEnumerable<string> zips)
    {
        var file = Path.Combine(root, FoldersName);
        if (File.Exists(file)) return Folders(File.ReadAllText(file));
        return zips.Distinct(StringComparer.Ordinal).SelectMany(static zip => Folders(Read(zip, FoldersName))).Distinct(StringComparer.Ordinal).ToList();
    }

    /// <summary>The list of folders: a name per line, escaped as in the manifest.</summary>
    internal static IEnumerable<string> Folders(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ManifestLine.Unescape);

    internal static string FoldersText(IEnumerable<string> folders) => string.Concat(folders.Select(static folder => ManifestLine.Escape(folder) + "\n"));

    private static string Read(string zip, string name)
    {
        const long most = 512L << 20;
        using var archive = ZipFile.OpenRead(zip);
        var entry = archive.GetEntry(name) ?? throw new InvalidDataException($"{Path.GetFileName(zip)} has no {name}.");
        if (entry.Length > most) throw new InvalidDataException($"{name} of {Path.GetFileName(zip)} is too large.");
        using var text = new StreamReader(entry.Open(), Encoding.UTF8);
        return text.ReadToEnd();
    }

    private static async Task<int> PartAsync(string directory, string path, ArchiveFormat format, List<ArchivedLine> lines, int first, long partSize, CancellationToken token)
    {
        var half = path + ".partial";
        var count = 0;
        try
        {
            await using (var file = new FileStream(half, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            await using (var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, token))
            {
                var part = new ArchivePart(directory, Path.GetFileNameWithoutExtension(path).Replace("mail-", ArchiveIndex.Name + "-", StringComparison.Ordinal), zip);
                for (; first + count < lines.Count && count < MostEntries; count++)
                {
                    var line = lines[first + count];
                    if (count > 0 && file.Length + part.Pending + line.Size + (count + 1L) * PerEntry > partSize) break;
                    if (format == ArchiveFormat.Maildir) await part.AddFileAsync(line, token);
                    else await part.AddToMboxAsync(line, token);
                }

                await part.EndAsync(Path.Combine(directory, FoldersName), token);
            }

            File.Move(half, path);
            return count;
        }
        catch
        {
            File.Delete(half);
            throw;
        }
    }
}
