namespace Cassiopea.Imap.Archive.Index;

/// <summary>Reads the beginning of message files: 8 kB, or 64 kB where the header does not end before. Used by one task at a time.</summary>
internal sealed class HeadReader
{
    private const int First = 8 << 10;
    private readonly byte[] _head = new byte[64 << 10];

    /// <exception cref="IOException">The file cannot be read.</exception>
    public async ValueTask<MessageHead> ReadAsync(string file, CancellationToken token)
    {
        using var handle = File.OpenHandle(file);
        var length = await RandomAccess.ReadAsync(handle, _head.AsMemory(0, First), 0, token);
        if (length == First && !EndsIn(_head.AsSpan(0, length)))
        {
            for (int got; length < _head.Length && (got = await RandomAccess.ReadAsync(handle, _head.AsMemory(length), length, token)) > 0;) length += got;
        }

        return MessageHead.Parse(_head.AsSpan(0, length));
    }

    private static bool EndsIn(ReadOnlySpan<byte> head) => head.IndexOf("\r\n\r\n"u8) >= 0 || head.IndexOf("\n\n"u8) >= 0;
}
