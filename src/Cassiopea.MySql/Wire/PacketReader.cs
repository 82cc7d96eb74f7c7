using System.Diagnostics.CodeAnalysis;

namespace Cassiopea.MySql.Wire;

/// <summary>
/// Cuts a stream into packets: three bytes of length, one of sequence, the payload. A payload of 16 MB - 1 is continued by the next packet.
/// What is returned is valid until the next call.
/// </summary>
internal sealed class PacketReader(MySqlLimits limits, LargeRows large) : IDisposable
{
    private const int Head = 4;
    private const int Full = 0xFFFFFF;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(128 << 10);
    private byte[] _own = [];
    private int _start, _end;
    private bool _holds;

    public required Stream Stream { get; set; }

    /// <summary>The sequence number that the next packet must bear.</summary>
    public byte Sequence { get; set; }

    /// <summary>True when bytes were received that nobody has read.</summary>
    public bool Pending => _end > _start;

    /// <summary>A packet that is wholly received already.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> payload)
    {
        var have = _end - _start;
        if (_holds || have < Head || Length() is var length && (length == Full || have < Head + length))
        {
            payload = default;
            return false;
        }

        CheckSequence();
        payload = _buffer.AsMemory(_start + Head, length);
        _start += Head + length;
        return true;
    }

    /// <summary>The next packet.</summary>
    /// <param name="most">Largest payload allowed, bytes.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="MySqlSyntaxException">Too large, or out of order.</exception>
    /// <exception cref="EndOfStreamException">The connection ended.</exception>
    [SuppressMessage("Reliability", "CA2022", Justification = "FillAsync reads until there is enough.")]
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(int most, CancellationToken token)
    {
        Release();
        await FillAsync(Head, token);
        var length = Length();
        if (length > most) throw new MySqlSyntaxException($"A packet of {length} bytes is larger than is allowed here ({most}).");
        if (length < Full && Head + length <= _buffer.Length)
        {
            await FillAsync(Head + length, token);
            CheckSequence();
            var payload = _buffer.AsMemory(_start + Head, length);
            _start += Head + length;
            return payload;
        }

        return await ReadLargeAsync(length, most, token);
    }

    public void Dispose() => Release();

    private async ValueTask<ReadOnlyMemory<byte>> ReadLargeAsync(int length, int most, CancellationToken token)
    {
        // the first fields tell how long the row is at least: 16 MB are not copied three times
        var wanted = length;
        if (length == Full)
        {
            await FillAsync(Math.Min(_buffer.Length, Head + 4096), token);
            wanted = Math.Max(length, Estimate(_buffer.AsSpan(_start + Head, _end - _start - Head), Math.Min(most, limits.Row)));
        }

        var into = await BufferAsync(wanted, token);
        var filled = 0;
        while (true)
        {
            CheckSequence();
            _start += Head;
            if (filled + length > most) throw new MySqlSyntaxException($"A row of more than {most} bytes is larger than is allowed here.");
            if (into.Length < filled + length) into = await GrowAsync(filled + length, filled, token);
            await TakeAsync(into.AsMemory(filled, length), token);
            filled += length;
            if (length < Full) return into.AsMemory(0, filled);
            await FillAsync(Head, token);
            length = Length();
        }
    }

    private async ValueTask<byte[]> BufferAsync(int size, CancellationToken token)
    {
        if (size > LargeRows.Threshold)
        {
            var rented = await large.RentAsync(size, token);
            _holds = true;
            return rented;
        }

        if (_own.Length < size) _own = GC.AllocateUninitializedArray<byte>(Math.Min(LargeRows.Threshold, size * 2));
        return _own;
    }

    private async ValueTask<byte[]> GrowAsync(int size, int kept, CancellationToken token)
    {
        if (_holds) return large.Grow(size, kept);
        var from = _own;
        var rented = await BufferAsync(size, token);
        from.AsSpan(0, kept).CopyTo(rented);
        return rented;
    }

    /// <summary>The end of the last field that begins in what was received, bytes; garbage gives any number up to <paramref name="most"/>.</summary>
    private static int Estimate(ReadOnlySpan<byte> begun, int most)
    {
        long at = 0;
        while (at < begun.Length)
        {
            var field = new Payload(begun[(int)at..]);
            if (!field.TryLength(out var bytes, out var isNull)) break;
            at += begun.Length - (int)at - field.Rest.Length + (isNull ? 0 : bytes);
            if (at > most) return most;
        }

        return (int)Math.Min(most, at + 1024);
    }

    private async ValueTask TakeAsync(Memory<byte> into, CancellationToken token)
    {
        var have = Math.Min(into.Length, _end - _start);
        _buffer.AsMemory(_start, have).CopyTo(into);
        _start += have;
        if (have < into.Length) await Stream.ReadExactlyAsync(into[have..], token);
    }

    private async ValueTask FillAsync(int least, CancellationToken token)
    {
        if (_end - _start >= least) return;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        while (_end < least)
        {
            var got = await Stream.ReadAsync(_buffer.AsMemory(_end), token);
            if (got == 0) throw new EndOfStreamException("The server closed the connection.");
            _end += got;
        }
    }

    private int Length() => _buffer[_start] | _buffer[_start + 1] << 8 | _buffer[_start + 2] << 16;

    private void CheckSequence()
    {
        if (_buffer[_start + 3] != Sequence) throw new MySqlSyntaxException("A packet is out of order.");
        Sequence++;
    }

    private void Release()
    {
        if (!_holds) return;
        _holds = false;
        large.Return();
    }
}
