namespace Cassiopea.Imap.Archive;

/// <summary>Holds one message while it is checked: in memory up to 2 MB, else in a file that goes when it is closed.</summary>
internal sealed class Spooled : IAsyncDisposable
{
    private const int MostInMemory = 2 << 20;
    private Stream _octets = new MemoryStream();

    public long Length => _octets.Length;

    public async ValueTask AddAsync(ReadOnlyMemory<byte> octets, CancellationToken token)
    {
        if (_octets is MemoryStream small && small.Length + octets.Length > MostInMemory)
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose, BufferSize = 0 };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            _octets = new FileStream(Path.Combine(Path.GetTempPath(), $"cassiopea-{Guid.NewGuid():N}"), options);
            small.Position = 0;
            await small.CopyToAsync(_octets, token);
            await small.DisposeAsync();
        }

        await _octets.WriteAsync(octets, token);
    }

    public Stream Open()
    {
        _octets.Position = 0;
        return _octets;
    }

    public ValueTask DisposeAsync() => _octets.DisposeAsync();
}
