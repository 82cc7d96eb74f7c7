using System.Formats.Tar;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa.Bundle;

/// <summary>How much an archive may hold.</summary>
/// <param name="Files">Number of files.</param>
/// <param name="Bytes">All files together.</param>
public sealed record SafeTarLimits(long Files = 2_000_000, long Bytes = 200L << 30);

/// <summary>Extracts a tar of others: only files and folders, only below the folder given, never through a link.</summary>
public static class SafeTar
{
    /// <summary>Extracts; what is there is replaced.</summary>
    /// <param name="tar">The archive.</param>
    /// <param name="into">An existing folder.</param>
    /// <param name="limits">How much is accepted.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="TransferException">A name that leaves the folder, a link, a device, or more than the limits.</exception>
    public static async Task ExtractAsync(Stream tar, string into, SafeTarLimits limits, CancellationToken token)
    {
        var root = Path.GetFullPath(into) + Path.DirectorySeparatorChar;
        long files = 0, bytes = 0;
        await using var reader = new TarReader(tar, leaveOpen: true);
        try
        {
            while (await reader.GetNextEntryAsync(copyData: false, token) is { } entry)
            {
                if (entry.EntryType is TarEntryType.GlobalExtendedAttributes) continue;
                var path = Place(root, entry.Name);
                if (entry.EntryType is TarEntryType.Directory)
                {
                    Directory.CreateDirectory(path);
                    continue;
                }

                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                    throw Refused($"'{Shown(entry.Name)}' is a {entry.EntryType}, not a file.");
                bytes += entry.Length;
                if (++files > limits.Files || bytes > limits.Bytes) throw Refused($"more than {limits.Files} files or {limits.Bytes} bytes.");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await using var output = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
                if (entry.DataStream is { } data) await data.CopyToAsync(output, token);
            }
        }
        catch (Exception wrong) when (wrong is InvalidDataException or FormatException or EndOfStreamException or ArgumentException)
        {
            throw new TransferException(TransferSide.Source, TransferFailureKind.Broken, TransferCode.ProtocolBroken, $"The archive cannot be read: {wrong.Message}", wrong);
        }
    }

    private static string Place(string root, string name)
    {
        if (name.Length == 0 || name.Contains('\0') || Path.IsPathRooted(name) || name.Split('/').Contains("..")) throw Refused($"'{Shown(name)}' leaves the folder.");
        var path = Path.GetFullPath(Path.Combine(root, name));
        if (path + Path.DirectorySeparatorChar != root && !path.StartsWith(root, StringComparison.Ordinal)) throw Refused($"'{Shown(name)}' leaves the folder.");
        return path;
    }

    private static string Shown(string name) => name.Length > 120 ? name[..120] : name;

    private static TransferException Refused(string why) =>
        new(TransferSide.Source, TransferFailureKind.Refused, TransferCode.ItemRefused, $"The archive is refused: {why}");
}
