namespace Cassiopea.MySql.Wire;

/// <summary>
/// The one large buffer of a run: whoever reads a row beyond <see cref="Threshold"/> holds it until the next row, so that four workers never
/// hold four rows of 64 MB.
/// </summary>
internal sealed class LargeRows : IDisposable
{
    /// <summary>Rows up to this size are held by each reader itself, bytes.</summary>
    public const int Threshold = 4 << 20;

    private readonly SemaphoreSlim _one = new(1, 1);
    private byte[] _buffer = [];

    /// <summary>Waits for the buffer, at least this large.</summary>
    public async ValueTask<byte[]> RentAsync(int size, CancellationToken token)
    {
        await _one.WaitAsync(token);
        return Grow(size, 0);
    }

    /// <summary>The held buffer with its first bytes, larger.</summary>
    public byte[] Grow(int size, int kept)
    {
        if (_buffer.Length >= size) return _buffer;
        var larger = GC.AllocateUninitializedArray<byte>(size);
        _buffer.AsSpan(0, kept).CopyTo(larger);
        _buffer = larger;
        return larger;
    }

    public void Return() => _one.Release();

    public void Dispose() => _one.Dispose();
}
