using System.Globalization;
using Cassiopea.Transfer;
using Cassiopea.Transfer.Manifests;

namespace Cassiopea.Imap.Archive;

/// <summary>What an archive's tree holds, as lines of a manifest that can be signed.</summary>
public static class ArchiveManifest
{
    /// <summary>Reads <c>manifest.tsv</c>, the last line of each message, and compares it with the files: each must be there with its size, and no other.</summary>
    /// <param name="directory">The root of the tree.</param>
    /// <exception cref="TransferException">Lines and files do not agree, or cannot be read.</exception>
    public static IReadOnlyList<ManifestLine> Read(string directory)
    {
        try
        {
            var files = new ArchiveFiles(directory);
            var made = new List<ManifestLine>();
            using var text = File.OpenText(Path.Combine(directory, ArchivePacking.ManifestName));
            foreach (var line in ArchivedLine.Read(text).OrderBy(static line => line.Folder, StringComparer.Ordinal))
            {
                if (files.Find(line) is not { } file) throw Disagree($"the message {line.Key} has a line and no file");
                if (new FileInfo(file).Length != line.Size) throw Disagree($"the file of the message {line.Key} has another size");
                made.Add(new(line.Folder, line.Date, line.Flags, line.Size, line.Hash));
            }

            var held = Held(directory);
            return held == made.Count ? made : throw Disagree(string.Create(CultureInfo.InvariantCulture, $"{held} files, {made.Count} lines"));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new TransferException(TransferSide.Us, TransferFailureKind.Refused, TransferCode.StorageFull, $"The archive cannot be read: {failed.Message}", failed);
        }
    }

    private static int Held(string directory) => Directory.EnumerateDirectories(directory).Prepend(directory)
        .SelectMany(static folder => (string[])[Path.Combine(folder, "cur"), Path.Combine(folder, "new")])
        .Where(Directory.Exists)
        .SelectMany(Directory.EnumerateFiles)
        .Count(static file => MaildirName.TryRead(Path.GetFileName(file), out _, out _));

    private static TransferException Disagree(string how) =>
        new(TransferSide.Us, TransferFailureKind.Refused, TransferCode.ItemMissing, $"The archive's manifest.tsv and its files do not agree: {how}. Nothing is signed.");
}
