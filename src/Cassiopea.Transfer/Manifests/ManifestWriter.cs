using System.Security.Cryptography;
using System.Text;

namespace Cassiopea.Transfer.Manifests;

/// <summary>What a manifest says about itself.</summary>
/// <param name="Account">Whose messages they are, for example <c>imap://user@host:993/</c>.</param>
/// <param name="Folders">Folders with a message.</param>
/// <param name="Messages">Messages.</param>
/// <param name="Bytes">Octets of all messages.</param>
public sealed record ManifestHeader(string Account, long Folders, long Messages, long Bytes)
{
    /// <summary>First line of every manifest.</summary>
    public const string Format = "format\tcassiopea-manifest 1";

    /// <summary>Lines before the first message.</summary>
    public const int Lines = 5;

    /// <summary>The lines with their LFs.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Format}\naccount\t{ManifestLine.Escape(Account)}\nfolders\t{Folders}\nmessages\t{Messages}\nbytes\t{Bytes}\n");
}

/// <summary>
/// Writes a manifest in its canonical form: the header, then a line per message, sorted by octets; UTF-8, LF. The same messages always make the
/// same file. It takes any number of lines, added in any order.
/// </summary>
/// <param name="path">The file; an older one is replaced when the new one is whole.</param>
/// <param name="account">Whose messages they are.</param>
/// <param name="memory">Octets of lines kept in memory; more are sorted in files beside the manifest.</param>
public sealed class ManifestWriter(string path, string account, int memory = 32 << 20) : IDisposable
{
    private static readonly byte[] LineFeed = [(byte)'\n'];
    private readonly string _partial = path + ".partial";
    private readonly LineSort _sort = new(path, memory);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private long _messages;
    private long _bytes;

    /// <summary>Adds a message.</summary>
    /// <param name="line">The message.</param>
    /// <exception cref="InvalidDataException">A value has not the form that <see cref="ManifestLine"/> tells.</exception>
    public void Add(ManifestLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var octets = Encoding.UTF8.GetBytes(line.ToString());
        if (octets.Contains((byte)'\n') || !ManifestLine.TryMeasure(octets, out _, out _)) throw new InvalidDataException($"This is no line of a manifest: {line}");
        _sort.Add(octets);
        _folders.Add(line.Folder);
        _messages++;
        _bytes += line.Size;
    }

    /// <summary>Sorts, writes and closes the file.</summary>
    /// <param name="token">Cancels; an older file stays.</param>
    /// <returns>What the header says, and the SHA-256 of the file, lower-case hex.</returns>
    public async Task<(ManifestHeader Header, string Sha256)> EndAsync(CancellationToken token)
    {
        var header = new ManifestHeader(account, _folders.Count, _messages, _bytes);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var file = new FileStream(_partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
        {
            await WriteAsync(Encoding.UTF8.GetBytes(header.ToString()));
            foreach (var line in _sort.Sorted())
            {
                await WriteAsync(line);
                await WriteAsync(LineFeed);
            }

            async ValueTask WriteAsync(ReadOnlyMemory<byte> octets)
            {
                hash.AppendData(octets.Span);
                await file.WriteAsync(octets, token);
            }
        }

        File.Move(_partial, path, overwrite: true);
        return (header, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Removes what was sorted in files, and a manifest that did not become whole.</summary>
    public void Dispose()
    {
        _sort.Dispose();
        File.Delete(_partial);
    }
}
