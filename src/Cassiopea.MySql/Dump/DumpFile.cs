using System.Security.Cryptography;
using System.Text;

namespace Cassiopea.MySql.Dump;

/// <summary>One written file of a dump.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Of what was written, lower-case hex.</param>
public sealed record DumpPart(string Path, long Bytes, string Sha256);

/// <summary>
/// Files that are hashed while they are written. Between two statements a file that is large enough is ended and the next one begun; each begins with the
/// settings of the session, so that they are loaded one after the other.
/// </summary>
/// <param name="pathOf">The path of a part, from 1.</param>
/// <param name="mostBytes">Size from which a file is ended at the next statement.</param>
internal sealed class DumpFile(Func<int, string> pathOf, long mostBytes) : IAsyncDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<DumpPart> _parts = [];
    private FileStream? _file;
    private long _written;

    /// <summary>What each file begins with.</summary>
    public string Head { get; set; } = "";

    public ValueTask WriteAsync(string text, CancellationToken token) => WriteAsync(Encoding.UTF8.GetBytes(text), token);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        if (_file is null)
        {
            _file = new(pathOf(_parts.Count + 1), FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
            await PutAsync(Encoding.UTF8.GetBytes(Head), token);
        }

        await PutAsync(bytes, token);
    }

    /// <summary>A statement has ended here, with so many bytes to come from a buffer.</summary>
    public bool IsFull(int buffered) => _written + buffered >= mostBytes;

    /// <summary>Ends the file: the next byte begins another.</summary>
    public async ValueTask EndFileAsync(CancellationToken token)
    {
        if (_file is null) return;
        await _file.FlushAsync(token);
        _file.Flush(flushToDisk: true);
        _parts.Add(new(_file.Name, _file.Length, Convert.ToHexStringLower(_hash.GetHashAndReset())));
        await _file.DisposeAsync();
        (_file, _written) = (null, 0);
    }

    public async Task<IReadOnlyList<DumpPart>> EndAsync(CancellationToken token)
    {
        await EndFileAsync(token);
        return _parts;
    }

    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        if (_file is not null) await _file.DisposeAsync();
    }

    private async ValueTask PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        _hash.AppendData(bytes.Span);
        _written += bytes.Length;
        await _file!.WriteAsync(bytes, token);
    }
}
