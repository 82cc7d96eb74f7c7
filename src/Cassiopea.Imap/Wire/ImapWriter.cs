using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Cassiopea.Imap.Wire;

/// <summary>Collects commands and sends them: small parts are gathered, large ones go out directly.</summary>
internal sealed class ImapWriter(Stream stream) : IDisposable
{
    private const int BufferSize = 256 << 10;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _length;

    /// <summary>True when something was written and not flushed.</summary>
    public bool Pending => _length > 0;

    /// <summary>Adds a small part of a command; at most 64 KB.</summary>
    public ImapWriter Write(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > _buffer.Length - _length) Grow(octets.Length);
        octets.CopyTo(_buffer.AsSpan(_length));
        _length += octets.Length;
        return this;
    }

    /// <summary>Adds ASCII text that this program made itself; CR, LF and NUL are refused all the same.</summary>
    public ImapWriter Write(string ascii)
    {
        Refuse(ascii.AsSpan().ContainsAny('\r', '\n', '\0'));
        if (ascii.Length > _buffer.Length - _length) Grow(ascii.Length);
        _length += Encoding.Latin1.GetBytes(ascii, _buffer.AsSpan(_length));
        return this;
    }

    /// <summary>Adds a number.</summary>
    public ImapWriter Write(long number)
    {
        if (_buffer.Length - _length < 20) Grow(20);
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_length), out var written);
        _length += written;
        return this;
    }

    /// <summary>Adds a string as a quoted string (RFC 9051 §4.3): CR, LF and NUL can never pass.</summary>
    public ImapWriter Quoted(ReadOnlySpan<byte> octets)
    {
        Refuse(octets.ContainsAny((byte)'\r', (byte)'\n', (byte)0));
        if (octets.Length * 2 + 2 > _buffer.Length - _length) Grow(octets.Length * 2 + 2);
        _buffer[_length++] = (byte)'"';
        foreach (var octet in octets)
        {
            if (octet is (byte)'"' or (byte)'\\') _buffer[_length++] = (byte)'\\';
            _buffer[_length++] = octet;
        }

        _buffer[_length++] = (byte)'"';
        return this;
    }

    /// <summary>Adds a name as the server writes it, one character an octet.</summary>
    public ImapWriter Quoted(string latin1) => Quoted(Encoding.Latin1.GetBytes(latin1));

    /// <summary>Takes back a space that was written last.</summary>
    public ImapWriter TrimSpace()
    {
        if (_length > 0 && _buffer[_length - 1] == (byte)' ') _length--;
        return this;
    }

    public ImapWriter EndLine() => Write("\r\n"u8);

    /// <summary>Sends octets of a literal: gathered when they fit, sent directly when they are large.</summary>
    public async ValueTask WriteBodyAsync(ReadOnlyMemory<byte> octets, CancellationToken token)
    {
        if (octets.Length <= BufferSize - _length)
        {
            octets.Span.CopyTo(_buffer.AsSpan(_length));
            _length += octets.Length;
            return;
        }

        await FlushAsync(token);
        if (octets.Length > BufferSize / 2)
        {
            await stream.WriteAsync(octets, token);
            return;
        }

        octets.Span.CopyTo(_buffer);
        _length = octets.Length;
    }

    public async ValueTask FlushAsync(CancellationToken token)
    {
        if (_length == 0) return;
        var length = _length;
        _length = 0;
        await stream.WriteAsync(_buffer.AsMemory(0, length), token);
    }

    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        (_buffer, _length) = ([], 0);
    }

    private static void Refuse(bool unsafeOctets)
    {
        if (unsafeOctets) throw new ArgumentException("A command argument holds CR, LF or NUL.", nameof(unsafeOctets));
    }

    private void Grow(int more)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + more));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = larger;
    }
}
