using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Journal;

/// <summary>A big file that is partly at the target.</summary>
/// <param name="Size">Size of the source file.</param>
/// <param name="Modified">Time of the source file as listed.</param>
/// <param name="Precision">How exact it is.</param>
/// <param name="Offset">Bytes whose hash is known.</param>
/// <param name="Hash">Their SHA-256.</param>
internal sealed record PartRecord(long Size, long Modified, TimePrecision Precision, long Offset, byte[] Hash);

/// <summary>
/// What is known of a site that was copied: path, size, time and SHA-256 of each file that has its final name at the target, and how far big ones are.
/// In memory a file is 48 bytes, whatever its path (facts W10). Safe for several workers.
/// </summary>
internal sealed class SiteJournal : IDisposable
{
    private enum Kind : byte
    {
        Identity = 1,
        Done = 2,
        Part = 3,
        Gone = 4,
    }

    private readonly FileStream _lock;
    private readonly RecordLog _log;
    private readonly Lock _writing = new();
    private readonly Dictionary<UInt128, Known> _known = [];
    private readonly Dictionary<UInt128, List<PartRecord>> _parts = [];
    private string? _identity;

    private SiteJournal(string directory, FileStream held)
    {
        _lock = held;
        _log = RecordLog.Open(Path.Combine(directory, "site.journal"), Replay);
    }

    /// <summary>Opens or begins the journal of a directory.</summary>
    /// <param name="directory">Made when missing.</param>
    /// <param name="identity">Which two sites it is for.</param>
    /// <exception cref="TransferException">Another run holds it, it belongs to other sites, or it is damaged.</exception>
    public static SiteJournal Open(string directory, string identity)
    {
        FileStream? held = null;
        SiteJournal? journal = null;
        try
        {
            Directory.CreateDirectory(directory);
            held = new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            journal = new(directory, held);
            journal.Identify(identity, directory);
            return journal;
        }
        catch (Exception failed)
        {
            journal?.Dispose();
            held?.Dispose();
            if (failed is InvalidDataException) throw new TransferException(TransferSide.Us, TransferFailureKind.Broken, TransferCode.InternalError, $"The journal in {directory} is damaged: {failed.Message}", failed);
            if (failed is UnauthorizedAccessException) throw new TransferException(TransferSide.Us, TransferFailureKind.Refused, TransferCode.StorageFull, $"The journal in {directory} cannot be written.", failed);
            if (failed is IOException) throw new TransferException(TransferSide.Us, TransferFailureKind.Passing, TransferCode.StorageFull, $"The journal in {directory} cannot be opened: another run holds it, or the disk is full. {failed.Message}", failed);
            throw;
        }
    }

    /// <summary>Files known before this run that were not seen at the source in it.</summary>
    public long Unseen
    {
        get
        {
            lock (_writing) return _known.Values.Count(static known => !known.Seen);
        }
    }

    /// <summary>True when this very file, by size and time, is at the target; remembers that it was seen.</summary>
    public bool IsDone(SiteEntry entry)
    {
        var key = Key(entry.Path);
        lock (_writing)
        {
            if (!_known.TryGetValue(key, out var known)) return false;
            _known[key] = known with { Seen = true };
            return known.Size == entry.Size && SameTime(known.Modified, known.Precision, entry.Modified, entry.Precision);
        }
    }

    /// <summary>True when the file was copied by us once, whatever it is now.</summary>
    public bool Knows(SitePath path)
    {
        lock (_writing) return _known.ContainsKey(Key(path));
    }

    /// <summary>How far a big file is, when it is still the same file: the furthest record that the target still has. A server that was cut off loses what it had not written.</summary>
    /// <param name="entry">The file as it is listed now.</param>
    /// <param name="atMost">Bytes that are at the target.</param>
    public PartRecord? PartOf(SiteEntry entry, long atMost)
    {
        lock (_writing)
        {
            if (!_parts.TryGetValue(Key(entry.Path), out var parts) || !IsOf(parts[^1], entry.Size, entry.Modified, entry.Precision)) return null;
            return parts.FindLast(part => part.Offset <= atMost);
        }
    }

    /// <summary>The file has its name at the target.</summary>
    public void Done(SiteEntry entry, ReadOnlySpan<byte> hash)
    {
        Write(Kind.Done, entry.Path, entry.Size, entry.Modified, entry.Precision, hash, 0, known: true);
    }

    /// <summary>A big file is at the target up to an offset, under its temporary name.</summary>
    public void Part(SiteEntry entry, long offset, ReadOnlySpan<byte> hash) => Write(Kind.Part, entry.Path, entry.Size, entry.Modified, entry.Precision, hash, offset, known: false);

    /// <summary>A file was deleted at the target because the source has it no more.</summary>
    public void Gone(SitePath path) => Write(Kind.Gone, path, 0, 0, TimePrecision.None, default, 0, known: false);

    public void Dispose()
    {
        _log.FlushToDisk();
        _log.Dispose();
        _lock.Dispose();
    }

    /// <summary>Equal as far as both are exact: a listing shows a recent file to the minute and an old one to the day.</summary>
    internal static bool SameTime(long one, TimePrecision precision, long other, TimePrecision otherPrecision)
    {
        var unit = (TimePrecision)Math.Min((int)precision, (int)otherPrecision) switch
        {
            TimePrecision.Second => 1,
            TimePrecision.Minute => 60,
            TimePrecision.Day => 86_400,
            _ => 0,
        };
        return unit == 0 || Math.DivRem(one, unit).Quotient == Math.DivRem(other, unit).Quotient;
    }

    private static UInt128 Key(SitePath path)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(path.Bytes, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    private void Write(Kind kind, SitePath path, long size, long modified, TimePrecision precision, ReadOnlySpan<byte> hash, long offset, bool known)
    {
        var record = new byte[1 + 8 + 8 + 1 + 8 + 32 + path.Bytes.Length];
        record[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(1), size);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(9), modified);
        record[17] = (byte)precision;
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(18), offset);
        hash.CopyTo(record.AsSpan(26));
        path.Bytes.CopyTo(record.AsSpan(58));
        lock (_writing)
        {
            _log.Append(record);
            _log.Flush();
            Take(record, seen: known);
        }
    }

    private void Take(ReadOnlySpan<byte> record, bool seen)
    {
        if (record.Length < 58) throw new InvalidDataException("A record is too short.");
        var key = Key(SitePath.Of(record[58..]));
        var (size, modified) = (BinaryPrimitives.ReadInt64LittleEndian(record[1..]), BinaryPrimitives.ReadInt64LittleEndian(record[9..]));
        var precision = (TimePrecision)record[17];
        switch ((Kind)record[0])
        {
            case Kind.Done:
                _known[key] = new(size, modified, precision, seen);
                _parts.Remove(key);
                break;
            case Kind.Part:
                TakePart(key, new(size, modified, precision, BinaryPrimitives.ReadInt64LittleEndian(record[18..]), record.Slice(26, 32).ToArray()));
                break;
            case Kind.Gone:
                _known.Remove(key);
                _parts.Remove(key);
                break;
            default:
                throw new InvalidDataException("A record of an unknown kind.");
        }
    }

    // Begun anew, or another file: what was known of it is not of this one.
    private void TakePart(UInt128 key, PartRecord part)
    {
        if (!_parts.TryGetValue(key, out var parts)) _parts[key] = parts = [];
        else if (!IsOf(parts[^1], part.Size, part.Modified, part.Precision)) parts.Clear();
        parts.RemoveAll(known => known.Offset >= part.Offset);
        parts.Add(part);
    }

    private static bool IsOf(PartRecord part, long size, long modified, TimePrecision precision) => part.Size == size && SameTime(part.Modified, part.Precision, modified, precision);

    private void Replay(ReadOnlySpan<byte> record)
    {
        if (record.IsEmpty) throw new InvalidDataException("An empty record.");
        if (record[0] == (byte)Kind.Identity) _identity = Encoding.UTF8.GetString(record[1..]);
        else Take(record, seen: false);
    }

    private void Identify(string identity, string directory)
    {
        if (_identity is null)
        {
            _log.Append([(byte)Kind.Identity, .. Encoding.UTF8.GetBytes(identity)]);
            _log.FlushToDisk();
            _identity = identity;
        }
        else if (!string.Equals(_identity, identity, StringComparison.Ordinal))
        {
            throw new TransferException(TransferSide.Us, TransferFailureKind.Refused, TransferCode.PermissionDenied, $"The journal in {directory} belongs to another pair of sites. Use another --journal.");
        }
    }

    private readonly record struct Known(long Size, long Modified, TimePrecision Precision, bool Seen);
}
