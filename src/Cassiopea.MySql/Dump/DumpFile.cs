using System.Security.Cryptography;
using System.Text;

namespace Cassiopea.MySql.Dump;

/// <summary>A file that is hashed while it is written.</summary>
internal sealed class DumpFile(string path) : IAsyncDisposable
{
    private readonly FileStream _file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public ValueTask WriteAsync(string text, CancellationToken token) => WriteAsync(Encoding.UTF8.GetBytes(text), token);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        _hash.AppendData(bytes.Span);
        return _file.WriteAsync(bytes, token);
    }

    public async Task<(long Bytes, string Sha256)> EndAsync(CancellationToken token)
    {
        await _file.FlushAsync(token);
        _file.Flush(flushToDisk: true);
        return (_file.Length, Convert.ToHexStringLower(_hash.GetHashAndReset()));
    }

    public ValueTask DisposeAsync()
    {
        _hash.Dispose();
        return _file.DisposeAsync();
    }
}
