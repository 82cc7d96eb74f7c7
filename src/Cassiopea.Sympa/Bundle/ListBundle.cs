using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cassiopea.Sympa.Format;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa.Bundle;

/// <summary>What a bundle is about.</summary>
/// <param name="Schema">Form of the bundle.</param>
/// <param name="Software">Name and version of the program it comes from.</param>
/// <param name="List">Address of the list.</param>
/// <param name="Status">Its status there.</param>
/// <param name="Subject">What the list is about.</param>
/// <param name="TakenAt">When it was read, UTC.</param>
/// <param name="Counts">Things in it, by kind.</param>
/// <param name="Findings">What must be looked at.</param>
/// <param name="Losses">What could not be taken along, by kind.</param>
/// <param name="Recipient">For whom it was made; null = not said.</param>
public sealed record BundleManifest(
    string Schema,
    string Software,
    string List,
    string Status,
    string Subject,
    DateTimeOffset TakenAt,
    IReadOnlyDictionary<string, long> Counts,
    IReadOnlyList<ListFinding> Findings,
    IReadOnlyList<string> Losses,
    string? Recipient = null);

/// <summary>One person in <c>members.ndjson</c> or <c>admins.ndjson</c>: words of no program, and the fields as they were.</summary>
/// <param name="Email">Lower case.</param>
/// <param name="Name">As shown.</param>
/// <param name="Role"><c>member</c>, <c>owner</c> or <c>editor</c>.</param>
/// <param name="Reception">How posts are received, Sympa's word.</param>
/// <param name="Visibility"><c>conceal</c> or <c>noconceal</c>.</param>
/// <param name="SubscribedAt">Since when; null when not known.</param>
/// <param name="Fields">All fields as dumped.</param>
public sealed record BundlePerson(string Email, string? Name, string Role, string? Reception, string? Visibility, DateTimeOffset? SubscribedAt, IReadOnlyDictionary<string, string> Fields)
{
    internal static BundlePerson Of(DumpEntry entry, string role) => new(
        entry.Address, entry["gecos"], role, entry["reception"], entry["visibility"],
        long.TryParse(entry["date"], CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 253402300799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
        entry.Fields.GroupBy(static field => field.Key, StringComparer.Ordinal).ToDictionary(static group => group.Key, static group => group.First().Value, StringComparer.Ordinal));

    internal DumpEntry ToEntry() => new([.. Fields.Select(static field => (field.Key, field.Value))]);
}

/// <summary>
/// A list in a folder, in the words of no program: <c>manifest.json</c>, <c>list.json</c>, <c>members.ndjson</c>, <c>admins.ndjson</c>, <c>exclusions.ndjson</c>,
/// <c>blocklist.txt</c>, <c>archive/YYYY-MM/N.eml</c> with <c>archive/index.ndjson</c>, <c>held/</c>, <c>digest/</c>, <c>shared/</c>, <c>templates/</c>, <c>raw/</c>
/// (the rest of the list's folder as it was), <c>README.txt</c> for who imports it by hand, <c>SHA256SUMS</c>.
/// </summary>
/// <param name="folder">Where it is.</param>
public sealed class ListBundle(string folder)
{
    /// <summary>Form written here.</summary>
    public const string Schema = "cassiopea-list-bundle/1";

    private const string Sums = "SHA256SUMS";

    /// <summary>Where it is.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>The list's folder as it was.</summary>
    public string Raw => Path.Combine(Folder, "raw");

    /// <summary>Archived posts as octets.</summary>
    public string Archive => Path.Combine(Folder, "archive");

    /// <summary>Posts that wait for a moderator.</summary>
    public string Held => Path.Combine(Folder, "held");

    /// <summary>Posts that wait for a digest, put aside when the list was frozen.</summary>
    public string Digest => Path.Combine(Folder, "digest");

    /// <summary>Shared documents.</summary>
    public string Shared => Path.Combine(Folder, "shared");

    /// <summary>Templates of mails and pages, in the folders that Sympa gives them.</summary>
    public string Templates => Path.Combine(Folder, "templates");

    /// <summary>The settings in the words of no program.</summary>
    public BundleList List() => Read(Path.Combine(Folder, "list.json"), BundleJson.Default.BundleList);

    /// <summary>Addresses and patterns that the list keeps out.</summary>
    public IReadOnlyList<string> Blocklist() => [.. Lines("blocklist.txt").Select(static line => line.Trim()).Where(static line => line.Length > 0 && !line.StartsWith('#'))];

    /// <summary>Files of the list's folder by the name that they have there.</summary>
    public IEnumerable<(string Name, string File)> ListFiles() =>
        FilesOf(Raw, "").Concat(FilesOf(Shared, "shared/")).Concat(FilesOf(Templates, ""));

    /// <summary>What it is about.</summary>
    public BundleManifest Manifest() => Read(Path.Combine(Folder, "manifest.json"), BundleJson.Default.BundleManifest);

    /// <summary>People of one role.</summary>
    /// <param name="role"><c>member</c>, <c>owner</c> or <c>editor</c>.</param>
    public IReadOnlyList<DumpEntry> People(string role) =>
        [.. Lines(role == "member" ? "members.ndjson" : "admins.ndjson").Select(static line => Parse(line, Compact.Default.BundlePerson)).Where(one => one.Role == role).Select(static one => one.ToEntry())];

    /// <summary>Addresses that left although a source of the list names them.</summary>
    public IReadOnlyList<string> Exclusions() => [.. Lines("exclusions.ndjson").Select(static line => Parse(line, Compact.Default.String))];

    /// <summary>Names of the held posts, as the old host's spool has them.</summary>
    public IReadOnlyList<string> HeldPosts() =>
        Directory.Exists(Held) ? [.. Directory.EnumerateFiles(Held).Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal)] : [];

    /// <summary>Names of the posts that wait for a digest.</summary>
    public IReadOnlyList<string> DigestPosts() =>
        Directory.Exists(Digest) ? [.. Directory.EnumerateFiles(Digest).Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal)] : [];

    /// <summary>Seals the folder: every file with its SHA-256, in the form of <c>sha256sum</c>.</summary>
    /// <param name="token">Ends it.</param>
    public async Task SealAsync(CancellationToken token)
    {
        var lines = new List<string>();
        foreach (var file in Files()) lines.Add($"{await HashAsync(file, token)}  ./{Path.GetRelativePath(Folder, file)}");
        await File.WriteAllLinesAsync(Path.Combine(Folder, Sums), lines, token);
    }

    /// <summary>SHA-256 of the seal, lower-case hex: the proof of all that is in the bundle.</summary>
    /// <param name="token">Ends it.</param>
    public Task<string> SealHashAsync(CancellationToken token) => HashAsync(Path.Combine(Folder, Sums), token);

    /// <summary>Bytes of posts in the archive: of those named, or of all.</summary>
    /// <param name="posts"><c>YYYY-MM/N.eml</c>; null = all.</param>
    public long Bytes(IEnumerable<string>? posts = null) => (posts ?? ListArchive.Posts(this)).Sum(name => new FileInfo(Path.Combine(Archive, name)).Length);

    /// <summary>Checks the seal.</summary>
    /// <param name="token">Ends it.</param>
    /// <exception cref="TransferException">A file is missing, changed or not sealed.</exception>
    public async Task CheckAsync(CancellationToken token)
    {
        var sealedFiles = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!File.Exists(Path.Combine(Folder, Sums))) throw Broken("it has no SHA256SUMS: its export did not end.");
        await foreach (var line in File.ReadLinesAsync(Path.Combine(Folder, Sums), token))
        {
            if (line.Length < 69 || line.AsSpan(64, 4) is not "  ./") throw Broken("SHA256SUMS cannot be read.");
            sealedFiles[line[68..]] = line[..64];
        }

        foreach (var file in Files())
        {
            var name = Path.GetRelativePath(Folder, file);
            if (!sealedFiles.Remove(name, out var hash)) throw Broken($"{name} is not in SHA256SUMS.");
            if (hash != await HashAsync(file, token)) throw Broken($"{name} was changed.");
        }

        if (sealedFiles.Count > 0) throw Broken($"{sealedFiles.Keys.First()} is missing.");
    }

    internal async Task WriteAsync(BundleManifest manifest, BundleList list, IEnumerable<BundlePerson> members, IEnumerable<BundlePerson> admins, IEnumerable<string> exclusions, CancellationToken token)
    {
        await File.WriteAllLinesAsync(Path.Combine(Folder, "members.ndjson"), members.Select(static one => JsonSerializer.Serialize(one, Compact.Default.BundlePerson)), token);
        await File.WriteAllLinesAsync(Path.Combine(Folder, "admins.ndjson"), admins.Select(static one => JsonSerializer.Serialize(one, Compact.Default.BundlePerson)), token);
        await File.WriteAllLinesAsync(Path.Combine(Folder, "exclusions.ndjson"), exclusions.Select(static one => JsonSerializer.Serialize(one, Compact.Default.String)), token);
        await File.WriteAllTextAsync(Path.Combine(Folder, "manifest.json"), JsonSerializer.Serialize(manifest, BundleJson.Default.BundleManifest) + "\n", token);
        await File.WriteAllTextAsync(Path.Combine(Folder, "list.json"), JsonSerializer.Serialize(list, BundleJson.Default.BundleList) + "\n", token);
        await File.WriteAllTextAsync(Path.Combine(Folder, "README.txt"), BundleReadme.Of(manifest), token);
    }

    internal static async Task<string> HashAsync(string file, CancellationToken token)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, token));
    }

    private static IEnumerable<(string Name, string File)> FilesOf(string folder, string prefix) => !Directory.Exists(folder) ? []
        : Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => (prefix + Path.GetRelativePath(folder, file), file));

    private IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Where(file => file != Path.Combine(Folder, Sums)).Order(StringComparer.Ordinal);

    private IEnumerable<string> Lines(string name) =>
        File.Exists(Path.Combine(Folder, name)) ? File.ReadLines(Path.Combine(Folder, name)).Where(static line => line.Length > 0) : [];

    private static T Read<T>(string file, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        File.Exists(file) ? Parse(File.ReadAllText(file), type) : throw Broken($"{Path.GetFileName(file)} is missing.");

    private static T Parse<T>(string json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw Broken("an empty value.");
        }
        catch (JsonException wrong)
        {
            throw new TransferException(TransferSide.Source, TransferFailureKind.Broken, TransferCode.ProtocolBroken, $"The bundle cannot be read: {wrong.Message}", wrong);
        }
    }

    private static TransferException Broken(string why) => new(TransferSide.Source, TransferFailureKind.Broken, TransferCode.ProtocolBroken, $"The bundle cannot be used: {why}");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BundleManifest))]
[JsonSerializable(typeof(BundleList))]
internal sealed partial class BundleJson : JsonSerializerContext;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BundlePerson))]
[JsonSerializable(typeof(string))]
internal sealed partial class Compact : JsonSerializerContext;
