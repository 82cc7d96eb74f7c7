using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Cassiopea.Contracts;

namespace Cassiopea.Mail;

/// <summary>What packing an archive came to.</summary>
/// <param name="Parts">All parts, the new ones too.</param>
/// <param name="Messages">Messages in them.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Added">Messages that were packed now.</param>
/// <param name="Equal">True when each part, read again, has exactly the messages of the manifest, octet for octet.</param>
/// <param name="ManifestSha256">SHA-256 of the manifest, lower-case hex.</param>
internal sealed record PackedArchive(IReadOnlyList<ArchivePart> Parts, long Messages, long Bytes, long Added, bool Equal, string ManifestSha256);

/// <summary>
/// Packs an archive's Maildir tree into tar files of bounded size that a member can download and unpack over one another. What is new since the last
/// time goes into new parts, so that parts that were downloaded stay valid; the manifest goes into each. Every new part is read again before it counts.
/// </summary>
/// <param name="tree">The root of the Maildir tree, with <c>manifest.tsv</c>.</param>
/// <param name="directory">Where the parts are.</param>
/// <param name="mostBytes">Size at which a part is closed; one message larger than that is alone in its part.</param>
internal sealed class ArchiveParts(string tree, string directory, long mostBytes)
{
    private const string Manifest = "manifest.tsv";

    private string IndexFile => Path.Combine(directory, "parts.json");

    /// <summary>Packs what is not packed yet. Killed at any moment it begins its last part again.</summary>
    public async Task<PackedArchive> PackAsync(CancellationToken token)
    {
        Directory.CreateDirectory(directory);
        var index = await LoadAsync(token);
        var known = index.Parts.SelectMany(p => p.Files).ToHashSet(StringComparer.Ordinal);
        var fresh = Directory.Exists(tree)
            ? Directory.EnumerateFiles(tree, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(tree, f))
                .Where(f => f != Manifest && !IsDraft(f) && !known.Contains(Identity(f))).Order(StringComparer.Ordinal).ToList()
            : [];
        var added = fresh.Count(IsMessage);
        while (fresh.Count > 0)
        {
            var part = await WriteAsync(index.Parts.Count + 1, fresh, token);
            index.Parts.Add(part);
            await SaveAsync(index, token);
            fresh.RemoveRange(0, part.Files.Count);
        }

        var promised = await ManifestLines.ReadAsync(Path.Combine(tree, Manifest), token);
        var held = index.Parts.SelectMany(p => p.Messages).ToList();
        return new PackedArchive(
            [.. index.Parts.Select(p => new ArchivePart(p.Name, p.Bytes, p.Sha256))], held.Count, held.Sum(m => m.Bytes), added,
            promised.Matches(held), promised.Sha256);
    }

    private async Task<Part> WriteAsync(int number, IReadOnlyList<string> files, CancellationToken token)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"archive-{number:000}.tar");
        var draft = Path.Combine(directory, name + ".draft");
        List<string> packed = [];
        await using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16))
        {
            await using var tar = new TarWriter(file, TarEntryFormat.Pax, leaveOpen: true);
            if (File.Exists(Path.Combine(tree, Manifest)))
                await tar.WriteEntryAsync(Path.Combine(tree, Manifest), Manifest, token);
            foreach (var relative in files)
            {
                var path = Path.Combine(tree, relative);
                if (packed.Count > 0 && file.Position + new FileInfo(path).Length > mostBytes)
                    break;
                await tar.WriteEntryAsync(path, relative.Replace(Path.DirectorySeparatorChar, '/'), token);
                packed.Add(Identity(relative));
            }
        }

        var (sha256, messages) = await ReadAgainAsync(draft, token);
        using (var handle = File.OpenHandle(draft, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.FlushToDisk(handle);
        var final = Path.Combine(directory, name);
        File.Move(draft, final, overwrite: true);
        return new Part(name, new FileInfo(final).Length, sha256, packed, messages);
    }

    private static async Task<(string Sha256, List<PackedMessage> Messages)> ReadAgainAsync(string path, CancellationToken token)
    {
        List<PackedMessage> messages = [];
        await using var file = File.OpenRead(path);
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, token));
        file.Position = 0;
        await using var tar = new TarReader(file, leaveOpen: true);
        while (await tar.GetNextEntryAsync(cancellationToken: token) is { } entry)
        {
            if (IsMessage(entry.Name))
                messages.Add(new PackedMessage(ManifestLines.KeyOf(entry.Name), Convert.ToHexStringLower(await SHA256.HashDataAsync(entry.DataStream ?? Stream.Null, token)), entry.Length));
        }

        return (sha256, messages);
    }

    /// <summary>A message never changes; another file that changed is another one.</summary>
    private string Identity(string relative) =>
        IsMessage(relative) ? relative : $"{relative} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(tree, relative))).AsSpan(0, 8))}";

    private static bool IsDraft(string relative) => relative.Split(Path.DirectorySeparatorChar) is [.., "tmp", _];

    private static bool IsMessage(string relative) => relative.Split('/') is [.., "cur" or "new", _];

    private async Task<Index> LoadAsync(CancellationToken token)
    {
        if (!File.Exists(IndexFile))
            return new Index([]);
        await using var file = File.OpenRead(IndexFile);
        return await JsonSerializer.DeserializeAsync<Index>(file, JsonSerializerOptions.Web, token) ?? new Index([]);
    }

    private async Task SaveAsync(Index index, CancellationToken token)
    {
        await using (var file = File.Create(IndexFile + ".draft"))
            await JsonSerializer.SerializeAsync(file, index, JsonSerializerOptions.Web, token);
        File.Move(IndexFile + ".draft", IndexFile, overwrite: true);
    }

    private sealed record Index(List<Part> Parts);

    private sealed record Part(string Name, long Bytes, string Sha256, IReadOnlyList<string> Files, IReadOnlyList<PackedMessage> Messages);
}

/// <summary>A message as it stands in a part.</summary>
/// <param name="Key">UIDVALIDITY and UID, from its file name.</param>
/// <param name="Sha256">Of its octets.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record PackedMessage(string Key, string Sha256, long Bytes);
