using System.Security.Cryptography;
using System.Text;

namespace Cassiopea.Ftp.Site;

/// <summary>The manifest of a verification: one line per file, sorted by path as bytes.</summary>
internal sealed class ManifestLines
{
    private readonly Lock _lock = new();
    private readonly List<(SitePath Path, long Size, string Hash)> _lines = [];

    public void Add(SitePath path, long size, ReadOnlySpan<byte> hash)
    {
        var text = Convert.ToHexStringLower(hash);
        lock (_lock) _lines.Add((path, size, text));
    }

    /// <summary>Writes the file and returns its SHA-256.</summary>
    public async Task<string> WriteAsync(string file, CancellationToken token)
    {
        _lines.Sort(static (one, other) => one.Path.Bytes.SequenceCompareTo(other.Path.Bytes));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var stream = File.Create(file))
        {
            foreach (var (path, size, text) in _lines)
            {
                byte[] line = [.. Encoding.ASCII.GetBytes($"{text}  {size}  "), .. path.Bytes, (byte)'\n'];
                hash.AppendData(line);
                await stream.WriteAsync(line, token);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
