using System.Diagnostics.CodeAnalysis;
using MimeKit;

namespace Cassiopea.Imap.Driver.Kit;

/// <summary>
/// MailKit appends a parsed message. This makes one that writes the octets it was made of: each header field as it stood, and the rest behind the
/// empty line as it is. Where that does not give the same octets (a header without colon, no empty line), there is no exact message.
/// </summary>
internal static class ExactMessage
{
    private static readonly FormatOptions AsAppended = Appended();

    public static bool TryMake(byte[] octets, [NotNullWhen(true)] out MimeMessage? message)
    {
        message = null;
        var end = octets.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var made = new MimeMessage();
        made.Headers.Clear();
        for (var at = 0; at < end + 2;)
        {
            var next = at;
            do next += octets.AsSpan(next, end + 2 - next).IndexOf((byte)'\n') + 1;
            while (next < end + 2 && octets[next] is (byte)' ' or (byte)'\t');
            if (!Header.TryParse(octets, at, next - at, out var header)) return false;
            made.Headers.Add(header);
            at = next;
        }

        made.Body = new Rest(octets.AsMemory(end + 4));
        using var compared = new Comparison(octets);
        made.WriteTo(AsAppended, compared);
        if (!compared.Equal) return false;
        message = made;
        return true;
    }

    private static FormatOptions Appended()
    {
        var options = FormatOptions.Default.Clone();
        (options.NewLineFormat, options.EnsureNewLine) = (NewLineFormat.Dos, true);
        return options;
    }

    private sealed class Rest : MimePart
    {
        private readonly ReadOnlyMemory<byte> _octets;

        public Rest(ReadOnlyMemory<byte> octets)
        {
            _octets = octets;
            Headers.Clear();
        }

        public override void WriteTo(FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default) => stream.Write(_octets.Span);

        public override Task WriteToAsync(FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default) =>
            stream.WriteAsync(_octets, cancellationToken).AsTask();
    }

    /// <summary>Takes what is written and compares it with what it should be.</summary>
    private sealed class Comparison(byte[] expected) : Stream
    {
        private int _at;
        private bool _same = true;

        public bool Equal => _same && _at == expected.Length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _at;

        public override long Position
        {
            get => _at;
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _same = _same && buffer.Length <= expected.Length - _at && expected.AsSpan(_at, buffer.Length).SequenceEqual(buffer);
            _at += buffer.Length;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
