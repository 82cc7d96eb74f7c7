namespace Cassiopea.Pop3;

/// <summary>Holds one message until it is whole, because only then its size is known: in memory when it is small, else in a file without a name.</summary>
internal sealed class Spool : IAsyncDisposable
{
    private const int Part = 256 << 10;
    private const int MostInMemory = 2 << 20;
    private byte[] _memory = new byte[Part];
    private int _used;
    private byte[] _head = [];
    private FileStream? _file;

    public long Length { get; private set; }

    /// <summary>Where the next octets may be put.</summary>
    public Memory<byte> Room
    {
        get
        {
            if (_memory.Length - _used < 4096) Array.Resize(ref _memory, _memory.Length * 2);
            return _memory.AsMemory(_used);
        }
    }

    /// <summary>The beginning of the message: enough for its header.</summary>
    public ReadOnlySpan<byte> Head => _file is null ? _memory.AsSpan(0, _used) : _head;

    public void Begin()
    {
        _file?.Dispose();
        (_file, _used, Length, _head) = (null, 0, 0, []);
    }

    public async ValueTask AddAsync(int count, CancellationToken token)
    {
        _used += count;
        Length += count;
        if (_used < MostInMemory) return;
        if (_file is null)
        {
            _head = _memory.AsSpan(0, Part).ToArray();
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose, BufferSize = 0 };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            _file = new(Path.Combine(Path.GetTempPath(), $"cassiopea-{Guid.NewGuid():N}"), options);
        }

        await _file.WriteAsync(_memory.AsMemory(0, _used), token);
        _used = 0;
    }

    /// <summary>The message from its beginning; valid until <see cref="Begin"/>.</summary>
    public Stream Open()
    {
        if (_file is null) return new MemoryStream(_memory, 0, _used, writable: false);
        _file.Write(_memory.AsSpan(0, _used));
        _used = 0;
        _file.Position = 0;
        return _file;
    }

    public async ValueTask DisposeAsync()
    {
        if (_file is not null) await _file.DisposeAsync();
    }
}
