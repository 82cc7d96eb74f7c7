using System.Text;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Archive.Index;

/// <summary>
/// An archive that people can read without a mail program: <c>index.html</c> with the folders and <c>index/</c> with their messages, in French, Dutch
/// and English, static, without script and without anything from the network.
/// </summary>
public static class ArchiveIndex
{
    internal const string Name = "index";

    /// <summary>Writes the pages anew from the manifest and the heads of the messages; pages of an earlier run that are no more are removed.</summary>
    /// <param name="directory">The archive's directory, as <see cref="MailboxArchive"/> wrote it.</param>
    /// <param name="token">Cancels; pages that were written stay, each is whole.</param>
    /// <exception cref="TransferException">The archive cannot be read or a page cannot be written.</exception>
    public static async Task WriteAsync(string directory, CancellationToken token)
    {
        directory = Path.GetFullPath(directory);
        var written = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            var pages = Directory.CreateDirectory(Path.Combine(directory, Name)).FullName;
            var manifest = Path.Combine(directory, ArchivePacking.ManifestName);
            using TextReader text = File.Exists(manifest) ? File.OpenText(manifest) : new StringReader("");
            await new IndexPages(Name, "", new(directory), directory, PageAsync).WriteAsync(ArchivedLine.Read(text), ArchivePacking.ReadFolders(directory, []), token);
            foreach (var old in Directory.EnumerateFiles(pages, "*.html*").Where(file => !written.Contains(file))) File.Delete(old);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new TransferException(TransferSide.Us, TransferFailureKind.Refused, TransferCode.StorageFull, $"The index of the archive cannot be written: {failed.Message}", failed);
        }

        async Task PageAsync(string path, string html, CancellationToken cancel)
        {
            var file = Path.Combine(directory, path);
            await File.WriteAllTextAsync(file + ".partial", html, new UTF8Encoding(false), cancel);
            File.Move(file + ".partial", file, overwrite: true);
            written.Add(file);
        }
    }
}
