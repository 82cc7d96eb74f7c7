using System.Text;

namespace Cassiopea.Ftp.Wire;

/// <summary>Cuts the control connection into replies (RFC 959 §4.2), within bounds.</summary>
/// <param name="stream">The control connection.</param>
internal sealed class FtpReplyReader(Stream stream)
{
    private const int LongestLine = 16 << 10;
    private const int LongestReply = 256 << 10;
    private byte[] _buffer = new byte[4096];
    private int _from;
    private int _to;

    /// <summary>True when octets have arrived that were not read yet.</summary>
    public bool HasMore => _to > _from;

    /// <summary>Reads one reply.</summary>
    /// <exception cref="FtpSyntaxException">Not a reply, or too long.</exception>
    /// <exception cref="EndOfStreamException">The connection ended.</exception>
    public async ValueTask<FtpReply> ReadAsync(CancellationToken token)
    {
        var line = await LineAsync(token);
        var (code, last) = Head(line.Span);
        if (last) return new(code, Encoding.Latin1.GetString(line.Span[Math.Min(4, line.Length)..]));
        var text = new StringBuilder(Encoding.Latin1.GetString(line.Span[4..]));
        while (true)
        {
            line = await LineAsync(token);
            var ends = Ends(line.Span, code);
            text.Append('\n').Append(Encoding.Latin1.GetString(ends ? line.Span[Math.Min(4, line.Length)..] : line.Span));
            if (ends) return new(code, text.ToString());
            if (text.Length > LongestReply) throw new FtpSyntaxException("A reply without end.");
        }
    }

    private static (int Code, bool Last) Head(ReadOnlySpan<byte> line)
    {
        if (line.Length < 3 || line[0] is < (byte)'1' or > (byte)'5' || !char.IsAsciiDigit((char)line[1]) || !char.IsAsciiDigit((char)line[2]))
            throw new FtpSyntaxException($"Not a reply of an FTP server: {SitePath.Text(line[..Math.Min(line.Length, 60)])}");
        var code = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + (line[2] - '0');
        return line.Length == 3 || line[3] == (byte)' ' ? (code, true)
            : line[3] == (byte)'-' ? (code, false)
            : throw new FtpSyntaxException("A reply whose code is followed by neither space nor hyphen.");
    }

    private static bool Ends(ReadOnlySpan<byte> line, int code) =>
        line.Length >= 3 && line[0] - '0' == code / 100 && line[1] - '0' == code / 10 % 10 && line[2] - '0' == code % 10 && (line.Length == 3 || line[3] == (byte)' ');

    private async ValueTask<ReadOnlyMemory<byte>> LineAsync(CancellationToken token)
    {
        var looked = _from;
        while (true)
        {
            var at = _buffer.AsSpan(looked, _to - looked).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var (start, end) = (_from, looked + at);
                _from = end + 1;
                if (end > start && _buffer[end - 1] == (byte)'\r') end--;
                return _buffer.AsMemory(start, end - start);
            }

            if (_to - _from > LongestLine) throw new FtpSyntaxException("A line without end.");
            looked = _to - _from;
            MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_to), token);
            if (read == 0) throw new EndOfStreamException();
            _to += read;
        }
    }

    private void MakeRoom()
    {
        if (_from > 0)
        {
            Buffer.BlockCopy(_buffer, _from, _buffer, 0, _to - _from);
            (_from, _to) = (0, _to - _from);
        }

        if (_to == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
    }
}
