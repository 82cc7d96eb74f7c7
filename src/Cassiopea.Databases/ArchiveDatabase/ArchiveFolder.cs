using System.Security.Cryptography;
using Cassiopea.Contracts;
using Cassiopea.MySql.Dump;

namespace Cassiopea.Databases;

/// <summary>Where a database's archive is. A new one is drafted beside it, and takes its place only when every file reads as it was written.</summary>
internal sealed class ArchiveFolder(string path)
{
    /// <summary>How the name of the list of tables ends.</summary>
    public const string ManifestEnd = "-manifest.tsv";

    private const string DraftStart = ".draft-";

    /// <summary>An empty folder to write into; those of runs that were killed go.</summary>
    public ArchiveDraft NewDraft(string name)
    {
        foreach (var old in Directory.EnumerateDirectories(path, DraftStart + "*"))
            Directory.Delete(old, recursive: true);
        return new ArchiveDraft(Directory.CreateDirectory(Path.Combine(path, DraftStart + name)).FullName);
    }

    /// <summary>What the archive that this one replaces held: only what changed counts as new. Files of a run of this same archive that was killed are not counted.</summary>
    public async Task<HashSet<string>> HeldBeforeAsync(string name, CancellationToken token)
    {
        HashSet<string> lines = new(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(path, "*" + ManifestEnd).Where(file => Path.GetFileName(file) != name + ManifestEnd))
            lines.UnionWith(await File.ReadAllLinesAsync(file, token));
        return lines;
    }

    /// <summary>Reads every file of a draft again, and moves them into the folder when all are as they were written; else nothing is moved.</summary>
    /// <exception cref="PassFailureException">A file is not as it was written: passing, since writing it again may help.</exception>
    public async Task PlaceAsync(IReadOnlyList<DumpPart> written, CancellationToken token)
    {
        foreach (var part in written)
        {
            if (!await ReadsAsWrittenAsync(part, token))
                throw new PassFailureException(new Failure(
                    FailureSide.Us, FailureKind.Passing, FailureCode.StorageFull,
                    $"{Path.GetFileName(part.Path)} does not read as it was written: the earlier archive stays. If it goes on, look at the disk of Databases:ArchiveDirectory, and archive again."));
        }

        foreach (var part in written)
            File.Move(part.Path, Path.Combine(path, Path.GetFileName(part.Path)), overwrite: true);
    }

    /// <summary>Files of earlier archives: no link leads there any more.</summary>
    public void RemoveOthers(IReadOnlyList<ArchivePart> parts)
    {
        foreach (var file in Directory.EnumerateFiles(path).Where(file => parts.All(part => part.Name != Path.GetFileName(file))))
            File.Delete(file);
    }

    private static async Task<bool> ReadsAsWrittenAsync(DumpPart part, CancellationToken token)
    {
        await using var file = File.OpenRead(part.Path);
        return file.Length == part.Bytes && Convert.ToHexStringLower(await SHA256.HashDataAsync(file, token)) == part.Sha256;
    }
}

/// <summary>Where an archive is written; it goes when the run ends, however it ends.</summary>
/// <param name="path">The folder.</param>
internal sealed class ArchiveDraft(string path) : IDisposable
{
    public string Path => path;

    public void Dispose()
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }
}
