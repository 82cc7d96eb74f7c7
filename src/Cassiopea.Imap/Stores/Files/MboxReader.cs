using System.Text;

namespace Cassiopea.Imap.Stores.Files;

/// <summary>One message of an mbox file: where its octets are, before quoting is undone.</summary>
/// <param name="Offset">First octet behind the separator line.</param>
/// <param name="Length">Octets up to the empty line before the next separator.</param>
/// <param name="Quoted">True when <c>&gt;From </c> lines are to be unquoted.</param>
/// <param name="Separator">The separator line.</param>
internal readonly record struct MboxMessage(long Offset, long Length, bool Quoted, string Separator);

/// <summary>
/// Finds the messages of an mbox file (RFC 4155 and its kin): mboxrd and mboxo by their separator lines, mboxcl by a Content-Length that leads
/// exactly to one. Anything is read; what comes before the first separator is not mail.
/// </summary>
internal sealed class MboxReader(Stream file)
{
    private const int LongestLine = 64 << 10;
    private readonly byte[] _buffer = new byte[256 << 10];
    private long _position;
    private int _start, _end;

    public async Task<List<MboxMessage>> ReadAsync(CancellationToken token)
    {
        var found = new List<MboxMessage>();
        (long Begin, string Separator)? open = null;
        var (empty, emptyAt, header, declared) = (true, 0L, false, -1L);
        void Close(long end)
        {
            if (open is not { } begun) return;
            var length = Math.Max(0, end - begun.Begin);
            found.Add(new(begun.Begin, length, Quoted: declared < 0 || declared != length, begun.Separator));
            open = null;
        }

        while (await LineAsync(token) is { } line)
        {
            var octets = line.Octets.Span;
            var body = line.At + octets.Length;
            if (empty && IsSeparator(octets))
            {
                Close(emptyAt);
                open = (line.At + line.Octets.Length, Encoding.Latin1.GetString(octets.TrimEnd("\r\n"u8)));
                (empty, header, declared) = (false, true, -1);
                emptyAt = open.Value.Begin;
                continue;
            }

            empty = octets.TrimEnd("\r\n"u8).Length == 0;
            if (empty) emptyAt = line.At;
            if (!header || open is not { } message) continue;
            if (empty)
            {
                header = false;
                if (declared < 0 || declared > file.Length || !await LeadsToSeparatorAsync(body + declared, token))
                {
                    declared = -1;
                    continue;
                }

                // Content-Length counts the body only.
                emptyAt = body + declared;
                declared = emptyAt - message.Begin;
                Seek(emptyAt);
            }
            else if (octets.Length > 15 && Ascii.EqualsIgnoreCase(octets[..15], "Content-Length:"u8)
                && long.TryParse(Encoding.Latin1.GetString(octets[15..]).Trim(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var length))
            {
                declared = length;
            }
        }

        Close(empty && open is not null ? Math.Max(open.Value.Begin, emptyAt) : _position);
        return found;
    }

    /// <summary>True for <c>From </c>, something, and a time of day: other lines that begin so are text.</summary>
    internal static bool IsSeparator(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("From "u8) || line.Length > 500) return false;
        var rest = line[5..].TrimEnd("\r\n "u8);
        for (var i = 0; i + 4 < rest.Length; i++)
        {
            if (rest[i + 2] == ':' && IsDigit(rest[i]) && IsDigit(rest[i + 1]) && IsDigit(rest[i + 3]) && IsDigit(rest[i + 4])) return true;
        }

        return false;
    }

    private static bool IsDigit(byte octet) => octet is >= (byte)'0' and <= (byte)'9';

    private async Task<bool> LeadsToSeparatorAsync(long at, CancellationToken token)
    {
        if (at < 0 || at > file.Length) return false;
        if (at == file.Length) return true;
        var before = _position;
        Seek(at);
        var line = await LineAsync(token);
        if (line is { } gap && gap.Octets.Span.TrimEnd("\r\n"u8).Length == 0) line = await LineAsync(token);
        var good = line is null || IsSeparator(line.Value.Octets.Span);
        Seek(before);
        return good;
    }

    private void Seek(long position)
    {
        file.Position = position;
        (_position, _start, _end) = (position, 0, 0);
    }

    /// <summary>The next line with its end; a line that is too long comes in parts.</summary>
    private async ValueTask<(ReadOnlyMemory<byte> Octets, long At)?> LineAsync(CancellationToken token)
    {
        var at = _position;
        var seen = 0;
        while (true)
        {
            var newline = _buffer.AsSpan(_start + seen, _end - _start - seen).IndexOf((byte)'\n');
            if (newline >= 0) return (Take(seen + newline + 1), at);
            seen = _end - _start;
            if (seen >= LongestLine) return (Take(seen), at);
            if (_start > 0)
            {
                _buffer.AsSpan(_start, seen).CopyTo(_buffer);
                (_start, _end) = (0, seen);
            }

            var got = await file.ReadAsync(_buffer.AsMemory(_end), token);
            if (got == 0) return seen == 0 ? null : (Take(seen), at);
            _end += got;
        }
    }

    private ReadOnlyMemory<byte> Take(int length)
    {
        var line = _buffer.AsMemory(_start, length);
        _start += length;
        _position += length;
        return line;
    }
}
