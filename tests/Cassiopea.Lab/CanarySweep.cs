using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Cassiopea.Lab;

/// <summary>Where a secret was found that must not be there.</summary>
/// <param name="Place">File, archive entry, or process and what of it.</param>
/// <param name="Secret">The name under which the secret was planted, never the secret.</param>
/// <param name="Form">How it was written: <c>plain</c>, <c>base64</c>, <c>hex</c> …</param>
/// <param name="Offset">Byte offset in that place.</param>
public sealed record CanaryFinding(string Place, string Secret, string Form, long Offset);

/// <summary>
/// Searches files, folders, processes and streams for secrets in every form that a program is likely to have written them (sec-S2): plain UTF-8 and
/// UTF-16, base64 in its three alignments, base64url, percent, hex, quoted-printable, JSON and XML escapes. ZIP and gzip files are searched inside too.
/// </summary>
public sealed class CanarySweep
{
    private const int BlockSize = 1 << 20;
    private const int DeepestArchive = 3;

    private readonly List<(string Secret, string Form, byte[] Bytes)> _needles = [];
    private readonly int _longest;

    /// <summary>Prepares the forms of each secret.</summary>
    /// <param name="secrets">Name of the secret → the secret; at least 12 characters each, so that chance finds nothing.</param>
    public CanarySweep(IReadOnlyDictionary<string, string> secrets)
    {
        foreach (var (name, secret) in secrets)
        {
            if (secret.Length < 12) throw new ArgumentException($"The canary {name} is shorter than 12 characters: chance would find it.", nameof(secrets));
            HashSet<string> seen = new(StringComparer.Ordinal);
            foreach (var (form, bytes) in FormsOf(secret))
                if (seen.Add(Convert.ToHexString(bytes))) _needles.Add((name, form, bytes));
        }

        if (_needles.Count == 0) throw new ArgumentException("A sweep without secrets finds nothing and proves nothing.", nameof(secrets));
        _longest = _needles.Max(needle => needle.Bytes.Length);
    }

    /// <summary>A canary that says where it was planted and cannot occur by chance.</summary>
    public static string Canary(string member, string endpoint, string field) => $"cnry-{member}-{endpoint}-{field}-{Guid.NewGuid():n}";

    /// <summary>Files, archive entries and process texts searched so far; a sweep that searched nothing has proven nothing.</summary>
    public int PlacesSearched { get; private set; }

    /// <summary>Bytes searched so far, unpacked.</summary>
    public long BytesSearched { get; private set; }

    /// <summary>Searches all files below a folder, links not followed.</summary>
    /// <param name="folder">The folder; must exist.</param>
    /// <param name="except">Paths that may hold the secret (the target servers' own stores); all below them is left out.</param>
    /// <param name="token">Ends the search.</param>
    public async Task<IReadOnlyList<CanaryFinding>> FolderAsync(string folder, IReadOnlyCollection<string> except, CancellationToken token)
    {
        List<CanaryFinding> findings = [];
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        foreach (var file in Directory.EnumerateFiles(folder, "*", options))
        {
            if (except.Any(path => file == path || file.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal))) continue;
            try
            {
                findings.AddRange(await FileAsync(file, token));
            }
            catch (FileNotFoundException)
            {
                // a running server removed it while we looked: it is nowhere any more
            }
        }

        return findings;
    }

    /// <summary>Searches one file, and inside it when it is a ZIP or gzip file.</summary>
    public async Task<IReadOnlyList<CanaryFinding>> FileAsync(string file, CancellationToken token)
    {
        List<CanaryFinding> findings = [];
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await SearchWithInsideAsync(file, stream, findings, 0, token);
        return findings;
    }

    /// <summary>Searches text at hand: a pg_dump, an HTTP body, a queue's messages.</summary>
    public async Task<IReadOnlyList<CanaryFinding>> TextAsync(string place, string text, CancellationToken token)
    {
        List<CanaryFinding> findings = [];
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false);
        await SearchWithInsideAsync(place, stream, findings, 0, token);
        return findings;
    }

    /// <summary>Searches arguments and environment of running processes; one that has ended is skipped.</summary>
    public async Task<IReadOnlyList<CanaryFinding>> ProcessesAsync(IEnumerable<int> processIds, CancellationToken token)
    {
        List<CanaryFinding> findings = [];
        foreach (var id in processIds)
        {
            foreach (var part in (string[])["cmdline", "environ"])
            {
                var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/{part}");
                if (!File.Exists(path)) continue;
                try
                {
                    using var stream = new MemoryStream(await File.ReadAllBytesAsync(path, token), writable: false);
                    await SearchWithInsideAsync(path, stream, findings, 0, token);
                }
                catch (IOException) when (!Directory.Exists(Path.GetDirectoryName(path)))
                {
                    break; // ended between the two looks
                }
            }
        }

        return findings;
    }

    /// <summary>The forms of a secret, each with its name.</summary>
    internal static IEnumerable<(string Form, byte[] Bytes)> FormsOf(string secret)
    {
        var utf8 = Encoding.UTF8.GetBytes(secret);
        yield return ("plain", utf8);
        yield return ("utf-16", Encoding.Unicode.GetBytes(secret));
        for (var shift = 0; shift < 3; shift++)
        {
            var text = Base64At(utf8, shift);
            yield return ("base64", Encoding.ASCII.GetBytes(text));
            yield return ("base64url", Encoding.ASCII.GetBytes(text.Replace('+', '-').Replace('/', '_')));
        }

        yield return ("hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(utf8)));
        yield return ("hex", Encoding.ASCII.GetBytes(Convert.ToHexString(utf8)));
        foreach (var text in (string[])[Uri.EscapeDataString(secret), Escaped(utf8, '%', static b => false), System.Net.WebUtility.UrlEncode(secret)])
        {
            yield return ("percent", Encoding.ASCII.GetBytes(text));
            yield return ("percent", Encoding.ASCII.GetBytes(LowerEscapes(text)));
        }

        yield return ("quoted-printable", Encoding.ASCII.GetBytes(Escaped(utf8, '=', static b => b is >= 33 and <= 126 and not (byte)'=')));
        yield return ("json", Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Serialize(secret)[1..^1]));
        yield return ("json", Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Serialize(secret, RelaxedJson)[1..^1]));
        yield return ("xml", Encoding.UTF8.GetBytes(System.Security.SecurityElement.Escape(secret)));
    }

    private static readonly System.Text.Json.JsonSerializerOptions RelaxedJson = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // base64 of the secret in the middle of other data: only the characters that depend on the secret alone
    private static string Base64At(byte[] utf8, int shift)
    {
        var text = Convert.ToBase64String([.. new byte[shift], .. utf8]);
        var begin = (shift * 8 + 5) / 6;
        var end = (shift + utf8.Length) * 8 / 6;
        return text[begin..end];
    }

    private static string Escaped(byte[] utf8, char mark, Func<byte, bool> stays) =>
        string.Concat(utf8.Select(b => stays(b) ? ((char)b).ToString() : string.Create(CultureInfo.InvariantCulture, $"{mark}{b:X2}")));

    private static string LowerEscapes(string text)
    {
        var lower = text.ToCharArray();
        for (var i = 0; i + 2 < lower.Length; i++)
        {
            if (lower[i] != '%') continue;
            lower[i + 1] = char.ToLowerInvariant(lower[i + 1]);
            lower[i + 2] = char.ToLowerInvariant(lower[i + 2]);
        }

        return new string(lower);
    }

    private async Task SearchWithInsideAsync(string place, Stream stream, List<CanaryFinding> findings, int depth, CancellationToken token)
    {
        var head = new byte[4];
        var read = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, token);
        stream.Position = 0;
        await SearchAsync(place, stream, findings, token);
        if (depth == DeepestArchive || read < head.Length) return;
        stream.Position = 0;
        if (head is [0x1F, 0x8B, ..])
        {
            await using var inside = await UnpackedAsync(new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true), token);
            await SearchWithInsideAsync(place + "!gzip", inside, findings, depth + 1, token);
        }
        else if (head is [(byte)'P', (byte)'K', 3, 4])
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            foreach (var entry in archive.Entries)
            {
                await using var inside = await UnpackedAsync(await entry.OpenAsync(token), token);
                await SearchWithInsideAsync($"{place}!{entry.FullName}", inside, findings, depth + 1, token);
            }
        }
    }

    private static async Task<FileStream> UnpackedAsync(Stream packed, CancellationToken token)
    {
        var file = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await using (packed) await packed.CopyToAsync(file, token);
        file.Position = 0;
        return file;
    }

    private async Task SearchAsync(string place, Stream stream, List<CanaryFinding> findings, CancellationToken token)
    {
        PlacesSearched++;
        var buffer = new byte[BlockSize + _longest];
        var kept = 0;
        long offset = 0; // of buffer[0] in the stream
        while (true)
        {
            var read = await stream.ReadAtLeastAsync(buffer.AsMemory(kept), buffer.Length - kept, throwOnEndOfStream: false, token);
            var filled = kept + read;
            var last = filled < buffer.Length;
            BytesSearched += read;
            // what begins in the part that is kept for the next block is found there
            var next = last ? filled : filled - _longest + 1;
            foreach (var (secret, form, bytes) in _needles)
            {
                var at = buffer.AsSpan(0, filled).IndexOf(bytes);
                if (at >= 0 && at < next && !findings.Any(f => f.Place == place && f.Secret == secret && f.Form == form))
                    findings.Add(new CanaryFinding(place, secret, form, offset + at));
            }

            if (last) return;
            kept = filled - next;
            buffer.AsSpan(next, kept).CopyTo(buffer);
            offset += next;
        }
    }
}
