using System.Buffers;
using System.Text;

namespace Cassiopea.Pop3.Wire;

/// <summary>What the server sent is not POP3. The connection turns it into a <see cref="TransferException"/>.</summary>
internal sealed class Pop3SyntaxException(string text) : Exception(text);

/// <summary>Cuts the server's octets into lines and multi-line answers (RFC 1939 §3). Bounded: nothing grows beyond its limit.</summary>
internal sealed class Pop3Reader(Stream stream, int lineLimit = Pop3Reader.LongestLine) : IDisposable
{
    /// <summary>A line of an answer has at most 512 octets by RFC 2449 §4; servers say more in their greetings.</summary>
    public const int LongestLine = 4096;

    private const int BufferSize = 128 << 10;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start, _end;
    private DotState _state;

    private enum DotState
    {
        LineStart,
        Inside,
        Cr,
        Dot,
        DotCr,
        End,
    }

    /// <summary>Octets that arrived and are not read yet.</summary>
    public int Buffered => _end - _start;

    /// <summary>Throws away what has arrived.</summary>
    public void Discard() => (_start, _end) = (0, 0);

    /// <summary>One line without its end.</summary>
    public async ValueTask<string> ReadLineAsync(CancellationToken token)
    {
        var seen = 0;
        while (true)
        {
            var newline = _buffer.AsSpan(_start + seen, _end - _start - seen).IndexOf((byte)'\n');
            if (newline >= 0 || _end - _start > lineLimit)
            {
                var length = newline >= 0 ? seen + newline : _end - _start;
                if (length > lineLimit) throw new Pop3SyntaxException($"A line exceeds {lineLimit} bytes.");
                var text = Encoding.Latin1.GetString(_buffer.AsSpan(_start, length).TrimEnd((byte)'\r'));
                _start += length + 1;
                return text;
            }

            seen = _end - _start;
            await FillAsync(token);
        }
    }

    /// <summary>The lines of a multi-line answer, at most <paramref name="most"/>; the first dot of a stuffed line is taken away.</summary>
    public async IAsyncEnumerable<string> ReadLinesAsync(int most, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        for (var count = 0; ; count++)
        {
            var line = await ReadLineAsync(token);
            if (line == ".") yield break;
            if (count >= most) throw new Pop3SyntaxException($"An answer has more than {most} lines.");
            yield return line.StartsWith('.') ? line[1..] : line;
        }
    }

    /// <summary>Begins a message: what follows is read with <see cref="ReadContentAsync"/>.</summary>
    public void BeginContent() => _state = DotState.LineStart;

    /// <summary>
    /// Octets of the message, unstuffed: at least one, or 0 at its end. Lines end with CRLF and nothing else, so that a message with single CR or
    /// LF keeps them, and only a dot behind a CRLF is a stuffed one.
    /// </summary>
    public async ValueTask<int> ReadContentAsync(Memory<byte> into, CancellationToken token)
    {
        if (into.Length < 4) throw new ArgumentException("Room for four octets is needed.", nameof(into));
        while (_state != DotState.End)
        {
            if (_start == _end) await FillAsync(token);
            var got = Unstuff(into.Span);
            if (got > 0) return got;
        }

        return 0;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        (_buffer, _start, _end) = ([], 0, 0);
    }

    private int Unstuff(Span<byte> into)
    {
        var written = 0;
        while (_start < _end && _state != DotState.End && written + 4 <= into.Length)
        {
            if (_state == DotState.Inside)
            {
                // As far as no line can end: in one piece.
                var rest = _buffer.AsSpan(_start, Math.Min(_end - _start, into.Length - written - 3));
                var cr = rest.IndexOf((byte)'\r');
                var run = cr < 0 ? rest : rest[..cr];
                run.CopyTo(into[written..]);
                written += run.Length;
                _start += run.Length;
                if (cr < 0) continue;
                into[written++] = (byte)'\r';
                _start++;
                _state = DotState.Cr;
                continue;
            }

            written += Step(_buffer[_start++], into[written..]);
        }

        return written;
    }

    private int Step(byte octet, Span<byte> into)
    {
        switch (_state)
        {
            case DotState.LineStart when octet == '.':
                _state = DotState.Dot;
                return 0;
            case DotState.Cr when octet == '\n':
                _state = DotState.LineStart;
                break;
            case DotState.Dot when octet == '\r':
                _state = DotState.DotCr;
                return 0;
            case DotState.DotCr when octet == '\n':
                _state = DotState.End;
                return 0;
            case DotState.DotCr:
                // A stuffed dot before a single CR.
                into[0] = (byte)'\r';
                into[1] = octet;
                _state = octet == '\r' ? DotState.Cr : DotState.Inside;
                return 2;
            default:
                _state = octet == '\r' ? DotState.Cr : DotState.Inside;
                break;
        }

        into[0] = octet;
        return 1;
    }

    private async ValueTask FillAsync(CancellationToken token)
    {
        if (_start == _end) (_start, _end) = (0, 0);
        if (_end == _buffer.Length)
        {
            if (_start == 0) throw new Pop3SyntaxException("A line has no end.");
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var got = await stream.ReadAsync(_buffer.AsMemory(_end), token);
        if (got == 0) throw new EndOfStreamException();
        _end += got;
    }
}
