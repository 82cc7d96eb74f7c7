namespace Cassiopea.Imap.Stores.Files;

/// <summary>A part of a file as a message, converted on the way. Its length is known before it is read: the part is gone through twice.</summary>
internal sealed class MessagePart : Stream
{
    private readonly FileStream _file;
    private readonly byte[] _raw = new byte[64 << 10];
    private readonly byte[] _made = new byte[LineConversion.Most(64 << 10)];
    private LineConversion _conversion;
    private long _left, _given;
    private int _at, _filled;
    private bool _ended;

    private MessagePart(FileStream file, long left, LineConversion conversion, long length) => (_file, _left, _conversion, Length) = (file, left, conversion, length);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => _given;
        set => throw new NotSupportedException();
    }

    /// <summary>Opens <paramref name="length"/> octets from <paramref name="offset"/> on; -1 = to the end.</summary>
    public static async Task<MessagePart> OpenAsync(string path, long offset, long length, FromLines from, bool crlf, CancellationToken token)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        try
        {
            var octets = length < 0 ? Math.Max(0, file.Length - offset) : length;
            file.Position = offset;
            var made = octets;
            if (from != FromLines.AsTheyAre || crlf)
            {
                // Not disposed: it shares the file.
                made = await new MessagePart(file, octets, new(from, crlf), 0).CountAsync(token);
                file.Position = offset;
            }

            return new(file, octets, new(from, crlf), made);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_at == _filled)
        {
            if (!await FillAsync(cancellationToken)) return 0;
        }

        var count = Math.Min(buffer.Length, _filled - _at);
        _made.AsSpan(_at, count).CopyTo(buffer.Span);
        _at += count;
        _given += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _file.Dispose();
        base.Dispose(disposing);
    }

    private async Task<long> CountAsync(CancellationToken token)
    {
        long made = 0;
        for (; await FillAsync(token); _at = _filled) made += _filled;
        return made;
    }

    private async ValueTask<bool> FillAsync(CancellationToken token)
    {
        if (_ended) return false;
        var got = _left == 0 ? 0 : await _file.ReadAsync(_raw.AsMemory(0, (int)Math.Min(_raw.Length, _left)), token);
        _left -= got;
        _ended = got == 0;
        (_at, _filled) = (0, _ended ? _conversion.End(_made) : _conversion.Convert(_raw.AsSpan(0, got), _made));
        return !_ended || _filled > 0;
    }
}
