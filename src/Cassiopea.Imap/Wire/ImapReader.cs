using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Cassiopea.Imap.Wire;

/// <summary>Takes a literal out of a response while it arrives, so that no message is ever held whole.</summary>
internal interface ILiteralSink
{
    /// <summary>
    /// Called when a literal begins. Answers false to have it kept in the response; otherwise reads all its octets with
    /// <see cref="ImapReader.ReadLiteralAsync"/> and answers true.
    /// </summary>
    /// <param name="head">The response up to the literal, valid during the call.</param>
    /// <param name="size">Octets of the literal.</param>
    /// <param name="reader">Where the octets come from.</param>
    /// <param name="token">Stops the transfer.</param>
    ValueTask<bool> TryReceiveAsync(ReadOnlyMemory<byte> head, long size, ImapReader reader, CancellationToken token);
}

/// <summary>Cuts the server's octets into responses. Bounded: a line, a response and a literal that exceed their limits end the conversation.</summary>
internal sealed class ImapReader(Stream stream, ImapLimits limits) : IDisposable
{
    private const int BufferSize = 128 << 10;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private byte[] _response = [];
    private int _start, _end, _length;
    private long _literalLeft;

    /// <summary>Octets that have arrived and are not read yet (RFC 9051 §11.1: to be thrown away when TLS starts).</summary>
    public int Buffered => _end - _start;

    /// <summary>Octets of the current literal that are still to be read.</summary>
    public long LiteralLeft => _literalLeft;

    /// <summary>Set by the connection while a list of UIDs is expected.</summary>
    public int LineLimit { get; set; } = limits.Line;

    /// <summary>Reads one response, without its final CRLF; the memory is valid until the next read.</summary>
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(ILiteralSink? sink, CancellationToken token)
    {
        var newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
        if (newline >= 0)
        {
            var line = Line(newline);
            if (!EndsWithLiteral(line.Span, out _, out _)) return new(line);
            return ReadLongAsync(line, sink, token);
        }

        return ReadLongAsync(null, sink, token);
    }

    /// <summary>Reads octets of the current literal: at least one, or 0 when it is complete.</summary>
    public async ValueTask<int> ReadLiteralAsync(Memory<byte> into, CancellationToken token)
    {
        if (_literalLeft < into.Length) into = into[..(int)_literalLeft];
        if (into.Length == 0) return 0;
        int got;
        if (_end > _start)
        {
            got = Math.Min(into.Length, _end - _start);
            _buffer.AsSpan(_start, got).CopyTo(into.Span);
            _start += got;
        }
        else if (into.Length >= BufferSize / 4)
        {
            got = await stream.ReadAsync(into, token);
            if (got == 0) throw new EndOfStreamException();
        }
        else
        {
            await FillAsync(token);
            got = Math.Min(into.Length, _end - _start);
            _buffer.AsSpan(_start, got).CopyTo(into.Span);
            _start += got;
        }

        _literalLeft -= got;
        return got;
    }

    /// <summary>Throws away what has arrived.</summary>
    public void Discard() => (_start, _end) = (0, 0);

    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        if (_response.Length > 0) ArrayPool<byte>.Shared.Return(_response);
        (_buffer, _response) = ([], []);
        (_start, _end) = (0, 0);
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadLongAsync(ReadOnlyMemory<byte>? first, ILiteralSink? sink, CancellationToken token)
    {
        _length = 0;
        var line = first ?? await ReadLineAsync(token);
        if (!EndsWithLiteral(line.Span, out var mark, out var size)) return line;
        while (true)
        {
            if (size > limits.Message) throw new ImapSyntaxException($"A literal of {size} bytes exceeds the limit.");
            Append(line.Span[..mark]);
            _literalLeft = size;
            if (sink is not null && await sink.TryReceiveAsync(_response.AsMemory(0, _length), size, this, token))
            {
                if (_literalLeft != 0) throw new InvalidOperationException("A literal was not read to its end.");
                Append("NIL"u8);
            }
            else
            {
                await KeepLiteralAsync(size, token);
            }

            line = await ReadLineAsync(token);
            if (!EndsWithPlainLiteral(line.Span, out mark, out size)) break;
        }

        Append(line.Span);
        return _response.AsMemory(0, _length);
    }

    private async ValueTask KeepLiteralAsync(long size, CancellationToken token)
    {
        if (size > limits.Response) throw new ImapSyntaxException($"A literal of {size} bytes exceeds the limit.");
        Append(Encoding.ASCII.GetBytes($"{{{size}}}\r\n"));
        Room((int)size);
        while (_literalLeft > 0)
        {
            _length += await ReadLiteralAsync(_response.AsMemory(_length, (int)_literalLeft), token);
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadLineAsync(CancellationToken token)
    {
        var seen = 0;
        while (true)
        {
            var newline = _buffer.AsSpan(_start + seen, _end - _start - seen).IndexOf((byte)'\n');
            if (newline >= 0) return Line(seen + newline);
            seen = _end - _start;
            if (seen > LineLimit) throw new ImapSyntaxException($"A line exceeds {LineLimit} bytes.");
            await FillAsync(token);
        }
    }

    private ReadOnlyMemory<byte> Line(int newline)
    {
        if (newline > LineLimit) throw new ImapSyntaxException($"A line exceeds {LineLimit} bytes.");
        var length = newline > 0 && _buffer[_start + newline - 1] == (byte)'\r' ? newline - 1 : newline;
        var line = _buffer.AsMemory(_start, length);
        _start += newline + 1;
        return line;
    }

    private async ValueTask FillAsync(CancellationToken token)
    {
        if (_start == _end) (_start, _end) = (0, 0);
        if (_end == _buffer.Length)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }
            else
            {
                var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
                _buffer.AsSpan(0, _end).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = larger;
            }
        }

        var got = await stream.ReadAsync(_buffer.AsMemory(_end), token);
        if (got == 0) throw new EndOfStreamException();
        _end += got;
    }

    private void Append(ReadOnlySpan<byte> octets)
    {
        Room(octets.Length);
        octets.CopyTo(_response.AsSpan(_length));
        _length += octets.Length;
    }

    private void Room(int more)
    {
        if (_length + (long)more > limits.Response) throw new ImapSyntaxException($"A response exceeds {limits.Response} bytes.");
        if (_length + more <= _response.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(4096, Math.Max(_response.Length * 2, _length + more)));
        _response.AsSpan(0, _length).CopyTo(larger);
        if (_response.Length > 0) ArrayPool<byte>.Shared.Return(_response);
        _response = larger;
    }

    /// <summary>Only untagged data can hold a literal: the text of a status response or of a continuation is not looked into.</summary>
    private static bool EndsWithLiteral(ReadOnlySpan<byte> line, out int mark, out long size)
    {
        (mark, size) = (0, 0);
        if (line.Length < 5 || line[^1] != (byte)'}' || line[0] != (byte)'*') return false;
        var word = line[1..].TrimStart((byte)' ');
        return !(Starts(word, "OK "u8) || Starts(word, "NO "u8) || Starts(word, "BAD "u8) || Starts(word, "BYE "u8) || Starts(word, "PREAUTH "u8))
            && EndsWithPlainLiteral(line, out mark, out size);
    }

    private static bool Starts(ReadOnlySpan<byte> word, ReadOnlySpan<byte> with) =>
        word.Length >= with.Length && Ascii.EqualsIgnoreCase(word[..with.Length], with);

    private static bool EndsWithPlainLiteral(ReadOnlySpan<byte> line, out int mark, out long size)
    {
        (mark, size) = (0, 0);
        if (line.Length < 3 || line[^1] != (byte)'}') return false;
        var open = line.LastIndexOf((byte)'{');
        if (open < 0) return false;
        var inside = line[(open + 1)..^1];
        if (inside.Length > 0 && inside[^1] == (byte)'+') inside = inside[..^1];
        if (inside.Length == 0 || !Utf8Parser.TryParse(inside, out size, out var used) || used != inside.Length || size < 0) return false;
        mark = open > 0 && line[open - 1] == (byte)'~' ? open - 1 : open;
        return true;
    }
}
