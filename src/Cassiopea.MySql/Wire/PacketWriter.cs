using System.Buffers.Binary;
using System.Text;

namespace Cassiopea.MySql.Wire;

/// <summary>
/// Makes packets. A command is written piece by piece and may be of any length: whenever 16 MB - 1 are together, that packet goes out.
/// Load data goes out in packets of the buffer's size.
/// </summary>
internal sealed class PacketWriter
{
    private const int Head = 4;
    private const int Full = 0xFFFFFF;
    private const int First = 64 << 10;

    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(First);
    private int _at = Head;

    public required Stream Stream { get; set; }

    /// <summary>The sequence number of the next packet.</summary>
    public byte Sequence { get; set; }

    /// <summary>Bytes of the packet so far.</summary>
    public int Length => _at - Head;

    public void Byte(byte value) => Span(1)[0] = value;

    public void Int(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Span(4), value);

    public void Zeros(int count) => Span(count).Clear();

    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Span(bytes.Length));

    public void Text(string text)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        Encoding.UTF8.GetBytes(text, Span(size));
    }

    public void TextAndZero(string text)
    {
        Text(text);
        Byte(0);
    }

    /// <summary>Writes bytes of any number into a command, sending what fills a packet.</summary>
    public async ValueTask WriteLargeAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        while (Length + bytes.Length >= Full)
        {
            var part = Full - Length;
            Write(bytes.Span[..part]);
            bytes = bytes[part..];
            await SendAsync(token);
        }

        Write(bytes.Span);
    }

    /// <summary>Sends the packet, also when it is empty.</summary>
    public async ValueTask SendAsync(CancellationToken token)
    {
        var length = Length;
        (_buffer[0], _buffer[1], _buffer[2], _buffer[3]) = ((byte)length, (byte)(length >> 8), (byte)(length >> 16), Sequence++);
        _at = Head;
        await Stream.WriteAsync(_buffer.AsMemory(0, Head + length), token);
    }

    public void Discard() => _at = Head;

    private Span<byte> Span(int count)
    {
        if (_buffer.Length < _at + count)
            Array.Resize(ref _buffer, Math.Max(_at + count, (int)Math.Min(2L * _buffer.Length, Full + Head)));
        var span = _buffer.AsSpan(_at, count);
        _at += count;
        return span;
    }
}
