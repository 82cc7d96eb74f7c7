using System.Buffers.Binary;
using System.Numerics;

namespace Cassiopea.Transfer;

/// <summary>
/// An append-only file of checksummed records: the ground of every journal. A record is a length (4 bytes), a CRC-32C of
/// length and payload (4 bytes) and the payload, little-endian. A torn or damaged record ends the file: what follows is cut off
/// at opening, so a journal is always a prefix of what was written.
/// </summary>
public sealed class RecordLog : IDisposable
{
    /// <summary>Largest payload, bytes.</summary>
    public const int MaxPayload = 16 << 20;

    private const int Head = 8;
    private static ReadOnlySpan<byte> Magic => "CASSJ01\n"u8;

    private readonly FileStream _file;
    private readonly byte[] _head = new byte[Head];

    private RecordLog(FileStream file) => _file = file;

    /// <summary>Bytes in the file.</summary>
    public long Length => _file.Length;

    /// <summary>Opens or creates a log, hands every whole record to <paramref name="replay"/> in order, and cuts off a torn end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="replay">Called for each record; the span is valid during the call only.</param>
    /// <exception cref="InvalidDataException">The file is not a record log.</exception>
    public static RecordLog Open(string path, Action<ReadOnlySpan<byte>> replay)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 64 << 10);
        try
        {
            var good = Replay(file, replay);
            if (good != file.Length) file.SetLength(good);
            file.Position = good;
            if (good == 0)
            {
                file.Write(Magic);
                file.Flush(flushToDisk: true);
            }

            return new(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads every whole record of a file and changes nothing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="replay">Called for each record; the span is valid during the call only.</param>
    /// <exception cref="InvalidDataException">The file is not a record log.</exception>
    public static void Read(string path, Action<ReadOnlySpan<byte>> replay)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 64 << 10);
        Replay(file, replay);
    }

    /// <summary>Appends a record; it is in the hands of the operating system when <see cref="Flush"/> returns.</summary>
    /// <param name="payload">At most <see cref="MaxPayload"/> bytes.</param>
    public void Append(ReadOnlySpan<byte> payload)
    {
        if (payload.Length > MaxPayload) throw new ArgumentOutOfRangeException(nameof(payload), payload.Length, "The record is too large.");
        BinaryPrimitives.WriteInt32LittleEndian(_head, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(_head.AsSpan(4), Checksum(payload));
        _file.Write(_head);
        _file.Write(payload);
    }

    /// <summary>Hands what was appended to the operating system: it outlives the process, not the machine.</summary>
    public void Flush() => _file.Flush(flushToDisk: false);

    /// <summary>Waits until what was appended is on the disk: it outlives the machine.</summary>
    public void FlushToDisk() => _file.Flush(flushToDisk: true);

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static long Replay(FileStream file, Action<ReadOnlySpan<byte>> replay)
    {
        if (file.Length == 0) return 0;
        var head = new byte[Head];
        var magic = file.ReadAtLeast(head, Head, throwOnEndOfStream: false);
        if (!Magic.StartsWith(head.AsSpan(0, magic))) throw new InvalidDataException($"{Path.GetFileName(file.Name)} is not a journal of this program.");
        if (magic < Head) return 0;
        var good = (long)Head;
        var payload = new byte[4096];
        while (file.ReadAtLeast(head, Head, throwOnEndOfStream: false) == Head)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(head);
            if (length is < 0 or > MaxPayload || length > file.Length - good - Head) break;
            if (payload.Length < length) payload = new byte[(int)Math.Min(MaxPayload, BitOperations.RoundUpToPowerOf2((uint)length))];
            var span = payload.AsSpan(0, length);
            if (file.ReadAtLeast(span, length, throwOnEndOfStream: false) < length) break;
            if (BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4)) != Checksum(span)) break;
            replay(span);
            good += Head + length;
        }

        return good;
    }

    private static uint Checksum(ReadOnlySpan<byte> payload)
    {
        var crc = BitOperations.Crc32C(uint.MaxValue, (uint)payload.Length);
        while (payload.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(payload));
            payload = payload[8..];
        }

        foreach (var b in payload) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
